"""Where a case goes once a person has said what it is about: by the same rules as the program's own routing.

Deadlines run from when the case was opened, or its citizen objected, by what it is found to be about: passing
a case around wins no time. A case becomes less discreet only where the person says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from config.taxonomy import DESK_UNIT
from domain.cases import more_urgent
from domain.decisions import Assignment, Classification, Question
from domain.messages import InboundMessage, Place
from domain.text import fold
from domain.vocabulary import CaseKind, CaseState, Channel, Confidentiality, Priority
from pipeline.judgement import Judgement
from pipeline.opening import first_state
from pipeline.refusal import RefusedError
from router.pauses import moved
from store.models import Case


@dataclass(frozen=True, kw_only=True)
class Rerouting:
    """A case and what was said of it; every property raises PermanentError where something is missing."""

    judgement: Judgement
    case: Case
    message: InboundMessage
    kind: CaseKind
    given_topic: str | None = None
    given_unit: str | None = None
    given_district: str | None = None
    priority: Priority | None = None
    confidentiality: Confidentiality | None = None

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of the case that follow."""
        return {
            "kind": self.kind,
            "topic": self.topic,
            "unit": self.decided.unit,
            "state": self.state,
            "priority": self.decided.priority,
            "confidentiality": self.decided.confidentiality,
            **self._located,
            **self._times,
        }

    @cached_property
    def topic(self) -> str:
        """What the case is about."""
        topic = self.given_topic or self.case.topic
        if topic is None:
            raise RefusedError("no_topic_yet", number=self.case.number)
        if topic not in self.judgement.taxonomy.topics:
            raise RefusedError("unknown_topic", code=topic)
        return topic

    @cached_property
    def place(self) -> Place | None:
        """Where it is. A street that seemed to lie in another district is still what the citizen told."""
        place = Place.stored(self.case.place) if self.case.place else None
        if not self.given_district:
            return place
        known = {fold(name): name for name in self.judgement.taxonomy.by_district}
        district = known.get(fold(self.given_district.strip()))
        if district is None:
            raise RefusedError("unknown_district", district=self.given_district)
        if place and place.district == district:
            return place
        return replace(place or Place(), district=district, neighbourhood=None)

    @property
    def state(self) -> CaseState:
        """Where the case stands then."""
        return first_state(self.decided)

    @cached_property
    def decided(self) -> Assignment:
        """The assignment, as the rules and the person have it."""
        return replace(
            self._assigned,
            unit=self._unit,
            priority=self.priority or self._urgency,
            confidentiality=self.confidentiality or self._assigned.confidentiality,
            needs_review=False,
            answered=self._assigned.answered and not self.given_unit,
        )

    def refuse_silent(self) -> None:
        """Raise where a case would go to a unit that no mail reaches."""
        unit = self.judgement.taxonomy.units[self.decided.unit]
        there_already = self.case.state == CaseState.ASSIGNED and self.case.unit == unit.code
        if self.state is CaseState.ASSIGNED and not (unit.emails or unit.code == DESK_UNIT or there_already):
            raise RefusedError("silent_unit", unit=unit.code)

    @property
    def _same_topic(self) -> bool:
        return self.topic == self.case.topic

    @cached_property
    def _found(self) -> Classification:
        return Classification(
            kind=self.kind,
            topic=self.topic,
            confidence=1.0,
            sure=True,
            place=self.place,
            life_safety=self._is_danger,
            confidentiality=Confidentiality(self.case.confidentiality),
        )

    @property
    def _is_danger(self) -> bool:
        """A person's word for a dangerous topic is no guess; a danger seen in words stays with its topic."""
        dangerous = self.judgement.taxonomy.topics[self.topic].priority is Priority.LIFE_SAFETY
        return dangerous or (self._same_topic and self.case.priority == Priority.LIFE_SAFETY)

    def _assign(self, found: Classification) -> Assignment:
        question = Question(
            text=self.message.own_words,
            channel=Channel(self.case.channel),
            place=self.place,
            hide_identity=self.message.hide_identity,
            by_person=True,
        )
        return self.judgement.assign(question, found, self.case.objected_at or self.case.opened_at)

    @cached_property
    def _assigned(self) -> Assignment:
        return self._assign(self._found)

    @property
    def _urgency(self) -> Priority:
        """What raised the priority of the same matter meanwhile is not undone by a confirmation."""
        ruled = self._assigned.priority
        return more_urgent(ruled, Priority(self.case.priority)) if self._same_topic else ruled

    @property
    def _unit(self) -> str:
        units, case = self.judgement.taxonomy.units, self.case
        if self.given_unit:
            if self.given_unit not in units:
                raise RefusedError("unknown_unit", code=self.given_unit)
            return self.given_unit
        if self._same_topic and not self.given_district and case.unit != DESK_UNIT and case.unit in units:
            return case.unit
        if self._assigned.needs_review:
            raise RefusedError("no_unit_follows", number=case.number, why=list(self._assigned.reasons))
        return self._assigned.unit

    @property
    def _located(self) -> Mapping[str, Any]:
        if self.place is None:
            return {}
        names = {"district": self.place.district, "neighbourhood": self.place.neighbourhood}
        return names | {"place": dict(vars(self.place))}

    @property
    def _times(self) -> Mapping[str, datetime]:
        """The new matter's times; earlier ones that others set (an institution, a merged case) stay, and so
        does what pauses and extensions added to the promise. The law of another kind may know neither."""
        before = self._assign(replace(self._found, topic=self.case.topic, kind=CaseKind(self.case.kind)))
        promised, legal = (
            _moved(
                getattr(self.case, name), getattr(before, name), getattr(self._assigned, name), keeps=keeps
            )
            for name, keeps in (("promised_at", True), ("legal_due_at", False))
        )
        return {"promised_at": promised, "legal_due_at": legal, "due_at": min(promised, legal)}


def _moved(held: datetime, ruled_before: datetime, ruled_now: datetime, *, keeps: bool) -> datetime:
    if ruled_now == ruled_before:
        return held
    if held > ruled_before and keeps:
        return moved(ruled_now, ruled_before, held, half_days=False)
    return min(held, ruled_now) if held < ruled_before else ruled_now
