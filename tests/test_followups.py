"""What was asked before is known for a while, to its asker, in its place."""

from __future__ import annotations

import pytest

from bot.followups import KEPT_ASKERS, KEPT_SECONDS, Asker, FollowUps

ANN = Asker(-5, 42, 1)


@pytest.fixture
def followups(clock):
    return FollowUps(clock)


def note(followups, question, *, asker=ANN, message_id=1, understood_with=None):
    followups.note(asker, question, message_id=message_id, understood_with=understood_with)


def test_the_question_before_is_known_to_its_asker_in_its_topic(followups):
    """Another person, topic or chat has none."""
    note(followups, "一")

    assert followups.before(ANN, message_id=2) == "一"
    for other in (Asker(-5, 42, 2), Asker(-5, None, 1), Asker(-6, 42, 1)):
        assert followups.before(other, message_id=2) is None


def test_it_is_forgotten_after_a_while(followups, clock):
    """An old question is no context, and takes no room."""
    note(followups, "一")
    clock.now += KEPT_SECONDS + 1

    assert followups.before(ANN, message_id=2) is None
    note(followups, "二", asker=Asker(1, None, 1))
    assert followups.forget(1) == 1


def test_an_edited_question_leans_on_the_one_before_it(followups):
    """It never leans on what the message said itself."""
    note(followups, "一", message_id=1)
    note(followups, "二", message_id=2)
    note(followups, "二改", message_id=2)

    assert followups.before(ANN, message_id=2) == "一"
    assert followups.before(ANN, message_id=3) == "二改"


def test_a_chain_of_questions_keeps_its_beginning(followups):
    """What a follow-up borrowed is there for the next one, until it becomes too long."""
    note(followups, "那普京呢", understood_with="川普几点到")
    assert followups.before(ANN, message_id=2) == "川普几点到 那普京呢"

    note(followups, "为什么", message_id=2, understood_with="長" * 300)
    assert followups.before(ANN, message_id=3) == "为什么"


def test_a_person_is_forgotten_everywhere(followups):
    """The others stay."""
    note(followups, "一")
    note(followups, "二", asker=Asker(7, None, 1))
    note(followups, "三", asker=Asker(7, None, 2))

    assert followups.forget(1) == 2
    assert followups.before(ANN, message_id=9) is None
    assert followups.before(Asker(7, None, 2), message_id=9) == "三"


def test_memory_is_bounded(followups):
    """Of very many askers the latest are known."""
    for person in range(KEPT_ASKERS + 1):
        note(followups, "一", asker=Asker(1, None, person))

    assert followups.before(Asker(1, None, 0), message_id=9) is None
    assert followups.before(Asker(1, None, 1), message_id=9) == "一"
