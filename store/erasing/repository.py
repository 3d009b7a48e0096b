"""Erases, in the transaction of whoever does so: cases, messages, what is left of a person."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, TextClause, text
from sqlmodel import Session

from store.erasing.statements import (
    CHATS,
    COMING,
    COUNT_CASELESS,
    DOOM,
    DOOMED,
    DUE,
    HOLD_CASELESS,
    HOLD_DUE,
    SETTLED,
    TOLD_SENDERS,
    blank,
    remove,
)

Counts = dict[str, int]
_CASES = "case_id = ANY(:cases)"
_MESSAGES = "message_id = ANY(:messages)"
_LETTERS = text("SELECT id FROM notifications WHERE case_id = ANY(:cases) AND medium = 'letter'")
_OF_CASES = text("SELECT id FROM messages WHERE case_id = ANY(:cases) ORDER BY id")
_HOLD = text("SELECT id FROM messages WHERE id = ANY(:messages) ORDER BY id FOR UPDATE")
_OF_SENDERS = text("SELECT id FROM messages WHERE sender = ANY(:urns) ORDER BY id LIMIT :limit")
_SETTLED_OF_SENDERS = text(
    f"SELECT id {SETTLED} AND sender = ANY(:urns) ORDER BY id LIMIT :limit FOR UPDATE OF m"
)
_LISTS = text(
    "SELECT w.id FROM messages m JOIN messages w ON w.account_id = m.account_id"
    " AND w.external_id = 'file:' || (m.headers ->> 'feed_file') WHERE m.id = ANY(:messages)"
    " UNION SELECT a.message_id FROM messages m JOIN attachments a ON a.sha256 = m.headers ->> 'feed_file'"
    " WHERE m.id = ANY(:messages)"
)
"""What brought a feed's rows: the whole file, and the mail it came with. Each row keeps its own original."""
_NAMED = (
    "citizen_id IS NULL AND urn = ANY(ARRAY(SELECT unnest(contacts) FROM messages WHERE id = ANY(:messages)))"
)
_ANSWERED = (
    "incident_id IS NULL AND id = ANY(ARRAY(SELECT CAST(detail ->> 'answer' AS bigint) FROM case_events"
    " WHERE case_id = ANY(:cases) AND jsonb_typeof(detail -> 'answer') = 'number'))"
)
_MARKED = (
    "seen_at BETWEEN (SELECT min(opened_at) FROM cases WHERE id = ANY(:cases))"
    " AND (SELECT max(opened_at) FROM cases WHERE id = ANY(:cases)) AND case_id = ANY(:cases)"
)
_OPEN = text(
    "SELECT number FROM cases WHERE citizen_id = ANY(:citizens) AND state NOT IN ('resolved', 'rejected')"
    " ORDER BY id LIMIT 20"
)
_WAITING = text("SELECT count(*) FROM messages WHERE sender = ANY(:urns) AND state <> 'done'")


