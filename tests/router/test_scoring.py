"""How words become a confidence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.decisions import ResolutionTime, Topic
from router.lexicon import Match
from router.scoring import TopicWords, confidence

SCORES = st.floats(0, 1_000)


def topic(code: str, unit: str, **words: float) -> Topic:
    spelled = {word.replace("_", " "): weight for word, weight in words.items()}
    return Topic(code=code, name=code, unit=unit, resolution_time=ResolutionTime(hours=1), words=spelled)


def found(*phrases: str, nearness: float = 1.0) -> dict[str, Match]:
    return {phrase: Match(phrase, 0, 1, nearness) for phrase in phrases}


@given(score=SCORES, more=SCORES, rival=SCORES)
def test_more_evidence_is_never_less_sure(score: float, more: float, rival: float) -> None:
    assert confidence(score + more, rival) >= confidence(score, rival)


@given(score=SCORES, rival=SCORES, more=SCORES)
def test_a_stronger_rival_is_never_more_sure(score: float, rival: float, more: float) -> None:
    assert 0 <= confidence(score, rival + more) <= confidence(score, rival) <= 1


def test_a_word_that_many_topics_share_weighs_less() -> None:
    words = TopicWords([topic("a", "x", road=1, hole=1), topic("b", "y", road=1), topic("c", "z", road=1)])
    assert words.rank(found("road"), 1)[0].score < words.rank(found("hole"), 1)[0].score


def test_a_phrase_weighs_more_than_a_word_and_less_when_torn_apart() -> None:
    words = TopicWords([topic("a", "x", hole=1, deep_hole=1)])
    (phrase,), (word,) = words.rank(found("deep hole"), 1), words.rank(found("hole"), 1)
    (torn,) = words.rank(found("deep hole", nearness=0.5), 1)
    assert torn.score < word.score < phrase.score


def test_a_rival_of_the_same_unit_leaves_more_confidence() -> None:
    same = TopicWords([topic("a", "x", hole=2, road=1), topic("b", "x", road=1)])
    other = TopicWords([topic("a", "x", hole=2, road=1), topic("b", "y", road=1)])
    assert (
        same.rank(found("hole", "road"), 2)[0].confidence > other.rank(found("hole", "road"), 2)[0].confidence
    )


def test_equal_topics_stand_in_a_fixed_order_and_are_not_sure() -> None:
    for order in ([0, 1], [1, 0]):
        topics = [topic("a", "x", hole=5), topic("b", "y", hole=5)]
        ranked = TopicWords([topics[i] for i in order]).rank(found("hole"), 5)
        assert [r.topic.code for r in ranked] == ["a", "b"]
        assert ranked[0].confidence < 0.5


def test_reasons_are_the_weightiest_words_of_the_topic() -> None:
    words = TopicWords([topic("a", "x", hole=1, road=0.5, deep_hole=2), topic("b", "y", sea=1)])
    a = words.rank(found("hole", "road"), 1)[0].topic
    assert words.reasons(a, found("road", "sea", "hole", "deep hole")) == ["deep hole", "hole", "road"]


def test_nothing_found_ranks_nothing() -> None:
    assert TopicWords([topic("a", "x", hole=1)]).rank({}, 3) == []


@pytest.mark.parametrize(
    ("score", "rival", "sure"), [(0, 0, False), (0.5, 0, False), (2, 0, True), (2, 2, False)]
)
def test_where_the_threshold_lies(score: float, rival: float, sure: bool) -> None:
    """One rare word alone is looked at by a person; a strong phrase without a rival is not."""
    assert (confidence(score, rival) >= 0.5) is sure
