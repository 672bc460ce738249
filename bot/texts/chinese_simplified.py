"""The bot's sentences in Simplified Chinese."""

from __future__ import annotations

from .management.chinese_simplified import TEXTS as MANAGEMENT
from .sentences import Texts

TEXTS = Texts(
    language_tag="zh-Hans",
    about="只用资料里的原话回答关于事件的问题，每段引文都注明出处。",
    start=(
        "你好！请直接提问，我只用资料里的原话回答，并注明出处。资料里没有的，我会说没有。\n"
        "\n"
        "/sources 看有哪些资料，/timeline 看时间线，/help 看用法。"
    ),
    help=(
        "私聊：直接发送问题。接着追问也行，比如“那俄方呢”。\n"
        "群组：用 /ask 加问题、@ 我，或回复我的消息；用 /ask 回复别人的消息，就拿那条消息当"
        "问题。\n"
        "其他聊天：输入 @ 我的名字加问题，选一段引文发出去。\n"
        "每段引文都与资料逐字相同，加粗的是回答问题的那一句；点标题打开原文，点“来源”看出处"
        "和引文链接。\n"
        "\n"
        "/ask 提问\n"
        "/sources 资料列表\n"
        "/timeline 时间线，可加月份或名字\n"
        "/language 界面语言\n"
        "/privacy 隐私说明\n"
        "/forget 删除与我有关的记录\n"
        "/help 本说明"
    ),
    privacy=(
        "隐私说明\n"
        "· 不保存你的姓名；除下面所说的以外，也不保存你的问题。\n"
        "· 为了让按钮可用，会保存聊天编号、提问者编号，以及引文在资料中的位置，最多 30 天，"
        "随后删除。\n"
        "· 为了让追问可用，你上一个问题会在内存里留 10 分钟。\n"
        "· 你评价一条回答时，会保存你的编号、评价和那个问题，最多一年。\n"
        "· 没有找到答案的问题，会单独保存文字，不记是谁、在哪里问的，最多 30 天，以便补充资料；"
        "带电话号码或地址的不保存。每天的提问只计次数。\n"
        "· 为了不漏掉消息，收到的消息会写入磁盘，处理完就删掉，只留编号两天。\n"
        "· 为了在你修改问题时同步修改回答，两条消息的编号会保存一天。\n"
        "· 你用 /language 选择语言后，会保存这个选择。\n"
        "· 群组：保存群组编号；我被移出群组时，与该群组有关的记录会被删除。\n"
        "· 管理员重建索引时，会记录其编号和时间。\n"
        "· 引文链接只含引文的位置，与任何人无关。\n"
        "· 不向任何第三方提供数据；消息经由 Telegram 传送，适用 Telegram 自己的隐私政策。\n"
        "· /forget 立即删除与你有关的一切。"
    ),
    welcome="大家好！用 /ask 加问题、@ 我，或回复我的消息，我会用资料里的原话回答。",
    empty_question="请写上问题，例如：/ask 会谈是什么时候举行的？也可以用 /ask 回复一条消息。",
    no_words="这里面没有可以查找的文字，请用一句话提问。",
    long_question="问题太长了（{length} 个字符），请缩短到 {limit} 个字符以内。",
    not_text="我只看得懂文字，请用文字提问。",
    unknown_command="没有这个命令。/help 列出了所有命令。",
    not_found="资料里没有这个问题的答案。",
    failed="出了点问题，没能回答，请再试一次。",
    search_down="搜索暂时中断，请稍后再问。",
    unavailable="这段引文已无法核对，请重新提问。",
    not_allowed="这个机器人不对这个聊天开放。",
    sources="资料（{count} 篇）：",
    no_sources="目前没有任何资料。",
    source_size="{characters} 字符",
    source_sections="{count} 个章节：{names}",
    button_previous="上一页",
    button_next="下一页 {page}/{pages}",
    button_context="上下文",
    button_context_of="上下文 {number}",
    button_more="更多 {count}",
    button_nearest="最接近的段落",
    button_sources="来源",
    button_copy="复制出处",
    button_wrong_quote="引文不对",
    button_not_asked="答非所问",
    button_missing="内容不全",
    feedback_thanks="谢谢，已记下。",
    feedback_which="谢谢。哪里不对？",
    place="第 {first}–{last} 字符",
    link="引文链接",
    understood_with="结合你上一个问题理解：“{question}”",
    button_alone="单独提问",
    whose_button="只有提问者可以这样做。",
    link_gone="这段引文已不在资料里。",
    language="我用哪种语言说话？引文始终是原文。",
    language_automatic="跟随 Telegram",
    language_chosen="好的，我用简体中文。",
    forgotten=(
        "已删除你的资料：{answers} 条回答的引文位置（其按钮随之失效）、{ratings} 条评价及其"
        "问题、所选语言（{languages}）。你最近的问题也不再记得。"
    ),
    forgotten_nothing="没有保存任何与你有关的内容。",
    timeline="时间线：{span}，{count} 个带日期的句子",
    timeline_of="时间线 · {what}：{span}，{count} 个带日期的句子",
    timeline_hint="缩小范围：/timeline 2025-08，或 /timeline 加一个名字",
    timeline_empty="没有找到带日期的句子。",
    timeline_picture="数字与列表中的编号相同。",
    button_picture="看图片",
    inline_hint="写下问题",
    inline_hint_more="我用资料里的原话回答，可以直接发到这个聊天。",
    button_open="在机器人中打开",
    button_cancel="取消",
    expired="这条回答已过期，请重新提问。",
    whole_context="这段引文已经是完整的段落。",
    shown_already="已经显示在下面了。",
    no_right="只有管理员可以这样做。",
    caption="图片说明",
    table="表格",
    post="帖文",
    heading="标题",
    reference="参考文献",
    more_references="……另有 {count} 条",
    rebuild_refused="抱歉，只有管理员可以重建索引。",
    rebuild_running="索引正在重建：{percent}%。",
    rebuild_progress="正在重建索引……\n{bar} {percent}%\n{stage} {done}/{total}",
    stage_read="读取资料",
    stage_encode="编码文本",
    stage_index="建立词索引",
    stage_send="送往搜索引擎",
    stage_verify="核对",
    rebuild_cancelling="正在取消重建……",
    rebuild_cancelled="重建已取消，仍使用原来的索引。",
    rebuild_failed="重建失败，仍使用原来的索引。原因：{reason}",
    rebuild_done=(
        "索引已重建，用时 {seconds} 秒。\n"
        "新增 {added}，修改 {changed}，删除 {removed}，未变 {unchanged}；"
        "段落 {chunks}，句子 {sentences}，新编码 {encoded}。"
    ),
    rebuild_unchanged="资料没有变化。",
    unexpected_error="意外错误（{name}），详见日志",
    command_ask="提问",
    command_sources="资料列表",
    command_timeline="时间线",
    command_language="界面语言",
    command_forget="删除与我有关的记录",
    command_help="使用说明",
    command_privacy="隐私说明",
    command_rebuild="重建索引",
    management=MANAGEMENT,
)
