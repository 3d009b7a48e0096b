"""Rows of every table that may hold something of a person, for the test of what an erasure leaves."""

from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, Table, cast, func, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import SQLModel

from pipeline.desk import Desk
from store.erasing.plan import PLAN

_ROWS = """
INSERT INTO ratings (case_id, closed_at, score, comment, at) SELECT id, :now, 5, :said, :now FROM cases;
INSERT INTO answers (text, actor, at) VALUES (:said, 'memur', :now);
INSERT INTO case_events (case_id, at, actor, kind, detail) SELECT min(id), :now, 'memur', 'state_changed',
  jsonb_build_object('to', 'resolved', 'answer', (SELECT max(id) FROM answers)) FROM cases;
INSERT INTO case_links (case_id, other_id, kind, state, why, created_at)
  SELECT max(id), min(id), 'related', 'offered', '', :now FROM cases;
INSERT INTO reviews (case_id, at, reviewer, outcome, kind, previous_kind, classifier, confidence, before,
  after, withdrawn) SELECT min(id), :now, 'memur', 'confirmed', 'complaint', 'complaint', 'x', 1, '{}', '{}',
  '[]' FROM cases;
INSERT INTO asides (message_id, verdict, confidence, reasons, classifier, at, state)
  SELECT min(id), 'spam', 1, '[]', 'x', :now, 'waiting' FROM messages;
INSERT INTO quarantine (message_id, step, state, error, traceback, attempts, created_at)
  SELECT min(id), 'process', 'waiting', :said, :said, 1, :now FROM messages;
INSERT INTO message_parts (account_id, channel, external_id, sender, recipients, reference_number, total,
  number, content, received_at, due_at, raw_sha256, raw_size)
  SELECT min(account_id), 'sms', 'x', :urn, '{}', 1, 2, 1, :said, :now, :now, '', 0 FROM messages;
INSERT INTO chat_windows SELECT :urn, min(id), :now, :now FROM channel_accounts;
INSERT INTO phone_verifications (id, phone, client, code_hash, attempts, created_at, expires_at)
  VALUES ('x', :urn, '', '', 0, :now, :now);
INSERT INTO parked_reports (recipient, state, permanent, stopped, window_closed, received_at)
  VALUES (:urn, 'delivered', false, false, false, :now);
INSERT INTO address_moves (account_id, citizen_id, old, new, moved_at)
  SELECT min(id), :citizen, 'x:' || :said, :urn, :now FROM channel_accounts
"""
_BY_ITSELF = frozenset(
    {"state", "sender", "external_id", "raw_sha256", "recipient", "reviewer", "dedupe_key", "contacts"}
)
"""Columns by which rows are found, and those of a closed vocabulary."""
_POSTGRES: Any = postgresql.dialect()  # type: ignore[no-untyped-call]
_WORDLESS = ("BIGINT", "INTEGER", "BOOLEAN", "FLOAT", "DOUBLE", "DATE", "TIMESTAMP")
_OBJECTS = frozenset({"detail", "before", "after", "values", "place", "headers"})


def tables() -> list[Table]:
    """All there are, in an order in which they may be filled."""
    return list(SQLModel.metadata.sorted_tables)


def wordy(table: Table) -> list[str]:
    """The columns of a table that can hold a person's words."""
    return [
        column.name for column in table.columns if not column.type.compile(_POSTGRES).startswith(_WORDLESS)
    ]


def mark_everything(desk: Desk, citizen: int, urn: str, said: str, now: datetime) -> None:
    """Write these words into every column that an erasure is to change. All rows must be this person's."""
    given = {"said": said, "urn": urn, "citizen": citizen, "now": now}
    with desk.uow() as uow:
        for statement in _ROWS.split(";\n"):
            uow.session.execute(text(statement), given)
        for table in tables():
            names = set(wordy(table)) & set(PLAN[table.name].blank) - _BY_ITSELF
            if names:
                uow.session.execute(table.update().values({n: _filled(table.c[n], said) for n in names}))
        uow.commit()


def _filled(column: Any, said: str) -> Any:
    if isinstance(column.type, JSONB) and column.name in _OBJECTS:
        more = {"why": said, "next": {"subject": said}, "note": [said]}
        return func.coalesce(column, cast({}, JSONB)).op("||")(cast(more, JSONB))
    if isinstance(column.type, JSONB):
        return [said]
    return [said] if isinstance(column.type, ARRAY) else said
