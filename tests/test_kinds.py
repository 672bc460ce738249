import pytest

from index.kinds import Kind, asking_offsets, gives, kinds, leans_on_context
from index.normalization import fold


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("會議什麼時候開始?", Kind.WHEN),
        ("他几点到的", Kind.CLOCK),
        ("When did it end?", Kind.WHEN),
        ("Когда открылся зал?", Kind.WHEN),
        ("耗资多少?", Kind.MONEY),
        ("How many maps are there?", Kind.NUMBER),
        ("Сколько карт?", Kind.NUMBER),
        ("改成幾對幾?", Kind.NUMBER),
        ("有多少船?", Kind.NUMBER),
        ("修橋花了多少錢?", Kind.MONEY),
        ("How much did the bridge cost?", Kind.MONEY),
        ("Сколько стоил мост?", Kind.MONEY),
        ("控制了百分之幾?", Kind.SHARE),
        ("What percentage was repaired?", Kind.SHARE),
        ("Какая доля?", Kind.SHARE),
        ("談了多久?", Kind.DURATION),
        ("How long did it last?", Kind.DURATION),
        ("Как долго шёл ремонт?", Kind.DURATION),
        ("他今年多大年紀?", Kind.AGE),
        ("How old is the mayor?", Kind.AGE),
        ("Сколько лет мэру?", Kind.AGE),
        ("會議開到幾點?", Kind.UNTIL),
        ("Until when did they talk?", Kind.UNTIL),
        ("До какого часа шли переговоры?", Kind.UNTIL),
        ("在哪裡舉行?", Kind.WHERE),
        ("Where do the ferries go?", Kind.WHERE),
        ("Где зал?", Kind.WHERE),
        ("為什麼限重?", Kind.WHY),
        ("Why was it closed?", Kind.WHY),
        ("Почему закрыли?", Kind.WHY),
        ("市长说了什么?", Kind.SAID),
        ("What did the mayor say?", Kind.SAID),
        ("What did the mayor call it?", Kind.SAID),
        ("Что сказал мэр?", Kind.SAID),
        ("誰是市長?", Kind.WHO),
        ("Who leads the union?", Kind.WHO),
        ("Кто директор?", Kind.WHO),
        ("这句话的脚注是哪篇文章?", Kind.SOURCE),
        ("Which newspaper reported it?", Kind.SOURCE),
        ("Какая газета это написала?", Kind.SOURCE),
        ("这条推文的账号是谁?", Kind.ACCOUNT),
        ("他在哪個平台發文?", Kind.ACCOUNT),
        ("Which account posted it?", Kind.ACCOUNT),
        ("В какой соцсети это было?", Kind.ACCOUNT),
        ("這篇稿子是哪家媒體寫的?", Kind.OUTLET),
        ("Who wrote the article?", Kind.OUTLET),
        ("Какое агентство это написало?", Kind.OUTLET),
    ],
)
def test_a_question_tells_what_it_asks_for(question, kind):
    """The kind is seen in both Chinese scripts, in English and in Russian."""
    assert kind in kinds(fold(question))


@pytest.mark.parametrize("question", ["谈到什么时候结束?", "說到哪裡了?", "How long was the call?"])
def test_talking_is_no_statement_to_ask_for(question):
    """Until when one talked, or how long a call took, asks for no words."""
    assert Kind.SAID not in kinds(fold(question))


@pytest.mark.parametrize(
    "question",
    ["谁写了这封信?", "哪个机构批准的?", "Who wrote the letter?", "Which site was chosen?"],
)
def test_who_wrote_a_letter_is_no_outlet(question):
    """Nor is a place an account."""
    assert not kinds(fold(question)) & {Kind.OUTLET, Kind.ACCOUNT}


def test_a_statement_asks_for_nothing():
    """No pattern, no kind."""
    assert kinds(fold("青石桥重新开放")) == frozenset()


