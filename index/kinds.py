"""What a question asks for, and what a sentence must hold to give it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import Enum
from functools import lru_cache


class Kind(Enum):
    """The kind of thing that is asked for."""

    WHEN = "when"
    CLOCK = "clock"
    """The time of day."""
    UNTIL = "until"
    """The time up to which something went on."""
    NUMBER = "number"
    MONEY = "money"
    SHARE = "share"
    DURATION = "duration"
    AGE = "age"
    WHO = "who"
    ACCOUNT = "account"
    """By whom, or on which platform, something was posted."""
    OUTLET = "outlet"
    """Which agency or paper wrote a document."""
    WHERE = "where"
    WHY = "why"
    SAID = "said"
    SOURCE = "source"
    """Which publication stands behind a statement: its reference is the answer."""
    TASK = "task"
    """Work for somebody who writes (to translate, to calculate), or talk of the bot itself."""


LAST_LETTER = "⺀"
"""Behind it are Han characters."""
# All patterns are matched against folded text: Simplified, lower case, ё as е.
_ASKS = {
    Kind.TASK: (
        r"翻译(?:成|一下)|^(?:请|帮我|给我|替我)?(?:写[一个首篇段]|画[一个张]|唱[一首]|讲个|算一?下)",
        r"^(?:请|帮我|给我)?推荐|\d\s*[*×+÷]\s*\d",
        r"^(?:please |can you |could you )?(?:translate|write|draw|sing|calculate|recommend)\b",
        r"^(?:please |can you |could you )?(?:tell|give) me a (?:joke|poem|recipe)\b",
        r"^(?:пожалуйста,? )?(?:переведи|напиши|нарисуй|спой|посчитай|посоветуй|порекомендуй)",
        r"расскажи анекдот|сколько будет \d",
        r"^(?:请问|那)?你(?:是谁|叫什么|多大|会什么|[能会]做什么|好吗|在干嘛|是(?:机器人|人工智能|真人))",
        r"^(?:who|what|how old|how) are you\b|^what(?:'s| is) your name|^what can you do",
        r"^(?:как тебя зовут|кто ты\b|ты кто\b|что ты умеешь|как (?:твои )?дела)",
    ),
    Kind.SOURCE: (
        r"脚注|注脚|出处|引用的?(?:是|了|自)?(?:什么|哪)|哪篇|参考(?:文献|资料)|来源|引自",
        r"(?:报道|文章|媒体)的?(?:标题|题目)|哪(?:家|个|些)媒体(?:报道|报导)",
        r"footnote|\bsources? (?:for|of|behind|is|are|was)\b|what(?:'s| is) the source",
        r"\bcit(?:e|ed|es|ation)\b|\breferenced?\b",
        r"which (?:article|paper|outlet|report|publication|newspaper)",
        r"сноск|источник|ссылк|какая (?:статья|газета)",
    ),
    Kind.ACCOUNT: (
        r"账[号户]|帐[号户]|推特|推文|[发这那哪条]推(?=$|[,?的上里])|转推|(?:什么|哪个?)(?:软件|平台|网站|社交)",
        r"\btweet\w*|\b(?:which|what|whose) (?:account|handle|platform|app|social)",
        r"аккаунт|\bтвит|на какой (?:платформе|площадке)|в какой соцсети",
    ),
    Kind.OUTLET: (
        r"(?:哪个?(?:家|些)?|什么)(?:媒体|报社|通讯社|报纸)(?!报道|报导)",
        r"(?:稿子?|稿件|文章|报道|新闻)(?:是|由|是由)(?:谁|哪)|谁(?:写|报道|发表?)的?[这那]?[篇条]?(?:稿|文章|报道|新闻)",
        r"which (?:news|press|media|agency)",
        r"who (?:wrote|published) (?:this|the|that) (?:article|story|report|piece)",
        r"како(?:е|й) (?:издани|агентств|сми)|кто (?:написал|опубликовал) (?:стать|репортаж)",
    ),
    Kind.CLOCK: (r"几[点时]|什么钟点|what time|at what hour|во сколько|в котором часу",),
    Kind.UNTIL: (
        r"到(?:什么时(?:候|间)|何时|几[点时号日月]|哪一?[天年月日])才?(?:结束|散会?|收场|闭幕|为止|停|完)?",
        r"\b(?:until|till) (?:when|what)|\bhow late\b|до (?:какого|которого|скольки|каких)\b",
    ),
    Kind.WHEN: (
        r"什么(?:时(?:候|间)|日期)|何时|几(?:点|时|号|日|月)|哪一?(?:天|年|日|月)|日期|时间是",
        r"\bwhen\b|what (?:time|date|day|year|month)|which (?:day|date|year|month)",
        r"когда|во сколько|како(?:го|й) (?:числа|дата|год)|в каком (?:году|месяце)",
    ),
    Kind.NUMBER: (
        r"多少|几(?:个|名|架|枚|州|天|次|家|位|条|对|比|成|小时|人|年)|百分之几|多[长久大]|比例|数量",
        r"how (?:many|much|long|far|often)|what (?:percent|number|share)|percentage",
        r"сколько|какой процент|как долго|какая доля",
    ),
    Kind.MONEY: (
        r"多少(?:钱|[美欧日]?元|英镑|人民币|卢布|资金|经费)|(?:(?<=耗资)|(?<=花费)|(?<=花了))多少",
        r"how much (?:money|funding)|how much (?:did|does|do|will|would)\b.*\bcost\b",
        r"how many (?:dollars|euros?|pounds|roubles|rubles|yuan)",
        r"сколько (?:денег|стои[тл]\w*|долларов|евро|рублей|юаней)",
    ),
    Kind.SHARE: (
        r"百分之几|百分之多少|百分比|比例|占比|[占有]多少(?=[?]|$)|几成",
        r"what (?:percent|percentage|share)|percentage|как(?:ой|ая) (?:процент|доля)",
        r"сколько процентов",
    ),
    Kind.DURATION: (
        r"多久|多长时间|几个?(?:小时|分钟|钟头|星期|月)|多少(?:天|小时|分钟|年)|几天",
        r"how (?:long|many (?:hours|minutes|days|weeks|months|years))",
        r"как долго|сколько (?:времени|часов|минут|дней|длил\w*)",
    ),
    Kind.AGE: (
        r"多大(?:年[纪龄]|岁|了(?=[?]|$))|几岁|多少岁|年龄|岁数",
        r"\bhow old\b|\bwhat age\b|\bage of\b",
        r"сколько лет \w+(?:[уюеи]|ой)\b|сколько \w+(?:[уюеи]|ой) лет|возраст",
    ),
    Kind.WHERE: (
        r"哪[里儿]|何[处地]|在哪|什么地方|哪个?(?:城市|国家|地[方点区]|州|省|机场|基地)|地点",
        r"哪些(?:地方|州|国家)|\bwhere\b|\bгде\b|куда|откуда",
        r"(?:what|which) (?:city|country|place|location|base|airport|state|venue)",
        r"в как(?:ом|ой) (?:городе|стране|месте)",
    ),
    Kind.WHY: (
        r"为什么|为何|为啥|原因|何以|怎么会|理由|目的何在",
        r"\bwhy\b|what (?:reason|caused)|how come|почему|зачем|причин",
    ),
    Kind.SAID: (
        r"(?:说|表示|评价|回应|称|讲|提|指出|警告|强调|聊|谈)[了过到]?[些点]?(?:什么(?!时|地方)|啥|哪(?!里|儿|天|年|月))",
        r"怎么(?:说|看|评价|回应|形容|称)|如何(?:评价|回应|看待|形容|描述)|立场|态度|评论|反应",
        r"\bsay\b|said|comment|respon|describe|react|\b(?:did|does|do)\b.{1,60}\bcall\b",
        r"что (?:сказал|заявил|ответил)|как (?:назвал|оценил|описал|отреаг)|назвал|позици|заяв",
    ),
    Kind.WHO: (
        r"谁|哪(?:位|个人|些人)|何人|什么人|哪几[位个]",
        r"\bwho(?:m|se)?\b|\bкто\b|\bкого\b|\bкому\b|\bкем\b|\bчей\b",
    ),
}
_GIVES = {
    Kind.CLOCK: (r"\d\s*[时点](?!间)|\d{1,2}:\d\d|凌晨|次日|\b[ap]\.?m\b|\bчас",),
    Kind.UNTIL: (
        r"[到至]了?(?:[次翌当隔今明昨][天日晚]|凌晨|清晨|早[上晨]|[上中下]午|傍晚|晚|深夜|午夜|周|[年月]底|\d)",
        r"(?:\d\s*[年月日号时点分]|[天日晚夜晨午后])[^,。;]{0,8}(?:结束|闭幕|落幕|散会|终止|停|完|为止)",
        r"\b(?:until|till|through|end(?:s|ed)|conclud\w+|finish\w+|expire\w*|lasted)\b",
        r"\bдо (?:\d|утра|вечера|ночи|полуночи|конца|\w+ (?:утра|вечера|ночи))",
        r"законч|оконч|заверш|истек|продли|длил",
    ),
    Kind.WHEN: (
        r"\d\s*[年月日号时点]|\d:\d\d|凌晨|上午|下午|晚上|次日|当天|隔天|\b(?:19|20)\d\d\b",
        r"\b(?:january|february|march|april|may|june|july|august|september)\b",
        r"\b(?:october|november|december)\b|\bмая\b|\bчас",
        r"январ|феврал|март|апрел|июн|июл|август|сентябр|октябр|ноябр|декабр",
    ),
    Kind.NUMBER: (
        r"\d|[一二两三四五六七八九十百千万亿半]+[个名架枚州天次家位条成人年方国对]|小时|百分之",
        r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|dozen|hundred|thousand)s?\b",
    ),
    Kind.MONEY: (
        r"[\d十百千万亿]\s*[多余]?(?:[美欧日港澳加]?元|英镑|卢布|日圆)|人民币|美金|[$€£¥₽]\s*\d",
        r"\b(?:dollars?|euros?|pounds|yuan|rou?bles?|usd|eur)\b|доллар|евро|рубл|юан",
    ),
    Kind.SHARE: (r"%|分之|[一二两三四五六七八九]成|\bper ?cent\b|процент",),
    Kind.DURATION: (
        r"[\d一二两三四五六七八九十几半]\s*[个多]{0,2}半?(?:小时|分钟|钟头|天|星期|周(?![一二三四五六日末]))",
        r"个半?月|(?<!\d)(?:\d{1,2}|[一二两三四五六七八九十几半])多?年",
        r"\b(?:hours?|minutes?|days?|weeks?|months?|years?)\b",
        r"\b(?:час(?:а|ов)?|минут\w?|дн(?:я|ей)|недел\w+|месяц\w*|лет|год[а]?)\b",
    ),
    Kind.AGE: (r"岁|[出诞]生|生于|\byears? old\b|\byear-old\b|\b(?:born|aged)\b|\bлет\b|родил",),
    Kind.ACCOUNT: (
        r"@\w|推特|电报|微博|脸书|社交媒体|社交平台|真实社交|\b(?:pic\.)?twitter\b|\bx\.com\b",
        r"\b(?:telegram|facebook|youtube|weibo|truth social)\b|телеграм|твиттер|соцсет",
    ),
    Kind.OUTLET: (
        r"据[一-鿿]{2,8}[社报网台]|[一-鿿][社报网台](?:[·,]|讯|记者)|[社报]\d|通讯社|新闻网|本[报社]",
        r"【[^】]*(?:报道|讯|电)|\b(?:reuters|afp|associated press|xinhua|tass|news)\b",
        r"агентств|газет|\bтасс\b",
    ),
    Kind.WHERE: (
        r"[州市国省县岛港宫城镇区]|基地|机场|附近|位于|在[^,。]{2,12}(?:举行|会面|会晤|会见)",
        r"\b(?:in|at|near)\b|\bв\b|\bна\b",
    ),
    Kind.WHY: (
        r"因|由于|为了|以便|以免|避免|目的|认为|原因|担心|旨在|所以|意味|以凸显|被视为|可能是",
        r"\bbecause\b|\bdue to\b|\bto\b|потому|чтобы|из-за|так как",
    ),
    Kind.SAID: (
        r"[“”「」『』\"«»]|说|表示|称|指出|强调|认为|宣布|警告|回应|透露",
        r"said|says|told|сказал|заяв",
    ),
    Kind.WHO: (
        r"·|总统|部长|总理|首相|特使|发言人|秘书|主席|助理|领导人|专家|分析人士|@\w",
        r"president|minister|secretary|президент|министр",
    ),
}
_NARROWER = {
    Kind.CLOCK: Kind.WHEN,
    Kind.UNTIL: Kind.WHEN,
    Kind.MONEY: Kind.NUMBER,
    Kind.SHARE: Kind.NUMBER,
    Kind.DURATION: Kind.NUMBER,
    Kind.AGE: Kind.NUMBER,
    Kind.ACCOUNT: Kind.WHO,
    Kind.OUTLET: Kind.WHO,
}
"""Who asks for a sum of money isn't told by any number."""
MEASURED = frozenset(
    (
        *(Kind.WHEN, Kind.CLOCK, Kind.UNTIL),
        *(Kind.NUMBER, Kind.MONEY, Kind.SHARE, Kind.DURATION, Kind.AGE),
    )
)
"""What is given in figures, or in the words for them: a sentence has one, or does not answer."""
_ASKING = (
    r"到(?:什么时(?:候|间)|何时|几[点时号日月]|哪一?[天年月日])",
    r"什么(?:时候|时间|东西|地方)?|为什么|为何|为啥|有?哪[里儿个些位家篇天年几]?|谁|多少",
    r"几[对比]几|几(?=[个名架枚天次家位条点号对])|怎么样?|怎样|如何|何[时地处人以]|何在|是不是|有没有|是否",
    r"除了|除此|以外|之外|到底|究竟|干嘛|请问|啥|吗|呢|吧|嘛|的|了|是|[那这哪](?:场|篇|条|个|次|些|边|里|时)?|还有",
    r"\b(?:a|an|the|of|to|in|on|at|for|by|from|with|about|and|or|is|are|was|were|be|been|do)\b",
    r"\b(?:does|did|done|has|have|had|will|would|can|could|should|shouldn't|what|what's|who)\b",
    r"\b(?:who's|whom|whose|which|when|where|why|how|many|much|that|this|these|those|it|its)\b",
    r"\b(?:he|she|they|his|her|their|there|any|some|please|tell|me|say|said)\b",
    r"\b(?:и|в|во|на|с|со|к|ко|о|об|от|до|из|за|по|под|при|для|не|ли|бы|же|а|но|что|кто)\b",
    r"\b(?:кого|кому|кем|где|когда|почему|зачем|как|какой|какая|какие|какое|каков|какова)\b",
    r"\b(?:какими|каких|какую|каком|сколько|чем|чей|это|этот|эта|эти|он|она|они|его|ее|их)\b",
    r"\b(?:i|you|we|us|them|him|our|your|my|as|into|also|just)\b",
    r"\b(?:такой|такая|такое|такие|или|уже|еще|тоже|также|я|ты|мы|вы|мне|вам|ну|вот|там|тут)\b",
    r"\b(?:был|была|было|были|есть|будет|куда|откуда|чего|который|которая|которые)\b",
)
_GREETING = (
    r"[你您]好|大家好|早上好|下午好|晚上好|早安|午安|晚安|嗨|哈[喽罗]|谢谢|多谢|再见|拜拜",
    r"\b(?:hello|hi|hey|good (?:morning|afternoon|evening|night)|thanks|thank you|bye|goodbye)\b",
    r"\b(?:привет|здравствуй(?:те)?|добр(?:ое|ый|ой) (?:утро|день|вечер|ночи)|спасибо|пока)\b",
)
_LEANING = (
    r"^(?:那|然后|还有|后来|接着|所以|他|她|它|其|这|对方)|呢[,?]|呢$|除了|还有谁|其中",
    r"^(?:and|then|what about|how about|he|she|they|it)\b",
    r"^(?:а|и|он|она|они|это)\b",
)


