"""The sentences about limits, settings and admins' work in Simplified Chinese."""

from __future__ import annotations

from .sentences import ManagementTexts

TEXTS = ManagementTexts(
    too_fast="问得太快了，请等 {seconds} 秒再问。",
    too_fast_chat="这个群问得太快，超出了 Telegram 允许的速度，请等 {seconds} 秒。",
    in_line="提问的人很多，你排在第 {place} 位。回答会出现在这里。",
    alarm_aside=(
        "有一条消息（编号 {number}）已放弃处理：处理它时程序一再中断，"
        "或者长时间连不上 Telegram。日志里有详情。"
    ),
    alarm_index="磁盘上的索引已损坏，现在由 {generation} 版回答；/rebuild 可以重建索引。\n{reason}",
    welcome_admins="群管理员可以用 /settings 设定我何时、怎样回答。",
    settings_title="本群的设置（群管理员可以修改）",
    settings_when="回答哪些消息：{value}",
    when_addressed="提到我的",
    when_commands="只有 /ask",
    when_trigger="还有以“{word}”开头的",
    settings_quotes="每次引文：{value} 段",
    settings_language="界面语言：{value}",
    language_asker="跟随提问者",
    settings_quiet="没有答案时：{value}",
    quiet_yes="保持安静",
    quiet_no="告知没有",
    button_trigger="设定触发词",
    settings_private="/settings 用于群组，请在群里发送。",
    settings_refused="只有本群管理员可以这样做。",
    trigger_prompt="请回复这条消息，写上触发词（2 到 {limit} 个字符）。以它开头的消息我都会回答。",
    trigger_bad="这个词不能用：请用一行 2 到 {limit} 个字母、汉字或数字，前面不要加 / 或 @。",
    trigger_saved="以后以“{word}”开头的消息我都会回答。",
    privacy_mode=(
        "不过 Telegram 的隐私模式让我看不到这类消息：请把我设为本群管理员，"
        "或在 @BotFather 用 /setprivacy 关闭隐私模式，再重新拉我入群。"
    ),
    saved="已保存。",
    only_private="请在私聊里发送这条命令。",
    rollback_done="已退回到 {generation} 版索引。资料本身没有变动，/rebuild 会按现有资料重建索引。",
    rollback_failed="没有退回：{reason}",
    status=(
        "索引 {generation}，建于 {created}\n"
        "模型 {model}\n"
        "资料 {documents} 篇，段落 {chunks}，句子 {sentences}\n"
        "索引占用 {index_size}，数据库 {database_size}，剩余 {free}\n"
        "已运行 {uptime}\n"
        "等待处理的消息：{waiting}"
    ),
    status_search_local="检索：本机文件",
    status_search_up="检索：{address}，运行正常",
    status_search_down="检索：{address}，没有响应",
    status_sound="索引文件完好。",
    status_damaged="索引已损坏，/rebuild 可以重建：",
    status_errors="最近的错误：",
    status_no_errors="启动以来没有错误。",
    stats=(
        "最近 {days} 天\n"
        "提问 {questions} 次，其中 {abstentions} 次没有答案\n"
        "反馈：👍 {up}，👎 {down}\n"
        "半数回答不超过 {median} 毫秒，95% 不超过 {p95} 毫秒"
    ),
    chart_questions="每天提问",
    chart_answered="有答案",
    chart_not_found="无答案",
    chart_feedback="每天评价",
    chart_good="好评",
    chart_bad="差评",
    chart_speed="回答用时（毫秒）",
    chart_half="半数不超过",
    chart_most="95% 不超过",
    stats_none="最近 {days} 天没有人提问。",
    unanswered="没有找到答案的问题，按次数排列（{count} 个）：",
    unanswered_none="最近 {days} 天的问题都有答案。",
    button_clear="清空列表",
    unanswered_cleared="列表已清空。",
    alias_usage=(
        "意思相同的名称：\n"
        "/alias list 或 /alias list 名称\n"
        "/alias add 名称 = 别名, 别名\n"
        "/alias remove 名称"
    ),
    alias_list="意思相同的名称（{count} 组）：",
    alias_none="目前没有。",
    alias_changed=("现在是：{names}\n重建索引后生效。"),
    alias_removed="已删除，重建索引后生效。",
    nothing_changed="没有改动：{reason}",
    button_rebuild="立即重建",
    upload_kinds="我接受 .txt、.md、.html、.pdf、.docx 文档，最大 {limit} MB。",
    upload_failed="未能接收这份文档：{reason}",
    upload_preview=(
        "标题：{title}\n"
        "来源：{publisher}\n"
        "日期：{published}\n"
        "语言：{language}\n"
        "链接：{url}\n"
        "{characters} 个字符，{paragraphs} 段，文件名 {file}"
    ),
    upload_missing=(
        "文件里的信息不全。请回复这条消息，逐行补上或改正：\n"
        "title: …\n"
        "publisher: …\n"
        "published: 2025-08-15\n"
        "language: zh-Hans\n"
        "url: …"
    ),
    upload_complete="要改正，请回复这条消息，例如“title: …”。",
    upload_untold="未注明",
    upload_added="已加入资料，文件名 {file}，重建索引后生效。",
    upload_dropped="已放弃，没有加入。",
    upload_gone="这份文档已不在了，请重新发送。",
    refused_empty="文件是空的",
    refused_format="只接受 .txt、.md、.html、.pdf 或 .docx",
    refused_misnamed="文件名说是 {expected}，内容却是 {found}",
    refused_misnamed_unknown="文件名说是 {expected}，内容却不是",
    refused_no_text="里面没有文字；扫描件要先做文字识别",
    refused_too_long="最多 {expected} 个字符，它有 {found} 个",
    refused_encoding="编码无法识别，或者不是文本",
    refused_front_matter="开头的两行 --- 之间应为有效的 YAML",
    refused_encrypted="文件已加密，请另存为不带密码的文件",
    refused_pages="最多 {expected} 页，它有 {found} 页",
    refused_bomb="解压后有 {found} 字节，文档不会这么大",
    refused_damaged="文件已损坏（{found}）",
    refused_overrun="读取它所需的时间或内存超出了限度",
    refused_too_large="最大 {expected} MB，它有 {found} MB",
    refused_language="language：应为语言代码，例如 zh-Hant",
    refused_address="url：应为 http 地址",
    refused_date="published：应为日期，例如 {expected}，而不是“{found}”",
    refused_field="{found}：不能是这个值",
    refused_structure="正文无法分段：嵌套太深，或含有控制字符",
    refused_names="名称类似 {expected} 的文档太多了",
    refused_no_folder="没有语料文件夹“{found}”",
    refused_no_documents="语料文件夹里没有文档（*.md）",
    refused_restless="文件正在被写入，请稍后再试",
    refused_name="名称应为 {expected} 个字符，“{found}”不行",
    refused_names_apart="这些名称分属两组：{found}",
    refused_names_count="一组应有 {expected} 个名称，这里有 {found} 个",
    refused_name_absent="没有一组含有“{found}”",
    refused_names_line="第 {found} 行：名称要写在一行的 [方括号] 里",
    refused_yaml="不是有效的 YAML，见第 {found} 行",
    refused_lists="{found}：标题下应为成组的名称",
    refused_full="磁盘已满",
    refused_forbidden="没有读写权限",
    refused_gone="文件已不存在",
    refused_disk="磁盘出错（{found}）",
    refused_not_built="还没有建立过索引",
    refused_building="另一次重建正在进行",
    refused_no_earlier="没有更早的索引版本",
    refused_index_damaged="索引已损坏，日志里有文件名",
    refused_mismatch="索引属于另一个模型或程序版本，请重建",
    refused_model="无法加载模型，详见日志",
    refused_search_down="搜索引擎没有响应",
    refused_unknown="无法读取，详见日志",
    refused_unfetched="无法取得文件（{error}）",
    button_add="加入",
    button_drop="不加入",
    export_done="由反馈整理出的问题：{count} 个",
    export_none="还没有任何反馈。",
    help=(
        "管理员：\n"
        "/rebuild 重建索引\n"
        "/rollback 退回上一版索引\n"
        "/status 运行状况\n"
        "/stats 提问统计\n"
        "/unanswered 没有答案的问题\n"
        "/alias 意思相同的名称\n"
        "/export 导出反馈\n"
        "私聊发给我的文档，预览确认后会加入资料。"
    ),
    command_settings="本群设置",
    command_rollback="退回上一版索引",
    command_status="运行状况",
    command_stats="提问统计",
    command_unanswered="没有答案的问题",
    command_alias="意思相同的名称",
    command_export="导出反馈",
)