@pytest.mark.parametrize(
    ("kind", "holds", "lacks"),
    [
        (Kind.WHEN, "5月2日重新开放", "重新开放"),
        (Kind.WHEN, "зал открыли в марте", "зал открыли"),
        (Kind.NUMBER, "桥面限重20吨", "桥面限重"),
        (Kind.NUMBER, "after nine days", "after some days"),
        (Kind.MONEY, "耗资3亿元", "3位元首"),
        (Kind.MONEY, "it cost 20 dollars", "it took 20 days"),
        (Kind.MONEY, "стоил 5 млн рублей", "длился 5 дней"),
        (Kind.SHARE, "75%的土地", "75名士兵"),
        (Kind.DURATION, "持续近5小时", "5月开始"),
        (Kind.AGE, "这位72岁的市长", "这位市长72次"),
        (Kind.AGE, "the 61-year-old mayor", "61 years later"),
        (Kind.UNTIL, "会议开到凌晨两点", "会议在凌晨两点开始"),
        (Kind.UNTIL, "they talked until midnight", "they met at midnight"),
        (Kind.UNTIL, "говорили до полуночи", "встретились в полночь"),
        (Kind.DURATION, "it took nine days", "it took nine men"),
        (Kind.DURATION, "через два часа", "в два раза"),
        (Kind.WHERE, "河州市的桥", "这座桥"),
        (Kind.WHY, "因为桥面限重", "桥面限重"),
        (Kind.SAID, "市長說這座橋好", "這座橋好"),
        (Kind.WHO, "the president spoke", "they spoke"),
        (Kind.ACCOUNT, "— City (@city_hz) May 2", "May 2 in the city"),
        (Kind.ACCOUNT, "他在社交媒体发文", "他在会上发言"),
        (Kind.OUTLET, "据河州社", "据市长"),
        (Kind.OUTLET, "【河州社·报道 5月2日】", "【5月2日】"),
    ],
)
def test_a_sentence_gives_what_it_holds(kind, holds, lacks):
    """A sentence with the thing asked for gives it, the same without does not."""
    assert gives(kind, fold(holds))
    assert not gives(kind, fold(lacks))


@pytest.mark.parametrize("question", ["那俄方呢", "他还说了什么", "And why?", "А он?", "它呢?"])
def test_a_follow_up_leans_on_the_question_before(question):
    """Words that point back are seen at the beginning or the end."""
    assert leans_on_context(fold(question))


@pytest.mark.parametrize("question", ["青石桥什么时候开放", "When did it end?", "Где зал?"])
def test_a_whole_question_leans_on_nothing(question):
    """A question that names what it asks for stands alone."""
    assert not leans_on_context(fold(question))


def test_asking_words_are_told_from_naming_ones():
    """What only asks is left, once the rest is taken away, with nothing of the names."""
    question = fold("谁建了青石桥?")

    asking = asking_offsets(question)

    assert "".join(c for at, c in enumerate(question) if at not in asking) == "建青石桥?"


@pytest.mark.parametrize(
    "text",
    [
        "把这句话翻译成英文",
        "推荐几部电影",
        "17*23等于几",
        "translate this into german",
        "write me a poem about spring",
        "Переведи это на английский",
        "你叫什麼名字?",
        "How are you?",
        "Кто ты?",
    ],
)
def test_work_for_a_writer_is_told_from_a_question(text):
    """What asks to write, reckon or recommend, or who the bot is, is no question to quote for."""
    assert Kind.TASK in kinds(fold(text))


@pytest.mark.parametrize(
    "text",
    ["谁担任翻译", "谁推荐了这个方案", "who wrote the statement", "8/15会议", "他说你是谁了吗"],
)
def test_a_question_about_a_task_is_no_task(text):
    """A question that only mentions translating, recommending or a date is one like others."""
    assert Kind.TASK not in kinds(fold(text))


@pytest.mark.parametrize(
    "question", ["会谈几点开始", "會談幾時結束?", "At what time?", "Во сколько?"]
)
def test_the_time_of_day_is_asked_for_by_itself(question):
    """A question after the hour is not answered by a day."""
    assert kinds(fold(question)) & {Kind.CLOCK, Kind.WHEN} == {Kind.CLOCK}
    assert Kind.CLOCK not in kinds(fold("会谈是哪天? When was it? Когда?"))


@pytest.mark.parametrize(
    ("holds", "lacks"),
    [
        ("下午3时到达", "3月到达"),
        ("11:08 降落", "11人降落"),
        ("凌晨離開", "当天離開"),
        ("at 3 p.m. sharp", "in may"),
        ("持续到3点", "持续3时间"),
    ],
)
def test_a_sentence_gives_the_time_of_day(holds, lacks):
    """A day, a month or a length of time is no time of day."""
    assert gives(Kind.CLOCK, fold(holds))
    assert not gives(Kind.CLOCK, fold(lacks))


@pytest.mark.parametrize(
    ("text", "named"),
    [("你好，桥呢", "桥"), ("Good morning, Maine!", "maine"), ("Привет, мэр", "мэр"), ("早安", "")],
)
def test_a_greeting_names_nothing(text, named):
    """It is taken away with the words that only ask."""
    folded = fold(text)
    asking = asking_offsets(folded)

    left = "".join(c for at, c in enumerate(folded) if at not in asking)

    assert left.strip(" ,!") == named
