"""One row of a feed: its original, and what it says in the desk's terms. Pure.

A row's original is its cells alone, so that the same row in tomorrow's export is the same original. One that
nobody understands also names its file and line: people must find it there.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from connectors.feeds.columns import REQUIRED, FeedField
from connectors.feeds.limits import MOST_CELL
from connectors.feeds.mapping import FeedMapping
from connectors.feeds.marks import (
    FEED,
    FEED_FILE,
    FEED_NAME,
    FEED_ROW,
    FEED_STATE,
    KIND,
    LEGAL_DUE_AT,
    NOTIFY,
)
from connectors.feeds.tables import Row
from connectors.feeds.values import at_moment, is_yes, listed, moment
from domain.errors import UnreadableMessageError
from domain.messages import IDENTITY_NUMBER, Accepted, InboundMessage, Place, Unreadable
from domain.text import storable
from domain.urn import mail_urn, phone_urn
from domain.vocabulary import Channel

_MARK = "beyazmasa_feed_row"
_LONGEST_REFERENCE = 100
_TIMES = {FeedField.SUBMITTED_AT, FeedField.DUE_AT}
_UNTOLD = {*_TIMES, FeedField.IDENTITY_NUMBER}
"""What changes no row: times are compared as such, and who somebody is is nothing that was said."""


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a row stood: the file's (or its member's) name and the SHA-256 of the file that is kept."""

    name: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Reads the rows of one feed: `notify` says whether citizens get notices of ours."""

    channel: Channel
    mapping: FeedMapping
    notify: bool = False

    def accept(self, row: Row, origin: Origin) -> Accepted:
        """The row's message, or the row itself as unreadable."""
        try:
            return self.message(row.cells, raw=original(row.cells), row=row.number, origin=origin)
        except UnreadableMessageError as error:
            return Unreadable(
                channel=self.channel,
                external_id=self._bad_id(row),
                raw=original(row.cells, origin=origin, row=row.number),
                error=storable(f"row {row.number} of {origin.name}: {error}"),
            )

    def message(
        self,
        cells: Mapping[str, str],
        *,
        raw: bytes,
        row: int | None = None,
        origin: Origin | None = None,
    ) -> InboundMessage:
        """The message of a row. Raises UnreadableMessageError that says which column is at fault."""
        fields = self.mapping.match(list(cells))  # of the filled ones: a field's second column may stand in
        said = {field: cells[column] for field, column in fields.items()}
        self._refuse_incomplete(said, fields)
        reference = _reference(said[FeedField.REFERENCE])
        sent_at, due_at = self._times(said, fields)
        found = [phone_urn(said.get(FeedField.PHONE, "")), mail_urn(said.get(FeedField.EMAIL, ""))]
        addresses = [urn for urn in found if urn]
        return InboundMessage(
            channel=self.channel,
            external_id=f"{reference}@{_digest(said, sent_at, due_at)}",
            external_reference=reference,
            content_key=f"{self.channel}:{reference}",
            text=storable(said[FeedField.TEXT]),
            subject=storable(said.get(FeedField.SUBJECT, "")) or None,
            raw=raw,
            sender=addresses[0] if addresses else None,
            contacts=tuple(addresses[1:]),
            sender_name=storable(said.get(FeedField.NAME, "")) or None,
            sent_at=at_moment(sent_at) if sent_at else None,
            place=_place(said),
            hide_identity=is_yes(said.get(FeedField.HIDE_IDENTITY, ""), self.mapping.yes),
            charset="utf-8",
            headers=self._headers(said, due_at) | _located(row, origin),
        )

    def _times(
        self, said: Mapping[FeedField, str], fields: Mapping[FeedField, str]
    ) -> tuple[datetime | date | None, datetime | date | None]:
        found: list[datetime | date | None] = []
        for field in (FeedField.SUBMITTED_AT, FeedField.DUE_AT):
            try:
                found.append(moment(said[field], self.mapping.date_formats) if field in said else None)
            except ValueError as error:
                raise UnreadableMessageError(f"column {fields[field]}: {error}") from error
        sent_at, due_at = found
        if sent_at and due_at and _day(due_at) < _day(sent_at):
            raise UnreadableMessageError(f"column {fields[FeedField.DUE_AT]}: is due before it was submitted")
        return sent_at, due_at

    def _headers(self, said: Mapping[FeedField, str], due_at: datetime | date | None) -> dict[str, str]:
        kind = listed(said.get(FeedField.KIND, ""), self.mapping.kinds)
        state = listed(said.get(FeedField.STATE, ""), self.mapping.states)
        topic = said.get(FeedField.TOPIC, "")
        told = {
            FEED: str(self.channel),
            KIND: kind or "",
            "topic": listed(topic, self.mapping.topics) or "",
            FEED_STATE: state or "",
            LEGAL_DUE_AT: due_at.isoformat() if due_at else "",
            NOTIFY: "yes" if self.notify else "",
            IDENTITY_NUMBER: storable(said.get(FeedField.IDENTITY_NUMBER, "")),
        }
        return {name: str(value) for name, value in told.items() if value}

    def _refuse_incomplete(self, said: Mapping[FeedField, str], fields: Mapping[FeedField, str]) -> None:
        missing = [self.mapping.columns[field][0] for field in REQUIRED if field not in said]
        if missing:
            raise UnreadableMessageError(f"nothing stands in column {' and '.join(missing)}")
        if long := [fields[field] for field, text in said.items() if len(text) > MOST_CELL]:
            raise UnreadableMessageError(f"column {long[0]} holds more than {MOST_CELL:,} letters")

    def _bad_id(self, row: Row) -> str:
        """The same bad row in tomorrow's file is one entry; its reference, if any, counts as having come."""
        digest = hashlib.sha256(original(row.cells)).hexdigest()[:16]
        column = self.mapping.match(list(row.cells)).get(FeedField.REFERENCE, "")
        reference = " ".join(row.cells.get(column, "").split())
        return storable(f"{reference[:_LONGEST_REFERENCE]}@bad-{digest}")


