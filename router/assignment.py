"""Decides who solves a case, how fast and how discreetly, from what the classifier found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from config.taxonomy import DESK_UNIT
from domain.cases import more_urgent
from domain.decisions import Assignment, Classification, ResolutionTime, Topic
from domain.messages import Place
from domain.vocabulary import CaseKind, Channel, Confidentiality, Priority
from router.deadlines import legal_due_at, promised_at
from router.rules import Decision, Facts, RuleBook, RuleError, decide
from router.sharing import NO_LOAD

NO_TOPIC_TIME = ResolutionTime(working_days=3)
"""The desk's promise while nobody knows what a case is about."""

CLOSED_FROM = 0.9
"""To close somebody's case with an answer takes more certainty than to route it."""
_ANSWERED_BY_FILE = frozenset({Channel.CIMER, Channel.BEHAK})
_CONFIDENTIALITIES = (Confidentiality.PUBLIC, Confidentiality.IDENTITY_HIDDEN, Confidentiality.RESTRICTED)


class ReviewReason(StrEnum):
    """Why a person must look at an assignment."""

    NO_TOPIC = "no_topic"
    UNSURE = "unsure"
    NO_DISTRICT = "no_district"
    NO_UNIT = "no_unit"
    ILLEGIBLE = "illegible"  # the words come from a scan that could not be read well
    NO_ADDRESS = "no_address"  # the unit has no e-mail address to bring a case to
    BY_RULE = "by_rule"  # a rule says that a person is to look
    RULE_FAULT = "rule_fault"  # the rule that should have decided cannot be applied
    RETURNED = "returned"  # a unit gave it back as not theirs
    UNPROVEN_UNIT = "unproven_unit"  # it pretends to be a unit's answer, and proves it by nothing that counts
    OBJECTED = (
        "objected"  # its citizen objected to its being rejected, or to an answer that no unit can be told of
    )
    OUT_OF_SCOPE = "out_of_scope"  # nobody's here, it seems, but not surely enough to close it


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    decision: Decision
    reasons: Sequence[ReviewReason] = ()
    fault: RuleError | None = None


def assign(
    classification: Classification,
    place: Place | None,
    book: RuleBook,
    *,
    now: datetime,
    channel: Channel | None = None,
    hide_identity: bool = False,
    illegible: bool = False,
    by_person: bool = False,
    load: Mapping[str, int] = NO_LOAD,
) -> Assignment:
    """The assignment of a case classified so at `now` (aware); never raises for what a citizen wrote, nor for
    a rule at fault, which is told in `fault`.

    What is unsure goes to the desk's unit with `needs_review`; a danger to life goes to its unit at once all
    the same. `reasons` are `ReviewReason`s. `load` is how many open cases the units have that share topics.
    """
    topic = book.taxonomy.topics.get(classification.topic or "")
    found = _found(topic, classification, _facts(classification, place, channel), book, load)
    reasons = [*found.reasons, *([ReviewReason.ILLEGIBLE] if illegible else [])]
    answered = bool(topic and topic.answer) and not classification.life_safety
    unsure = not by_person and not _closes(classification, channel)
    if answered and (reasons or unsure):
        reasons, answered = [*reasons, ReviewReason.OUT_OF_SCOPE], False
    unit = found.decision.unit or DESK_UNIT
    promised, legal = clocks(topic, classification.kind, now)
    return Assignment(
        unit=DESK_UNIT if reasons and not classification.life_safety else unit,
        priority=_priority(topic, classification, found.decision.raise_to),
        confidentiality=_confidentiality(
            topic, classification, found.decision.confidentiality, hide_identity=hide_identity
        ),
        promised_at=promised,
        legal_due_at=legal,
        needs_review=bool(reasons),
        reasons=tuple(reasons),
        rule=found.fault.rule if found.fault else found.decision.rule,
        fault=str(found.fault) if found.fault else None,
        answered=answered,
    )


def clocks(topic: Topic | None, kind: CaseKind, since: datetime) -> tuple[datetime, datetime]:
    """The desk's promise and the law's ceiling of a case whose time begins then; aware times, in UTC."""
    return promised_at(topic.resolution_time if topic else NO_TOPIC_TIME, since), legal_due_at(kind, since)


def for_review(assignment: Assignment, reason: str) -> Assignment:
    """The same for a person to look at first; a danger to life goes to its unit at once all the same."""
    unit = assignment.unit if assignment.priority is Priority.LIFE_SAFETY else DESK_UNIT
    reasons = (*assignment.reasons, reason)
    return replace(assignment, unit=unit, needs_review=True, answered=False, reasons=reasons)


def _facts(classification: Classification, place: Place | None, channel: Channel | None) -> Facts:
    return Facts(
        topic=classification.topic or "",
        district=place.district if place else None,
        neighbourhood=place.neighbourhood if place else None,
        place_kind=place.kind if place else None,
        channel=channel,
        kind=classification.kind,
    )


def _found(
    topic: Topic | None,
    classification: Classification,
    facts: Facts,
    book: RuleBook,
    load: Mapping[str, int],
) -> _Found:
    if topic is None:
        return _Found(decision=Decision(unit=DESK_UNIT), reasons=[ReviewReason.NO_TOPIC])
    reasons = [] if classification.sure else [ReviewReason.UNSURE]
    try:
        decision = decide(book, facts, load)
    except RuleError as error:
        # Where lives are at stake the topic's own unit hears of it at once, whatever the rule was to change.
        own = Decision(unit=topic.unit if topic.unit in book.taxonomy.units else DESK_UNIT)
        return _Found(decision=own, reasons=[*reasons, ReviewReason.RULE_FAULT], fault=error)
    if classification.life_safety and decision.rule and decision.unit == DESK_UNIT != topic.unit:
        # A rule's doubt about who is responsible costs no minute: the topic's own unit passes it on.
        decision = replace(decision, unit=topic.unit if topic.unit in book.taxonomy.units else DESK_UNIT)
        reasons.append(ReviewReason.BY_RULE)
    elif decision.no_district:
        reasons.append(ReviewReason.NO_DISTRICT)
    elif decision.unit is None:
        reasons.append(ReviewReason.NO_UNIT)
    elif decision.rule and decision.unit == DESK_UNIT:
        reasons.append(ReviewReason.BY_RULE)
    return _Found(decision=decision, reasons=reasons)


def _closes(classification: Classification, channel: Channel | None) -> bool:
    """Whether a case may be closed unseen. What an institution handed over is answered by its own file."""
    signalled = classification.confidentiality not in (None, Confidentiality.PUBLIC)
    return classification.confidence >= CLOSED_FROM and not signalled and channel not in _ANSWERED_BY_FILE


def _priority(topic: Topic | None, classification: Classification, raise_to: Priority | None) -> Priority:
    """A danger to life that is only guessed from words is looked at first, but alarms nobody."""
    if classification.life_safety:
        return Priority.LIFE_SAFETY
    guessed = more_urgent(topic.priority if topic else Priority.NORMAL, raise_to or Priority.LOW)
    return Priority.HIGH if guessed is Priority.LIFE_SAFETY else guessed


def _confidentiality(
    topic: Topic | None,
    classification: Classification,
    by_rule: Confidentiality | None,
    *,
    hide_identity: bool,
) -> Confidentiality:
    found = [topic.confidentiality if topic else None, classification.confidentiality, by_rule]
    if hide_identity:
        found.append(Confidentiality.IDENTITY_HIDDEN)
    known = [degree for degree in found if degree]
    return max(known, key=_CONFIDENTIALITIES.index, default=Confidentiality.PUBLIC)
