"""Whether two reports speak of the same thing: a citizen's own is offered as a duplicate, others' reports are
linked as the same incident. Nothing here merges anything.

Everything is pure. `marks` are the hashes under which a report is laid down and looked for, so that the store
finds the few earlier reports worth comparing by one index.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from math import cos, floor, radians

from domain.fingerprints import Fingerprint, alike, digest64
from domain.messages import Place
from domain.vocabulary import CaseKind, Confidentiality, LinkKind, Priority
from router.nearness import Nearness, distance, how_near, is_located, street_words

_METRES_A_DEGREE = 111_320
_WIDTH = cos(radians(45))  # cells narrow towards the pole; north of 45 degrees they would be too narrow
_INCIDENTS = frozenset({CaseKind.COMPLAINT, CaseKind.REQUEST, CaseKind.DANGER})
"""Kinds that speak of something in the street; many people asking the same is no incident."""

_ONE_SPOT_METRES = 50
"""How far apart a danger to life may be told and still be one: the next open manhole is another."""
_SOMEWHERE_THERE = frozenset({Nearness.NEAR, Nearness.AREA})


class Why(StrEnum):
    """What made two reports one matter; shown to reviewers."""

    SAME_WORDS = "same_words"
    SAME_PLACE = "same_topic_and_place"


@dataclass(frozen=True, kw_only=True)
class Rules:
    """How near is near: hours for the same citizen, for different ones, and metres."""

    duplicate_within: timedelta
    incident_within: timedelta
    metres: float

    @property
    def within(self) -> timedelta:
        """How long a report may matter to later ones at all."""
        return max(self.duplicate_within, self.incident_within)


@dataclass(frozen=True, kw_only=True)
class Report:
    """A case as far as duplicates go; `opened_at` is aware. `incident` is the first case of the incident it
    surely belongs to; `routed` says that no person has to look at its topic and unit."""

    case_id: int
    number: str
    citizen: int | None
    topic: str | None
    kind: CaseKind
    confidentiality: Confidentiality
    place: Place | None
    words: Fingerprint
    opened_at: datetime
    incident: int | None = None
    priority: Priority = Priority.NORMAL
    routed: bool = True

    @cached_property
    def own_marks(self) -> tuple[int, ...]:
        """The hashes of its citizen, area and streets: it is laid down and looked for under them."""
        return tuple(_own(self))

    @cached_property
    def word_marks(self) -> tuple[int, ...]:
        """A hash that nearly equal texts of its topic mostly share, and some that share a phrase; none where
        its words tell too little."""
        if not (_shared(self) and self.words.telling):
            return ()
        return (digest64("pair", self.topic, self.words.sketch[0]),)


@dataclass(frozen=True, kw_only=True)
class Relation:
    """What a report is to an earlier one; `sure` says that no person needs to look at it."""

    kind: LinkKind
    why: Why
    sure: bool = False


def relation(new: Report, old: Report, rules: Rules) -> Relation | None:
    """What the new report is to an earlier one, None when they have nothing to do with each other.

    The same citizen: the same words, or the same topic near in place. Different citizens: the same topic near
    in place, or the same long text where no place is told; and only where neither is confidential, since a
    link says something about both.
    """
    nearness = how_near(new.place, old.place, rules.metres)
    age = new.opened_at - old.opened_at
    if nearness is Nearness.FAR:
        return None
    if new.citizen is not None and new.citizen == old.citizen:
        why = _same_report(new, old, nearness) if age <= rules.duplicate_within else None
        return Relation(kind=LinkKind.DUPLICATE, why=why) if why else None
    if age > rules.incident_within or not (_shared(new) and _shared(old) and new.topic == old.topic):
        return None
    same_words = alike(new.words, old.words)
    if nearness in _SOMEWHERE_THERE:
        sure = _surely_one(new, old, nearness, same_words=same_words)
        return Relation(kind=LinkKind.SAME_INCIDENT, why=Why.SAME_PLACE, sure=sure)
    if new.words.telling and same_words:
        return Relation(kind=LinkKind.SAME_INCIDENT, why=Why.SAME_WORDS, sure=True)
    return None


def _surely_one(new: Report, old: Report, nearness: Nearness, *, same_words: bool) -> bool:
    """Whether two reports of one topic, near in place, are of one thing beyond doubt.

    In the same long words they are. In other words they must tell one spot, and nobody may doubt their topic.
    Where lives are at stake, one street or one neighbourhood is not enough for words that many use.
    """
    if same_words and new.words.telling:
        return True
    if Priority.LIFE_SAFETY in (new.priority, old.priority):
        return _within(new.place, old.place, _ONE_SPOT_METRES) or (same_words and nearness is Nearness.NEAR)
    return same_words or (nearness is Nearness.NEAR and new.routed and old.routed)


def _within(one: Place | None, other: Place | None, metres: float) -> bool:
    if one is None or other is None or not (is_located(one) and is_located(other)):
        return False
    return distance(one, other) <= metres


def _same_report(new: Report, old: Report, nearness: Nearness) -> Why | None:
    if alike(new.words, old.words):
        return Why.SAME_WORDS
    same_topic = new.topic is not None and new.topic == old.topic
    return Why.SAME_PLACE if same_topic and nearness in _SOMEWHERE_THERE else None


def _shared(report: Report) -> bool:
    public = report.confidentiality is Confidentiality.PUBLIC
    return report.topic is not None and public and report.kind in _INCIDENTS


def marks(report: Report, rules: Rules) -> list[int]:
    """The hashes a report is laid down under."""
    return [*report.own_marks, *report.word_marks, *_cells(report, rules, around=0)]


def looks(report: Report, rules: Rules) -> list[int]:
    """The hashes under which earlier reports worth comparing may lie; those in the same words lie under
    `word_marks`."""
    return [*report.own_marks, *_cells(report, rules, around=1)]


def _own(report: Report) -> Iterator[int]:
    if report.citizen is not None:
        yield digest64("citizen", report.citizen)
    if not _shared(report):
        return
    place = report.place or Place()
    if place.neighbourhood:
        yield digest64("area", report.topic, place.district, place.neighbourhood)
    if place.district:
        yield from (digest64("street", report.topic, place.district, w) for w in street_words(place)[:2])


def _cells(report: Report, rules: Rules, *, around: int) -> Iterator[int]:
    place = report.place
    if place is None or not is_located(place) or not _shared(report):
        return
    row = floor((place.latitude or 0.0) * _METRES_A_DEGREE / rules.metres)
    column = floor((place.longitude or 0.0) * _METRES_A_DEGREE * _WIDTH / rules.metres)
    for north in range(-around, around + 1):
        for east in range(-around, around + 1):
            yield digest64("cell", report.topic, row + north, column + east)
