"""Cases of a made-up year: what becomes of each and when, drawn from a seed. No due time is reckoned here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

FIRST = datetime(2025, 12, 1, 6, 0, 7, tzinfo=UTC)
DAYS = 360
"""Until the end of November: both feasts, their half days, and a change of the year lie between."""
TOPICS: dict[str, tuple[int, int]] = {  # hours, working days
    "rogar-acik": (2, 0), "su-kesintisi": (24, 0), "su-basinci": (0, 3), "yol-ana-arter": (0, 5),
    "kanal-kokusu": (0, 12), "otobus-duragi": (0, 25),
}  # fmt: skip
KINDS = ("complaint", "complaint", "request", "information", "thanks")
CHANNELS = ("email", "sms", "webform", "call_centre")
DISTRICTS = ("Kadıköy", "Fatih", "Üsküdar", None)


@dataclass(frozen=True)
class Step:
    """One thing that happens: opened, routed, passed, paused, resumed, extended, closed or reopened."""

    at: datetime
    what: str
    value: Any = None


@dataclass
class YearCase:
    """A case with all that will happen to it, in order. `promise` is in hours or in working days."""

    opened_at: datetime
    topic: str
    kind: str
    unit: str
    channel: str
    district: str | None
    priority: str
    in_review: bool
    steps: list[Step] = field(default_factory=list)
    id: int = 0
    number: str = ""

    @property
    def promise(self) -> tuple[int, int]:
        return TOPICS[self.topic]


def draw_year(seed: int, count: int, units: Sequence[str]) -> list[YearCase]:
    """So many cases, the oldest first."""
    random = Random(seed)
    opened = sorted(FIRST + timedelta(seconds=60 * random.randrange(DAYS * 24 * 60)) for _ in range(count))
    return [_case(random, at, units) for at in opened]


def _case(random: Random, at: datetime, units: Sequence[str]) -> YearCase:
    case = YearCase(
        opened_at=at,
        topic=random.choice([*TOPICS]),
        kind=random.choice(KINDS),
        unit=random.choice(units),
        channel=random.choice(CHANNELS),
        district=random.choice(DISTRICTS),
        priority=random.choices(("life_safety", "high", "normal", "low"), (1, 2, 20, 2))[0],
        in_review=random.random() < 0.15,
    )
    case.steps = [Step(at, "opened"), *_life(random, case, at, units)]
    return case


def _life(random: Random, case: YearCase, at: datetime, units: Sequence[str]) -> Iterator[Step]:
    at = _later(random, at, 1)
    if case.in_review:
        yield Step(at, "routed")
    if random.random() < 0.12:
        at = _later(random, at, 30)
        yield Step(
            at, "paused", "fee" if case.kind == "information" and random.random() < 0.6 else "question"
        )
        at = _later(random, at, 120)
        yield Step(at, "resumed")
    if random.random() < 0.1:
        at = _later(random, at, 40)
        yield Step(at, "extended", random.randrange(1, 12))
    if random.random() < 0.1:
        at = _later(random, at, 60)
        yield Step(at, "passed", random.choice(units))
    if random.random() < 0.85:
        at = _later(random, at, 130)
        yield Step(at, "closed", random.choice(("resolved", "resolved", "rejected")))
        if random.random() < 0.12:
            at = _later(random, at, 100)
            yield Step(at, "reopened")
            if random.random() < 0.7:
                yield Step(_later(random, at, 90), "closed", "resolved")


def _later(random: Random, at: datetime, hours: float) -> datetime:
    """Some whole minutes later, that many hours on average."""
    return at + timedelta(minutes=1 + round(random.expovariate(1 / (hours * 60))))
