"""The sentences about limits, settings and admins' work in Russian."""

from __future__ import annotations

from .sentences import ManagementTexts

TEXTS = ManagementTexts(
    too_fast="Вы спрашиваете слишком часто; подождите, пожалуйста, {seconds} с.",
    too_fast_chat=(
        "В этом чате спрашивают чаще, чем Telegram позволяет отвечать; подождите {seconds} с."
    ),
    in_line="Вопросов много, ваш в очереди: {place}-й. Ответ появится здесь.",
    alarm_aside=(
        "Одно сообщение (номер {number}) оставлено без обработки: она раз за разом обрывалась или "
        "Telegram часами был недоступен. Подробности в журнале."
    ),
    alarm_index=(
        "Индекс на диске повреждён; ответы даёт индекс {generation}. /rebuild построит новый.\n"
        "{reason}"
    ),
    welcome_admins="Администраторы группы настраивают через /settings, когда и как я отвечаю.",
    settings_title="Настройки этой группы (их меняют её администраторы)",
    settings_when="Отвечаю: {value}",
    when_addressed="когда обращаются",
    when_commands="только на /ask",
    when_trigger="также после «{word}»",
    settings_quotes="Цитат в ответе: {value}",
    settings_language="Язык: {value}",
    language_asker="как у спросившего",
    settings_quiet="Нет ответа: {value}",
    quiet_yes="молчу",
    quiet_no="сообщаю об этом",
    button_trigger="Задать своё слово",
    settings_private="/settings работает в группах; отправьте команду там.",
    settings_refused="Это могут только администраторы группы.",
    trigger_prompt=(
        "Ответьте на это сообщение словом (от 2 до {limit} знаков). Я буду отвечать на всё, "
        "что с него начинается."
    ),
    trigger_bad=(
        "Такое слово не подойдёт: от 2 до {limit} букв или цифр в одной строке, без / и @ в начале."
    ),
    trigger_saved="Теперь я отвечаю на всё, что начинается с «{word}».",
    privacy_mode=(
        "Но режим приватности Telegram скрывает от меня такие сообщения: сделайте меня "
        "администратором группы или отключите его командой /setprivacy у @BotFather и "
        "добавьте меня снова."
    ),
    saved="Сохранено.",
    only_private="Отправьте это, пожалуйста, в личном чате.",
    rollback_done=(
        "Возвращён индекс {generation}. Сами документы не изменились; /rebuild построит по "
        "ним новый индекс."
    ),
    rollback_failed="Откат не выполнен: {reason}",
    status=(
        "Индекс {generation}, построен {created}\n"
        "Модель {model}\n"
        "Документов: {documents}, фрагментов: {chunks}, предложений: {sentences}\n"
        "Индексы: {index_size}, база данных: {database_size}, свободно: {free}\n"
        "Время работы: {uptime}\n"
        "Обновлений в очереди: {waiting}"
    ),
    status_search_local="Поиск: файлы этой машины",
    status_search_up="Поиск: {address}, отвечает",
    status_search_down="Поиск: {address}, не отвечает",
    status_sound="Файлы индекса в порядке.",
    status_damaged="Индекс повреждён; /rebuild построит новый:",
    status_errors="Последние ошибки:",
    status_no_errors="Ошибок с момента запуска не было.",
    stats=(
        "За последние {days} дн.\n"
        "Вопросов: {questions}, из них без ответа: {abstentions}\n"
        "Оценки: {up} 👍, {down} 👎\n"
        "Половина ответов не дольше {median} мс, 95 % не дольше {p95} мс"
    ),
    chart_questions="Вопросы по дням",
    chart_answered="с ответом",
    chart_not_found="без ответа",
    chart_feedback="Оценки по дням",
    chart_good="хорошо",
    chart_bad="плохо",
    chart_speed="Время ответа, мс",
    chart_half="половина не дольше",
    chart_most="95 % не дольше",
    stats_none="За последние {days} дн. вопросов не было.",
    unanswered="Вопросы без ответа, сначала частые ({count}):",
    unanswered_none="За последние {days} дн. ответ нашёлся на каждый вопрос.",
    button_clear="Очистить список",
    unanswered_cleared="Список очищен.",
    alias_usage=(
        "Имена-синонимы:\n"
        "/alias list или /alias list ИМЯ\n"
        "/alias add ИМЯ = ДРУГОЕ, ДРУГОЕ\n"
        "/alias remove ИМЯ"
    ),
    alias_list="Имена-синонимы (групп: {count}):",
    alias_none="Таких нет.",
    alias_changed=("Теперь: {names}\nВступит в силу после перестройки индекса."),
    alias_removed="Удалено. Вступит в силу после перестройки индекса.",
    nothing_changed="Ничего не изменено: {reason}",
    button_rebuild="Перестроить сейчас",
    upload_kinds="Принимаю документы .txt, .md, .html, .pdf и .docx до {limit} МБ.",
    upload_failed="Документ не принят: {reason}",
    upload_preview=(
        "Заголовок: {title}\n"
        "Издание: {publisher}\n"
        "Дата: {published}\n"
        "Язык: {language}\n"
        "Ссылка: {url}\n"
        "Знаков: {characters}, абзацев: {paragraphs}, файл: {file}"
    ),
    upload_missing=(
        "В файле указано не всё. Ответьте на это сообщение, дополнив или исправив построчно:\n"
        "title: …\n"
        "publisher: …\n"
        "published: 2025-08-15\n"
        "language: zh-Hans\n"
        "url: …"
    ),
    upload_complete="Чтобы исправить, ответьте строкой вида «title: …».",
    upload_untold="не указано",
    upload_added="Документ добавлен: {file}. Вступит в силу после перестройки индекса.",
    upload_dropped="Отклонено, ничего не добавлено.",
    upload_gone="Этого документа больше нет; отправьте его снова.",
    refused_empty="файл пуст",
    refused_format="нужен .txt, .md, .html, .pdf или .docx",
    refused_misnamed="по имени это {expected}, а по содержанию {found}",
    refused_misnamed_unknown="по имени это {expected}, а по содержанию что-то другое",
    refused_no_text="в нём нет текста; скан сначала нужно распознать",
    refused_too_long="знаков должно быть не больше {expected}, а их {found}",
    refused_encoding="кодировка неизвестна, или это не текст",
    refused_front_matter="в начале, между двумя строками ---, должен стоять YAML",
    refused_encrypted="он зашифрован: сохраните его без пароля",
    refused_pages="страниц должно быть не больше {expected}, а их {found}",
    refused_bomb="после распаковки он занимает {found} байт: таких документов не бывает",
    refused_damaged="файл повреждён ({found})",
    refused_overrun="на него уходит больше времени или памяти, чем можно",
    refused_too_large="размер {found} МБ, а можно не больше {expected} МБ",
    refused_language="language: нужен код языка, например zh-Hant",
    refused_address="url: нужен адрес http",
    refused_date="published: нужна дата, например {expected}, а указано «{found}»",
    refused_field="{found}: такого значения быть не может",
    refused_structure="текст не делится на абзацы: слишком много вложений или управляющие символы",
    refused_names="слишком много документов с именем вроде {expected}",
    refused_no_folder="нет папки корпуса «{found}»",
    refused_no_documents="в корпусе нет документов (*.md)",
    refused_restless="файл как раз записывается: попробуйте ещё раз",
    refused_name="в имени должно быть {expected} знаков, «{found}» не подходит",
    refused_names_apart="эти имена стоят в двух списках: {found}",
    refused_names_count="в списке должно быть {expected} имён, а здесь {found}",
    refused_name_absent="ни в одном списке нет «{found}»",
    refused_names_line="строка {found}: имена должны стоять в [скобках] на одной строке",
    refused_yaml="это не YAML, смотрите строку {found}",
    refused_lists="{found}: под заголовками должны стоять списки имён",
    refused_full="на диске нет места",
    refused_forbidden="нет прав на чтение или запись",
    refused_gone="файла больше нет",
    refused_disk="ошибка диска ({found})",
    refused_not_built="индекс ещё не построен",
    refused_building="сейчас идёт другая перестройка",
    refused_no_earlier="более ранней версии индекса нет",
    refused_index_damaged="индекс повреждён; файл назван в журнале",
    refused_mismatch="индекс сделан другой моделью или версией программы: перестройте его",
    refused_model="модель не загружается: смотрите журнал",
    refused_search_down="поисковая система не отвечает",
    refused_unknown="его не удалось прочитать; подробности в журнале",
    refused_unfetched="его не удалось получить ({error})",
    button_add="Добавить",
    button_drop="Не добавлять",
    export_done="Вопросы из оценок: {count}",
    export_none="Оценок пока нет.",
    help=(
        "Администраторам:\n"
        "/rebuild — перестроить индекс\n"
        "/rollback — вернуть прежний индекс\n"
        "/status — состояние бота\n"
        "/stats — статистика вопросов\n"
        "/unanswered — вопросы без ответа\n"
        "/alias — имена-синонимы\n"
        "/export — оценки в виде вопросов\n"
        "Документ, присланный в личный чат, добавляется после просмотра."
    ),
    command_settings="Настройки группы",
    command_rollback="Вернуть прежний индекс",
    command_status="Состояние бота",
    command_stats="Статистика вопросов",
    command_unanswered="Вопросы без ответа",
    command_alias="Имена-синонимы",
    command_export="Оценки в виде вопросов",
)
