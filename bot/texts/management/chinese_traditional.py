"""The sentences about limits, settings and admins' work in Traditional Chinese."""

from __future__ import annotations

from .sentences import ManagementTexts

TEXTS = ManagementTexts(
    too_fast="問得太快了，請等 {seconds} 秒再問。",
    too_fast_chat="這個群問得太快，超出了 Telegram 允許的速度，請等 {seconds} 秒。",
    in_line="提問的人很多，你排在第 {place} 位。回答會出現在這裡。",
    alarm_aside=(
        "有一則訊息（編號 {number}）已放棄處理：處理它時程式一再中斷，"
        "或者長時間連不上 Telegram。記錄檔裡有詳情。"
    ),
    alarm_index="磁碟上的索引已損壞，現在由 {generation} 版回答；/rebuild 可以重建索引。\n{reason}",
    welcome_admins="群組管理員可以用 /settings 設定我何時、怎樣回答。",
    settings_title="本群的設定（群組管理員可以修改）",
    settings_when="回答哪些訊息：{value}",
    when_addressed="提到我的",
    when_commands="只有 /ask",
    when_trigger="還有以「{word}」開頭的",
    settings_quotes="每次引文：{value} 段",
    settings_language="介面語言：{value}",
    language_asker="跟隨提問者",
    settings_quiet="沒有答案時：{value}",
    quiet_yes="保持安靜",
    quiet_no="告知沒有",
    button_trigger="設定觸發詞",
    settings_private="/settings 用於群組，請在群組裡傳送。",
    settings_refused="只有本群管理員可以這樣做。",
    trigger_prompt="請回覆這則訊息，寫上觸發詞（2 到 {limit} 個字元）。以它開頭的訊息我都會回答。",
    trigger_bad="這個詞不能用：請用一行 2 到 {limit} 個字母、漢字或數字，前面不要加 / 或 @。",
    trigger_saved="以後以「{word}」開頭的訊息我都會回答。",
    privacy_mode=(
        "不過 Telegram 的隱私模式讓我看不到這類訊息：請把我設為本群管理員，"
        "或在 @BotFather 用 /setprivacy 關閉隱私模式，再重新邀請我加入。"
    ),
    saved="已儲存。",
    only_private="請在私訊裡傳送這個指令。",
    rollback_done="已退回到 {generation} 版索引。資料本身沒有變動，/rebuild 會按現有資料重建索引。",
    rollback_failed="沒有退回：{reason}",
    status=(
        "索引 {generation}，建於 {created}\n"
        "模型 {model}\n"
        "資料 {documents} 篇，段落 {chunks}，句子 {sentences}\n"
        "索引佔用 {index_size}，資料庫 {database_size}，剩餘 {free}\n"
        "已運作 {uptime}\n"
        "等待處理的訊息：{waiting}"
    ),
    status_search_local="檢索：本機檔案",
    status_search_up="檢索：{address}，運作正常",
    status_search_down="檢索：{address}，沒有回應",
    status_sound="索引檔案完好。",
    status_damaged="索引已損壞，/rebuild 可以重建：",
    status_errors="最近的錯誤：",
    status_no_errors="啟動以來沒有錯誤。",
    stats=(
        "最近 {days} 天\n"
        "提問 {questions} 次，其中 {abstentions} 次沒有答案\n"
        "回饋：👍 {up}，👎 {down}\n"
        "半數回答不超過 {median} 毫秒，95% 不超過 {p95} 毫秒"
    ),
    chart_questions="每天提問",
    chart_answered="有答案",
    chart_not_found="無答案",
    chart_feedback="每天評價",
    chart_good="好評",
    chart_bad="差評",
    chart_speed="回答用時（毫秒）",
    chart_half="半數不超過",
    chart_most="95% 不超過",
    stats_none="最近 {days} 天沒有人提問。",
    unanswered="沒有找到答案的問題，按次數排列（{count} 個）：",
    unanswered_none="最近 {days} 天的問題都有答案。",
    button_clear="清空清單",
    unanswered_cleared="清單已清空。",
    alias_usage=(
        "意思相同的名稱：\n"
        "/alias list 或 /alias list 名稱\n"
        "/alias add 名稱 = 別名, 別名\n"
        "/alias remove 名稱"
    ),
    alias_list="意思相同的名稱（{count} 組）：",
    alias_none="目前沒有。",
    alias_changed=("現在是：{names}\n重建索引後生效。"),
    alias_removed="已刪除，重建索引後生效。",
    nothing_changed="沒有改動：{reason}",
    button_rebuild="立即重建",
    upload_kinds="我接受 .txt、.md、.html、.pdf、.docx 文件，最大 {limit} MB。",
    upload_failed="未能接收這份文件：{reason}",
    upload_preview=(
        "標題：{title}\n"
        "來源：{publisher}\n"
        "日期：{published}\n"
        "語言：{language}\n"
        "連結：{url}\n"
        "{characters} 個字元，{paragraphs} 段，檔名 {file}"
    ),
    upload_missing=(
        "檔案裡的資訊不全。請回覆這則訊息，逐行補上或改正：\n"
        "title: …\n"
        "publisher: …\n"
        "published: 2025-08-15\n"
        "language: zh-Hans\n"
        "url: …"
    ),
    upload_complete="要改正，請回覆這則訊息，例如「title: …」。",
    upload_untold="未註明",
    upload_added="已加入資料，檔名 {file}，重建索引後生效。",
    upload_dropped="已放棄，沒有加入。",
    upload_gone="這份文件已不在了，請重新傳送。",
    refused_empty="檔案是空的",
    refused_format="只接受 .txt、.md、.html、.pdf 或 .docx",
    refused_misnamed="檔名說是 {expected}，內容卻是 {found}",
    refused_misnamed_unknown="檔名說是 {expected}，內容卻不是",
    refused_no_text="裡面沒有文字；掃描檔要先做文字辨識",
    refused_too_long="最多 {expected} 個字元，它有 {found} 個",
    refused_encoding="編碼無法辨識，或者不是文字檔",
    refused_front_matter="開頭的兩行 --- 之間應為有效的 YAML",
    refused_encrypted="檔案已加密，請另存為不帶密碼的檔案",
    refused_pages="最多 {expected} 頁，它有 {found} 頁",
    refused_bomb="解壓縮後有 {found} 位元組，文件不會這麼大",
    refused_damaged="檔案已損壞（{found}）",
    refused_overrun="讀取它所需的時間或記憶體超出了限度",
    refused_too_large="最大 {expected} MB，它有 {found} MB",
    refused_language="language：應為語言代碼，例如 zh-Hant",
    refused_address="url：應為 http 位址",
    refused_date="published：應為日期，例如 {expected}，而不是「{found}」",
    refused_field="{found}：不能是這個值",
    refused_structure="內文無法分段：巢狀太深，或含有控制字元",
    refused_names="名稱類似 {expected} 的文件太多了",
    refused_no_folder="沒有語料資料夾「{found}」",
    refused_no_documents="語料資料夾裡沒有文件（*.md）",
    refused_restless="檔案正在寫入，請稍後再試",
    refused_name="名稱應為 {expected} 個字元，「{found}」不行",
    refused_names_apart="這些名稱分屬兩組：{found}",
    refused_names_count="一組應有 {expected} 個名稱，這裡有 {found} 個",
    refused_name_absent="沒有一組含有「{found}」",
    refused_names_line="第 {found} 行：名稱要寫在一行的 [方括號] 裡",
    refused_yaml="不是有效的 YAML，見第 {found} 行",
    refused_lists="{found}：標題下應為成組的名稱",
    refused_full="磁碟已滿",
    refused_forbidden="沒有讀寫權限",
    refused_gone="檔案已不存在",
    refused_disk="磁碟出錯（{found}）",
    refused_not_built="還沒有建立過索引",
    refused_building="另一次重建正在進行",
    refused_no_earlier="沒有更早的索引版本",
    refused_index_damaged="索引已損壞，記錄檔裡有檔名",
    refused_mismatch="索引屬於另一個模型或程式版本，請重建",
    refused_model="無法載入模型，詳見記錄檔",
    refused_search_down="搜尋引擎沒有回應",
    refused_unknown="無法讀取，詳見記錄檔",
    refused_unfetched="無法取得檔案（{error}）",
    button_add="加入",
    button_drop="不加入",
    export_done="由回饋整理出的問題：{count} 個",
    export_none="還沒有任何回饋。",
    help=(
        "管理員：\n"
        "/rebuild 重建索引\n"
        "/rollback 退回上一版索引\n"
        "/status 運作狀況\n"
        "/stats 提問統計\n"
        "/unanswered 沒有答案的問題\n"
        "/alias 意思相同的名稱\n"
        "/export 匯出回饋\n"
        "私訊傳給我的文件，預覽確認後會加入資料。"
    ),
    command_settings="本群設定",
    command_rollback="退回上一版索引",
    command_status="運作狀況",
    command_stats="提問統計",
    command_unanswered="沒有答案的問題",
    command_alias="意思相同的名稱",
    command_export="匯出回饋",
)