def original(cells: Mapping[str, str], *, origin: Origin | None = None, row: int | None = None) -> bytes:
    """A row's original: JSON in UTF-8, with its place in the file where that is given."""
    value: dict[str, object] = {_MARK: 1, "cells": dict(cells)}
    if origin:
        value |= {"row": row, "file": {"name": origin.name, "sha256": origin.sha256}}
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace")


def is_original(raw: bytes) -> bool:
    """Whether the bytes are one row's original, and no file."""
    return raw.startswith(b"{") and f'"{_MARK}"'.encode() in raw


def read_original(raw: bytes) -> tuple[dict[str, str], int | None, Origin | None]:
    """The cells of a row's original, and where it stood if it says so. Raises UnreadableMessageError."""
    try:
        value = json.loads(raw)
        cells = {str(name): str(cell) for name, cell in value["cells"].items()}
        file = value.get("file")
        origin = Origin(name=str(file["name"]), sha256=str(file["sha256"])) if file else None
        return cells, int(value["row"]) if origin else None, origin
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UnreadableMessageError(f"not the original of a feed's row: {type(error).__name__}") from error


def _reference(text: str) -> str:
    reference = storable(" ".join(text.split()))
    if not reference or len(reference) > _LONGEST_REFERENCE or reference.startswith("="):
        raise UnreadableMessageError(f"{text[:40]!r} is no reference number")
    return reference


def _digest(said: Mapping[FeedField, str], *times: datetime | date | None) -> str:
    """Equal while the columns that mean something to us say the same, in whatever format they come; others
    may change daily."""
    texts = [f"{field}={' '.join(said[field].split())}" for field in sorted(set(said) - _UNTOLD)]
    value = json.dumps([texts, *(each.isoformat() if each else "" for each in times)], ensure_ascii=False)
    return hashlib.sha256(value.encode("utf-8", "replace")).hexdigest()[:16]


def _place(said: Mapping[FeedField, str]) -> Place | None:
    names = (FeedField.DISTRICT, FeedField.NEIGHBOURHOOD, FeedField.ADDRESS)
    found = {str(name): storable(said[name]) for name in names if name in said}
    return Place(**found) if found else None  # type: ignore[arg-type]  # the fields' names are the place's


def _located(row: int | None, origin: Origin | None) -> dict[str, str]:
    if origin is None:
        return {}
    return {FEED_FILE: origin.sha256, FEED_NAME: storable(origin.name), FEED_ROW: str(row)}


def _day(moment: datetime | date) -> date:
    return at_moment(moment).date()
