"""What a new model learns from and is tried on: people's decisions, mixed with the shipped examples."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil

from domain.text import words
from router.training import Sample

HELD_OUT = 0.2
"""The share of decisions, the latest ones, that is never learned from but tried on: a model is used on what
comes after what it learned, so it is measured so."""
EVIDENCE = 20
"""So many decisions about a label say as much as its shipped examples: these then count half."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A text whose label (topic, kind or verdict) a person confirmed or corrected, at a time (aware)."""

    text: str
    label: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Lessons:
    """What to train with, and what to try on. `learned` counts the decisions among the samples by label,
    `until` is the time of the last of them."""

    samples: Sequence[Sample]
    held_out: Sequence[Decided]
    learned: Counter[str]
    until: datetime


def distinct(decided: Iterable[Decided]) -> list[Decided]:
    """One decision for each wording, the last, in order of time: a storm brings the same words a hundred
    times, and they must not be learned and tried on at once."""
    latest = {tuple(words(each.text)): each for each in sorted(decided, key=lambda d: d.at)}
    return sorted((each for wording, each in latest.items() if wording), key=lambda d: d.at)


def lessons(decided: Sequence[Decided], shipped: Sequence[Sample], evidence: int = EVIDENCE) -> Lessons:
    """The earlier decisions and the shipped examples to train with, the latest decisions to try on.

    `decided` is as `distinct` gives it; after `evidence` decisions a label's examples count half. Raises
    ValueError where there are fewer than two decisions.
    """
    if len(decided) < 2:
        raise ValueError("there is nothing to learn from and to try on")
    learned = decided[: len(decided) - ceil(HELD_OUT * len(decided))]
    counts = Counter(each.label for each in learned)
    examples = [replace(s, weight=s.weight * evidence / (evidence + counts[s.label])) for s in shipped]
    return Lessons(
        samples=[*examples, *(Sample(each.text, each.label) for each in learned)],
        held_out=decided[len(learned) :],
        learned=counts,
        until=learned[-1].at,
    )
