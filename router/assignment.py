"""Decides who solves a case, how fast and how discreetly, from what the classifier found."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from config.taxonomy import DESK_UNIT, Taxonomy
from domain.decisions import DISTRICT_MUNICIPALITY, Assignment, Classification, ResolutionTime, Topic
from domain.messages import Place
from domain.vocabulary import Channel, Confidentiality, Priority
from router.contracts import REVIEW_BELOW
from router.deadlines import legal_due_at, promised_at

NO_TOPIC_TIME = ResolutionTime(working_days=3)
"""The desk's promise while nobody knows what a case is about."""

_CONFIDENTIALITIES = (Confidentiality.PUBLIC, Confidentiality.IDENTITY_HIDDEN, Confidentiality.RESTRICTED)


class ReviewReason(StrEnum):
    """Why a person must look at an assignment."""

    NO_TOPIC = "no_topic"
    UNSURE = "unsure"
    NO_DISTRICT = "no_district"
    NO_UNIT = "no_unit"
    ILLEGIBLE = "illegible"  # the words come from a scan that could not be read well
    NO_ADDRESS = "no_address"  # the unit has no e-mail address to bring a case to


def assign(
    classification: Classification,
    place: Place | None,
    taxonomy: Taxonomy,
    *,
    now: datetime,
    channel: Channel | None = None,
    hide_identity: bool = False,
    illegible: bool = False,
) -> Assignment:
    """The assignment of a case classified so at `now` (aware); never raises for what a citizen wrote.

    What is unsure goes to the desk's unit with `needs_review`; a danger to life goes to its topic's unit at
    once all the same. `reasons` are `ReviewReason`s. No rule depends on the channel yet.
    """
    topic = taxonomy.topics.get(classification.topic or "")
    unit, reasons = _unit(topic, classification, place, taxonomy)
    reasons = [*reasons, ReviewReason.ILLEGIBLE] if illegible else reasons
    if reasons and not classification.life_safety:
        unit = DESK_UNIT
    return Assignment(
        unit=unit,
        priority=_priority(topic, classification),
        confidentiality=_confidentiality(topic, classification, hide_identity=hide_identity),
        promised_at=promised_at(topic.resolution_time if topic else NO_TOPIC_TIME, now),
        legal_due_at=legal_due_at(classification.kind, now),
        needs_review=bool(reasons),
        reasons=tuple(reasons),
    )


def _unit(
    topic: Topic | None, classification: Classification, place: Place | None, taxonomy: Taxonomy
) -> tuple[str, Sequence[ReviewReason]]:
    if topic is None:
        return DESK_UNIT, [ReviewReason.NO_TOPIC]
    reasons = [ReviewReason.UNSURE] if classification.confidence < REVIEW_BELOW else []
    unit = topic.unit
    if unit == DISTRICT_MUNICIPALITY:
        district = place.district if place else None
        unit = taxonomy.by_district.get(district or "") or topic.district_fallback or DESK_UNIT
        if unit == DESK_UNIT:
            reasons.append(ReviewReason.NO_DISTRICT)
    if unit not in taxonomy.units:
        return DESK_UNIT, [*reasons, ReviewReason.NO_UNIT]
    return unit, reasons


def _priority(topic: Topic | None, classification: Classification) -> Priority:
    """A danger to life that is only guessed from words is looked at first, but alarms nobody."""
    if classification.life_safety:
        return Priority.LIFE_SAFETY
    guessed = topic.priority if topic else Priority.NORMAL
    return Priority.HIGH if guessed is Priority.LIFE_SAFETY else guessed


def _confidentiality(
    topic: Topic | None, classification: Classification, *, hide_identity: bool
) -> Confidentiality:
    found = [topic.confidentiality if topic else None, classification.confidentiality]
    if hide_identity:
        found.append(Confidentiality.IDENTITY_HIDDEN)
    known = [degree for degree in found if degree]
    return max(known, key=_CONFIDENTIALITIES.index, default=Confidentiality.PUBLIC)