def _compiled(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


def _table(patterns: Mapping[Kind, Sequence[str]]) -> dict[Kind, re.Pattern[str]]:
    return {kind: _compiled(alternatives) for kind, alternatives in patterns.items()}


_ASKS_PATTERNS, _GIVES_PATTERNS = _table(_ASKS), _table(_GIVES)
_ASKING_PATTERN, _LEANING_PATTERN = _compiled((*_GREETING, *_ASKING)), _compiled(_LEANING)


def kinds(question: str) -> frozenset[Kind]:
    """Return what a folded question asks for, narrowly; empty where no pattern tells.

    >>> sorted(kind.value for kind in kinds("谁在几点降落"))
    ['clock', 'who']
    """
    found = {kind for kind, asks in _ASKS_PATTERNS.items() if asks.search(question)}
    return frozenset(found - {_NARROWER[kind] for kind in found if kind in _NARROWER})


@lru_cache(maxsize=65_536)
def kind_offsets(folded: str) -> set[int]:
    """Return the offsets of the characters that tell what a folded question asks for.

    The answer to "how much money" need not say "money". Those of verbs of saying are Han
    characters alone: "describe" and "call" tell more than 说.
    """
    return {
        at
        for kind, asks in _ASKS_PATTERNS.items()
        for match in asks.finditer(folded)
        for at in range(*match.span())
        if kind is not Kind.SAID or folded[at] > LAST_LETTER
    }


def gives(kind: Kind, sentence: str) -> bool:
    """Tell whether a folded sentence holds the kind of thing that is asked for."""
    pattern = _GIVES_PATTERNS.get(kind)
    return pattern is None or pattern.search(sentence) is not None


def leans_on_context(question: str) -> bool:
    """Tell whether a folded question points back at the one before it.

    >>> leans_on_context("那普京几点到的")
    True
    """
    return _LEANING_PATTERN.search(question) is not None


def asking_offsets(folded: str) -> set[int]:
    """Return the offsets of a folded question's characters that only ask and name nothing.

    >>> asking_offsets("谁提议?")
    {0}
    """
    return {at for match in _ASKING_PATTERN.finditer(folded) for at in range(*match.span())}


def asking_phrase_offsets(folded: str) -> set[int]:
    """Return the `asking_offsets` of phrases, whose characters are never of another word.

    >>> sorted(asking_phrase_offsets("谈到几点"))
    [1, 2, 3]
    """
    spans = (match.span() for match in _ASKING_PATTERN.finditer(folded))
    return {at for start, end in spans if end - start > 1 for at in range(start, end)}