class EraserRepository:
    """Every method says how many rows of what it changed, by table."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def cases_of(self, citizens: Sequence[int], limit: int) -> list[int]:
        """Some cases of these people, held until the transaction ends."""
        statement = text(
            "SELECT id FROM cases WHERE citizen_id = ANY(:citizens) ORDER BY id LIMIT :limit FOR UPDATE"
        )
        return list(self._session.scalars(statement, {"citizens": list(citizens), "limit": limit}))

    def family(self, citizen_id: int) -> list[int]:
        """A person with all who were merged into them, one after the other."""
        return list(self._session.scalars(_FAMILY, {"citizen": citizen_id}))

    def addresses_of(self, citizens: Sequence[int]) -> list[str]:
        """The addresses that these people have, or had until their provider said otherwise and that nobody
        else has since: numbers are given to others in time."""
        return list(self._session.scalars(_ADDRESSES, {"citizens": list(citizens)}))

    def open_cases(self, citizens: Sequence[int]) -> list[str]:
        """The numbers of open cases of these people, the oldest few."""
        return list(self._session.scalars(_OPEN, {"citizens": list(citizens)}))

    def waiting(self, urns: Sequence[str]) -> int:
        """How many messages from these addresses nobody has looked at yet, those in quarantine too."""
        return int(self._session.scalar(_WAITING, {"urns": list(urns)}) or 0)

    def letters(self, cases: Sequence[int]) -> list[int]:
        """The keys of the letters of these cases, whose files lie in the print folder."""
        return list(self._session.scalars(_LETTERS, {"cases": list(cases)}))

    def erase_cases(
        self, cases: Sequence[int], fresh: Sequence[str], erasure: int, now: datetime, *, wholly: bool
    ) -> Counts:
        """Take the people out of these cases; `fresh` are security numbers that nobody knows, sealed.

        Addresses that only their messages name go with them, those that want no notices only if `wholly`.
        """
        given: dict[str, Any] = {"cases": list(cases), "messages": [], "urns": [], "now": now}
        messages = list(self._session.scalars(_OF_CASES, given))
        numbers = {f"%{number}%" for number in self._session.scalars(_NUMBERS, given)}
        counts = self.erase_messages(messages, erasure, now, wholly=wholly)
        counts["outbox"] = self._run(remove("outbox", _OUTBOX), {"likes": list(numbers), "plain": []})
        for table, which in (("answers", _ANSWERED), ("reviews", _CASES), ("ratings", _CASES)):
            counts[table] = self._run(blank(table, which), given)
        counts["notifications"] = self._run(blank("notifications", _CASES), given)
        self._run(blank("case_links", "case_id = ANY(:cases) OR other_id = ANY(:cases)"), given)
        self._run(blank("case_events", _CASES), given)
        self._run(remove("case_words", _CASES), given)
        self._run(remove("case_marks", _MARKED), given)
        for case_id, sealed in zip(cases, fresh, strict=True):
            one = {"case": case_id, "fresh": sealed, "now": now}
            self._run(blank("cases", "id = :case"), one)
        return counts | {"cases": len(cases)}

    def erase_messages(self, messages: Sequence[int], erasure: int, now: datetime, *, wholly: bool) -> Counts:
        """Take people, words and files out of these messages, and doom their contents."""
        lists = self._session.scalars(_LISTS, {"messages": list(messages)})
        all_of_them = sorted({*messages, *lists})
        named = _NAMED if wholly else f"{_NAMED} AND stopped_at IS NULL"
        contacts = self._run(remove("contacts", named), {"messages": all_of_them})
        return self._empty(all_of_them, erasure, now) | {"contacts": contacts}

    def erase_caseless(self, messages: Sequence[int], erasure: int, now: datetime) -> Counts:
        """Take people, words and files out of these messages without a case, and out of what their senders
        were told of them. Addresses stay: only cases and wishes make them known."""
        given = {"messages": list(messages), "named": [str(each) for each in messages]}
        told = self._run(blank("notifications", TOLD_SENDERS), given)
        return self._empty(messages, erasure, now) | {"notifications": told}

    def _empty(self, messages: Sequence[int], erasure: int, now: datetime) -> Counts:
        given: dict[str, Any] = {"messages": list(messages), "erasure": erasure, "now": now, "urns": []}
        self._session.execute(_HOLD, given)  # before contents are doomed: two who erase the same are no ring
        counts = {"blobs_doomed": self._run(DOOM, given)}
        self._forget_chats(given)
        for table in ("attachments", "message_parts", "quarantine"):
            counts[table] = self._run(remove(table, _MESSAGES), given)
        self._run(blank("asides", _MESSAGES), given)
        counts["messages"] = self._run(blank("messages", "id = ANY(:messages)"), given)
        return counts

    def messages_from(self, urns: Sequence[str], limit: int, *, wholly: bool = True) -> list[int]:
        """Some messages that came from these addresses; unless `wholly` none of a case's, and none that waits
        for anything: a worker, its files, or somebody to look at it."""
        statement = _OF_SENDERS if wholly else _SETTLED_OF_SENDERS
        return list(self._session.scalars(statement, {"urns": list(urns), "limit": limit}))

    def erase_people(
        self,
        citizens: Sequence[int],
        urns: Sequence[str],
        erasure: int,
        now: datetime,
        *,
        wholly: bool = True,
    ) -> Counts:
        """Take out what is left of people whose cases and messages are erased: names, addresses, notices;
        parts of messages that wait for others only if `wholly`."""
        plain = [urn.partition(":")[2] for urn in urns]
        given: dict[str, Any] = {"citizens": list(citizens), "urns": list(urns), "plain": plain, "now": now}
        given |= {"messages": [], "erasure": erasure, "likes": [], "wholly": wholly}
        counts = {"blobs_doomed": self._run(DOOM, given)}
        self._forget_chats(given)
        counts["notifications"] = self._run(blank("notifications", "recipient = ANY(:urns)"), given)
        for table, which in _PERSONS:
            counts[table] = self._run(remove(table, which), given)
        self._run(blank("citizen_merges", "kept_id = ANY(:citizens) OR other_id = ANY(:citizens)"), given)
        looked = {"looked": [f"[{each}]" for each in citizens]}
        self._run(blank("citizen_looks", "citizens @> ANY(CAST(:looked AS jsonb[]))"), looked)
        counts["citizens"] = self._run(blank("citizens", "id = ANY(:citizens)"), given)
        return counts

    def due(self, now: datetime, limit: int) -> list[int]:
        """Some closed cases whose topic's time to keep them is over."""
        return list(self._session.scalars(DUE, {"now": now, "limit": limit}))

    def hold_due(self, cases: Sequence[int], now: datetime) -> list[int]:
        """Those of these cases whose time is over still, and that nobody else has in hand: held until the
        transaction ends."""
        return list(self._session.scalars(HOLD_DUE, {"cases": list(cases), "now": now}))

    def hold_caseless(self, before: datetime, limit: int) -> list[int]:
        """Some handled messages without a case that came before then, but none that waits in quarantine: the
        oldest that nobody else has in hand, held until the transaction ends."""
        return list(self._session.scalars(HOLD_CASELESS, {"before": before, "limit": limit}))

    def count_caseless(self, before: datetime) -> int:
        """How many messages `hold_caseless` finds in all."""
        return int(self._session.scalar(COUNT_CASELESS, {"before": before}) or 0)

    def coming(self, now: datetime) -> list[RowMapping]:
        """By topic that has a time: code, name, retention_days, cases that are due, the oldest's closing."""
        return list(self._session.execute(COMING, {"now": now}).mappings())

    def left_without_cases(self, citizens: Sequence[int], but: Sequence[int] = ()) -> list[int]:
        """Those of these people who have no case any more, `but` these, and did not ask to be left alone with
        notices, which has to be remembered."""
        return list(self._session.scalars(_LEFT, {"citizens": list(citizens), "but": list(but)}))

    def citizens_of(self, cases: Sequence[int]) -> list[int]:
        """Whose these cases are."""
        return list(self._session.scalars(_WHOSE, {"cases": list(cases)}))

    def doomed(self, after: str, limit: int) -> list[tuple[str, int | None, bool]]:
        """(hash, erasure, whether rows of others refer to it) of doomed contents, in the order of hashes."""
        rows = self._session.execute(DOOMED, {"after": after, "limit": limit})
        return [(row[0], row[1], row[2]) for row in rows]

    def settle(self, sha256: str) -> bool:
        """Take a content off the list: it is gone, or stays with others. False where somebody else did."""
        return bool(self._run(text("DELETE FROM doomed_blobs WHERE sha256 = :sha256"), {"sha256": sha256}))

    def _forget_chats(self, given: Mapping[str, Any]) -> None:
        chats = {"chats": list(self._session.scalars(CHATS, given))}
        if chats["chats"]:
            self._run(remove("chat_messages", "session_id = ANY(:chats)"), chats)
            self._run(remove("chat_sessions", "id = ANY(:chats)"), chats)

    def _run(self, statement: TextClause, given: Mapping[str, Any]) -> int:
        done = self._session.execute(statement, given)
        return int(done.rowcount)  # type: ignore[attr-defined]


