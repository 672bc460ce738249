"""The bot's sentences in Traditional Chinese."""

from __future__ import annotations

from .management.chinese_traditional import TEXTS as MANAGEMENT
from .sentences import Texts

TEXTS = Texts(
    language_tag="zh-Hant",
    about="只用資料裡的原話回答關於事件的問題，每段引文都註明出處。",
    start=(
        "你好！請直接提問，我只用資料裡的原話回答，並註明出處。資料裡沒有的，我會說沒有。\n"
        "\n"
        "/sources 看有哪些資料，/timeline 看時間軸，/help 看用法。"
    ),
    help=(
        "私訊：直接傳送問題。接著追問也行，例如「那俄方呢」。\n"
        "群組：用 /ask 加問題、@ 我，或回覆我的訊息；用 /ask 回覆別人的訊息，就拿那則訊息當"
        "問題。\n"
        "其他聊天：輸入 @ 我的名字加問題，選一段引文傳出去。\n"
        "每段引文都與資料逐字相同，粗體的是回答問題的那一句；點標題開啟原文，點「來源」看出"
        "處和引文連結。\n"
        "\n"
        "/ask 提問\n"
        "/sources 資料清單\n"
        "/timeline 時間軸，可加月份或名字\n"
        "/language 介面語言\n"
        "/privacy 隱私說明\n"
        "/forget 刪除與我有關的紀錄\n"
        "/help 本說明"
    ),
    privacy=(
        "隱私說明\n"
        "· 不儲存你的姓名；除下面所說的以外，也不儲存你的問題。\n"
        "· 為了讓按鈕可用，會儲存聊天編號、提問者編號，以及引文在資料中的位置，最多 30 天，"
        "之後刪除。\n"
        "· 為了讓追問可用，你上一個問題會在記憶體裡留 10 分鐘。\n"
        "· 你評價一則回答時，會儲存你的編號、評價和那個問題，最多一年。\n"
        "· 沒有找到答案的問題，會單獨儲存文字，不記是誰、在哪裡問的，最多 30 天，以便補充資料；"
        "帶電話號碼或地址的不儲存。每天的提問只計次數。\n"
        "· 為了不漏掉訊息，收到的訊息會寫入磁碟，處理完就刪掉，只留編號兩天。\n"
        "· 為了在你修改問題時同步修改回答，兩則訊息的編號會儲存一天。\n"
        "· 你用 /language 選擇語言後，會儲存這個選擇。\n"
        "· 群組：儲存群組編號；我被移出群組時，與該群組有關的紀錄會被刪除。\n"
        "· 管理員重建索引時，會記錄其編號和時間。\n"
        "· 引文連結只含引文的位置，與任何人無關。\n"
        "· 不向任何第三方提供資料；訊息經由 Telegram 傳送，適用 Telegram 自己的隱私政策。\n"
        "· /forget 立即刪除與你有關的一切。"
    ),
    welcome="大家好！用 /ask 加問題、@ 我，或回覆我的訊息，我會用資料裡的原話回答。",
    empty_question="請寫上問題，例如：/ask 會談是什麼時候舉行的？也可以用 /ask 回覆一則訊息。",
    no_words="這裡面沒有可以搜尋的文字，請用一句話提問。",
    long_question="問題太長了（{length} 個字元），請縮短到 {limit} 個字元以內。",
    not_text="我只看得懂文字，請用文字提問。",
    unknown_command="沒有這個指令。/help 列出了所有指令。",
    not_found="資料裡沒有這個問題的答案。",
    failed="出了點問題，沒能回答，請再試一次。",
    search_down="搜尋暫時中斷，請稍後再問。",
    unavailable="這段引文已無法核對，請重新提問。",
    not_allowed="這個機器人不對這個聊天開放。",
    sources="資料（{count} 篇）：",
    no_sources="目前沒有任何資料。",
    source_size="{characters} 字元",
    source_sections="{count} 個章節：{names}",
    button_previous="上一頁",
    button_next="下一頁 {page}/{pages}",
    button_context="上下文",
    button_context_of="上下文 {number}",
    button_more="更多 {count}",
    button_nearest="最接近的段落",
    button_sources="來源",
    button_copy="複製出處",
    button_wrong_quote="引文不對",
    button_not_asked="答非所問",
    button_missing="內容不全",
    feedback_thanks="謝謝，已記下。",
    feedback_which="謝謝。哪裡不對？",
    place="第 {first}–{last} 字元",
    link="引文連結",
    understood_with="結合你上一個問題理解：「{question}」",
    button_alone="單獨提問",
    whose_button="只有提問者可以這樣做。",
    link_gone="這段引文已不在資料裡。",
    language="我用哪種語言說話？引文始終是原文。",
    language_automatic="跟隨 Telegram",
    language_chosen="好的，我用繁體中文。",
    forgotten=(
        "已刪除你的資料：{answers} 則回答的引文位置（其按鈕隨之失效）、{ratings} 則評價及其"
        "問題、所選語言（{languages}）。你最近的問題也不再記得。"
    ),
    forgotten_nothing="沒有儲存任何與你有關的內容。",
    timeline="時間軸：{span}，{count} 個帶日期的句子",
    timeline_of="時間軸 · {what}：{span}，{count} 個帶日期的句子",
    timeline_hint="縮小範圍：/timeline 2025-08，或 /timeline 加一個名字",
    timeline_empty="沒有找到帶日期的句子。",
    timeline_picture="數字與清單中的編號相同。",
    button_picture="看圖片",
    inline_hint="寫下問題",
    inline_hint_more="我用資料裡的原話回答，可以直接傳到這個聊天。",
    button_open="在機器人中開啟",
    button_cancel="取消",
    expired="這則回答已過期，請重新提問。",
    whole_context="這段引文已經是完整的段落。",
    shown_already="已經顯示在下面了。",
    no_right="只有管理員可以這樣做。",
    caption="圖片說明",
    table="表格",
    post="貼文",
    heading="標題",
    reference="參考文獻",
    more_references="……另有 {count} 條",
    rebuild_refused="抱歉，只有管理員可以重建索引。",
    rebuild_running="索引正在重建：{percent}%。",
    rebuild_progress="正在重建索引……\n{bar} {percent}%\n{stage} {done}/{total}",
    stage_read="讀取資料",
    stage_encode="編碼文字",
    stage_index="建立詞索引",
    stage_send="送往搜尋引擎",
    stage_verify="核對",
    rebuild_cancelling="正在取消重建……",
    rebuild_cancelled="重建已取消，仍使用原來的索引。",
    rebuild_failed="重建失敗，仍使用原來的索引。原因：{reason}",
    rebuild_done=(
        "索引已重建，用時 {seconds} 秒。\n"
        "新增 {added}，修改 {changed}，刪除 {removed}，未變 {unchanged}；"
        "段落 {chunks}，句子 {sentences}，新編碼 {encoded}。"
    ),
    rebuild_unchanged="資料沒有變化。",
    unexpected_error="意外錯誤（{name}），詳見記錄檔",
    command_ask="提問",
    command_sources="資料清單",
    command_timeline="時間軸",
    command_language="介面語言",
    command_forget="刪除與我有關的紀錄",
    command_help="使用說明",
    command_privacy="隱私說明",
    command_rebuild="重建索引",
    management=MANAGEMENT,
)
