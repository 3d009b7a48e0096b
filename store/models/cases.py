"""Citizens and how they are reached, cases and their append-only history."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from config.taxonomy import DESK_UNIT
from domain.vocabulary import CaseKind, CaseState, Confidentiality, Priority
from store.models.columns import (
    json_list,
    json_object,
    json_or_null,
    key,
    one_of,
    reference,
    texts_or_null,
)

PRIORITY_RANK = text("array_position(ARRAY['life_safety', 'high', 'normal', 'low'], CAST(priority AS text))")
"""What is most urgent has the least of these."""
NAME_WORDS = text("to_tsvector('simple'::regconfig, folded_name)")
FOR_48_HOURS = text(
    "forwarded_notice_at IS NULL AND state = 'assigned' AND kind <> 'thanks' AND paused_at IS NULL"
    f" AND unit <> '{DESK_UNIT}'"
)
"""Whose citizens may have to be told that it is with its unit and unsolved: thanks want no solution."""
_TIME_RUNS = "state NOT IN ('resolved', 'rejected') AND paused_at IS NULL"
TO_BE_WATCHED = text(f"{_TIME_RUNS} AND watched_due_at IS DISTINCT FROM due_at")
"""Nobody has worked out yet when its unit must be reminded of the due time it has now."""
WATCHED = text(f"{_TIME_RUNS} AND watch_at IS NOT NULL")
_UNACCEPTED = (
    "state IN ('assigned', 'reopened') AND accepted_at IS NULL AND paused_at IS NULL"
    f" AND confidentiality <> 'restricted' AND unit <> '{DESK_UNIT}'"
)
TO_BE_ACCEPTED = text(f"{_UNACCEPTED} AND acceptance_unit IS DISTINCT FROM unit")
"""Nobody has worked out yet until when the unit it is with should have accepted it."""
UNACCEPTED = text(f"{_UNACCEPTED} AND acceptance_at IS NOT NULL")
TO_BE_ANONYMISED = text("closed_at IS NOT NULL AND anonymised_at IS NULL")
"""Whose time to be kept may come to its end."""
WAITS_FOR_REVIEW = text("state = 'in_review' OR (needs_review AND state IN ('assigned', 'reopened'))")
"""Whether a person must look at a case: before it goes anywhere, or, where lives are at stake, after."""


class Citizen(SQLModel, table=True):
    """A person in the one register of all channels. Two people are never merged on a name.

    `folded_name` is what the name is found by. One that was `merged_into` another keeps its name, and nothing
    else is theirs until that is undone. One that was erased is a number.
    """

    __tablename__ = "citizens"
    __table_args__ = (
        Index(
            "citizens_by_name",
            NAME_WORDS,
            postgresql_using="gin",
            postgresql_where=text("folded_name IS NOT NULL"),
        ),
        Index("citizens_merged", "merged_into", postgresql_where=text("merged_into IS NOT NULL")),
    )

    id: int | None = key()
    name: str | None = None
    folded_name: str | None = None
    created_at: datetime
    merged_into: int | None = reference("citizens.id", nullable=True)
    erased_at: datetime | None = None


class Contact(SQLModel, table=True):
    """An address of a citizen, or one that a message merely named, which then has no citizen yet.

    `stopped_at` says that no notices may go there any more. What its owner wishes beyond that, None where
    nothing is known: by which medium to be told first, between which hours (Istanbul's) not at all, and the
    templates of notices they can do without.
    """

    __tablename__ = "contacts"

    id: int | None = key()
    citizen_id: int | None = reference("citizens.id", index=True, nullable=True)
    urn: str = Field(unique=True)
    created_at: datetime
    stopped_at: datetime | None = None
    undeliverable_at: datetime | None = None
    preferred_medium: str | None = None
    quiet_from: int | None = None
    quiet_until: int | None = None
    declined: list[str] | None = texts_or_null()


class Case(SQLModel, table=True):
    """A case. `security_number` is ciphertext; due times are UTC and each has its sweep's index.

    `reviewer` has it in hand until `claimed_until`, and no longer. `watch_at` is when a unit must be told of
    its time next, worked out for the due time `watched_due_at`; it stands still while `paused_at` is set.
    `accepted_at` is when the unit it is with said that it is theirs, `acceptance_at` when that unit, if it is
    still `acceptance_unit`, is reminded that it has not, `extended_at` when a unit was given more
    time: once for a case, whatever units it goes to. `objected_at` is when its citizen objected to an answer:
    once, too.
    """

    __tablename__ = "cases"
    __table_args__ = (
        one_of("state", CaseState),
        one_of("kind", CaseKind),
        one_of("priority", Priority),
        one_of("confidentiality", Confidentiality),
        Index("cases_due", "due_at", postgresql_where=text("state NOT IN ('resolved', 'rejected')")),
        Index(
            "cases_for_48_hours",
            "opened_at",
            postgresql_where=FOR_48_HOURS,
        ),
        Index("cases_to_be_watched", "id", postgresql_where=TO_BE_WATCHED),
        Index("cases_watched", "watch_at", "id", postgresql_where=WATCHED),
        Index("cases_to_be_accepted", "id", postgresql_where=TO_BE_ACCEPTED),
        Index("cases_unaccepted", "acceptance_at", "id", postgresql_where=UNACCEPTED),
        Index("cases_paused", "paused_at", postgresql_where=text("paused_at IS NOT NULL")),
        Index("cases_to_review", PRIORITY_RANK, "opened_at", "id", postgresql_where=WAITS_FOR_REVIEW),
        Index("cases_by_unit", "unit", "state"),
        Index("cases_by_time", "opened_at"),
        Index("cases_to_be_anonymised", "topic", "closed_at", postgresql_where=TO_BE_ANONYMISED),
        Index("cases_by_closing", "closed_at", postgresql_where=text("closed_at IS NOT NULL")),
        Index("cases_merged", "merged_into", postgresql_where=text("merged_into IS NOT NULL")),
        Index(
            "cases_by_reference",
            "external_reference",
            postgresql_where=text("external_reference IS NOT NULL"),
        ),
        Index(
            "one_case_a_feed_reference",
            "channel",
            "external_reference",
            unique=True,
            postgresql_where=text("external_reference IS NOT NULL AND channel IN ('cimer', 'behak')"),
        ),
    )

    id: int | None = key()
    number: str = Field(unique=True)
    security_number: str
    citizen_id: int | None = reference("citizens.id", index=True, nullable=True)
    channel: str
    kind: str
    topic: str | None = None
    unit: str = Field(foreign_key="units.code")
    state: str = CaseState.RECEIVED
    priority: str = Priority.NORMAL
    confidentiality: str = Confidentiality.PUBLIC
    subject: str
    district: str | None = None
    neighbourhood: str | None = None
    place: dict[str, Any] | None = json_or_null()
    needs_review: bool = False
    confidence: float = 0.0
    classifier: str
    reasons: list[str] = json_list()
    alternatives: list[dict[str, Any]] = json_list()
    external_reference: str | None = None
    opened_at: datetime
    promised_at: datetime
    legal_due_at: datetime
    due_at: datetime
    closed_at: datetime | None = None
    forwarded_notice_at: datetime | None = None
    reminded_at: datetime | None = None
    escalated_at: datetime | None = None
    accepted_at: datetime | None = None
    acceptance_at: datetime | None = None
    acceptance_unit: str | None = None
    extended_at: datetime | None = None
    objected_at: datetime | None = None
    watch_at: datetime | None = None
    watched_due_at: datetime | None = None
    paused_at: datetime | None = None
    paused_for: str | None = None
    merged_into: int | None = reference("cases.id", nullable=True)
    reviewer: str | None = None
    claimed_at: datetime | None = None
    claimed_until: datetime | None = None
    anonymised_at: datetime | None = None


class CaseEvent(SQLModel, table=True):
    """One line of a case's history: who, what, when, why. Rows are added, never changed."""

    __tablename__ = "case_events"
    __table_args__ = (
        Index("events_of_case", "case_id", "id"),
        Index("events_by_time", "at", postgresql_using="brin"),
    )

    id: int | None = key()
    case_id: int = reference("cases.id")
    at: datetime
    actor: str
    kind: str
    detail: dict[str, Any] = json_object()