_FAMILY = text(
    "WITH RECURSIVE family AS (SELECT CAST(:citizen AS bigint) AS id UNION"
    " SELECT c.id FROM citizens c JOIN family f ON c.merged_into = f.id) SELECT id FROM family ORDER BY id"
)
_ADDRESSES = text(
    "SELECT urn FROM contacts WHERE citizen_id = ANY(:citizens) UNION"
    " SELECT m.old FROM address_moves m WHERE m.citizen_id = ANY(:citizens)"
    "  AND NOT EXISTS (SELECT FROM contacts WHERE urn = m.old AND citizen_id <> ALL(:citizens)) ORDER BY 1"
)
_NUMBERS = text("SELECT number FROM cases WHERE id = ANY(:cases)")
_WHOSE = text("SELECT DISTINCT citizen_id FROM cases WHERE id = ANY(:cases) AND citizen_id IS NOT NULL")
_LEFT = text(
    "SELECT c.id FROM citizens c WHERE c.id = ANY(:citizens)"
    " AND c.merged_into IS NULL AND c.erased_at IS NULL"
    " AND NOT EXISTS (SELECT FROM cases WHERE citizen_id = c.id AND id <> ALL(CAST(:but AS bigint[])))"
    " AND NOT EXISTS (SELECT FROM contacts WHERE citizen_id = c.id"
    "  AND (stopped_at IS NOT NULL OR cardinality(declined) > 0))"
)
_OUTBOX = "recipient = ANY(:plain) OR text LIKE ANY(:likes) OR subject LIKE ANY(:likes)"
"""Development only: what would have been sent to a person, or to a unit about a case."""
_ADDRESSED = "recipient = ANY(:urns) OR recipient = ANY(:plain)"
_PERSONS = (
    ("outbox", _ADDRESSED),
    ("parked_reports", _ADDRESSED),
    ("phone_verifications", "phone = ANY(:urns) OR phone = ANY(:plain)"),
    ("address_moves", "citizen_id = ANY(:citizens) OR old = ANY(:urns) OR new = ANY(:urns)"),
    ("chat_windows", "urn = ANY(:urns)"),
    ("message_parts", "sender = ANY(:urns) AND (:wholly OR message_id IS NOT NULL)"),
    ("citizen_identities", "citizen_id = ANY(:citizens)"),
    ("contacts", "urn = ANY(:urns)"),
)
