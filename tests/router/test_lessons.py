"""What a model learns from: the earlier decisions, and shipped examples that count less the more of them."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from router.lessons import EVIDENCE, Decided, distinct, lessons
from router.training import Sample

NOON = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
EXAMPLES = [Sample("çöp alınmadı", "cop"), Sample("su yok", "su", 2.0)]


def said(*given: tuple[str, str, int]) -> list[Decided]:
    return [Decided(text=text, label=topic, at=NOON + timedelta(hours=hour)) for text, topic, hour in given]


def numbered(count: int, topic: str = "cop") -> list[Decided]:
    return said(*((f"çöp {number}", topic, number) for number in range(count)))


@pytest.mark.parametrize(("count", "held_out"), [(2, 1), (5, 1), (6, 2), (10, 2), (100, 20)])
def test_the_latest_fifth_is_tried_on_and_never_learned(count: int, held_out: int) -> None:
    decided = numbered(count)
    lesson = lessons(decided, EXAMPLES)
    assert list(lesson.held_out) == decided[-held_out:]
    assert [s.text for s in lesson.samples] == [
        *(s.text for s in EXAMPLES),
        *(d.text for d in decided[:-held_out]),
    ]
    assert lesson.until == decided[-held_out - 1].at < lesson.held_out[0].at
    assert lesson.learned == Counter(cop=count - held_out)


@pytest.mark.parametrize(("decisions", "share"), [(0, 1.0), (EVIDENCE, 0.5), (3 * EVIDENCE, 0.25)])
def test_examples_count_less_the_more_was_decided_about_their_topic(decisions: int, share: float) -> None:
    others = said(("su yok", "su", 900), ("su hâlâ yok", "su", 901))
    held_out = -(-(decisions + 2) // 4)  # a quarter of what is learned makes a fifth of all
    decided = [*numbered(decisions), *others, *said(*((f"son {n}", "su", 1000 + n) for n in range(held_out)))]
    lesson = lessons(decided, EXAMPLES)
    assert lesson.learned["cop"] == decisions
    assert lesson.samples[0].weight == pytest.approx(share)
    assert lesson.samples[1].weight == pytest.approx(2.0 * EVIDENCE / (EVIDENCE + lesson.learned["su"]))


def test_the_same_words_are_one_decision_the_last() -> None:
    decided = said(
        ("ÇÖP alınmadı!", "yol", 2), ("cop alinmadi", "cop", 3), ("su yok", "su", 1), ("  ", "su", 4)
    )
    assert [(d.text, d.label) for d in distinct(decided)] == [("su yok", "su"), ("cop alinmadi", "cop")]


@pytest.mark.parametrize("count", [0, 1])
def test_too_little_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match="nothing to learn"):
        lessons(numbered(count), EXAMPLES)
