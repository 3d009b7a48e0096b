"""The books of a desk after a bad day: what came in against what is there and what left."""

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from email import message_from_bytes
from typing import Any

from store.blobs import DiskBlobs
from tests.kill.crew import Crew
from tests.servers.smtp import Delivery

ONE_RECEIPT = "cases without exactly one receipt"
NO_CASE = "messages without a case"
_ORPHANS = {
    "cases without a message": "SELECT id FROM cases WHERE id NOT IN"
    " (SELECT case_id FROM messages WHERE case_id IS NOT NULL)",
    NO_CASE: "SELECT id FROM messages WHERE case_id IS NULL",
    "citizens without a case": "SELECT id FROM citizens WHERE id NOT IN"
    " (SELECT citizen_id FROM cases WHERE citizen_id IS NOT NULL)",
    "citizens without an address": "SELECT id FROM citizens WHERE id NOT IN"
    " (SELECT citizen_id FROM contacts)",
    "cases that were not opened exactly once": "SELECT id FROM cases WHERE"
    " (SELECT count(*) FROM case_events WHERE case_id = cases.id AND kind = 'opened') <> 1",
    ONE_RECEIPT: "SELECT id FROM cases WHERE"
    " (SELECT count(*) FROM notifications WHERE case_id = cases.id AND template = 'received') <> 1",
    "notices that were not recorded as sent exactly once": "SELECT id FROM notifications"
    " WHERE state <> 'suppressed' AND (SELECT count(*) FROM case_events"
    " WHERE case_id = notifications.case_id AND kind = 'notice_sent'"
    " AND detail->>'notice' = notifications.id::text) <> 1",
    "claims that nobody took back": "SELECT id FROM batch_claims",
    "quarantined originals": "SELECT id FROM quarantine",
}

UNSENT = "state <> 'sent' AND NOT (state = 'suppressed' AND template = 'incident_grown')"
"""What is still to leave: of an incident's sums a later one may take an earlier one's place."""

_LEAVING = "SELECT message_id FROM notifications WHERE state <> 'suppressed' AND carried_by IS NULL"
"""What left in another one's message has none of its own."""


def check_intake(crew: Crew, delivered: Mapping[int, Sequence[bytes]]) -> None:
    """Every mail of every account is stored once, byte for byte, and done."""
    rows = crew.rows("SELECT account_id, raw_sha256, state FROM messages")
    stored = Counter((row["account_id"], row["raw_sha256"]) for row in rows)
    wanted = Counter((account, _sha(raw)) for account, mails in delivered.items() for raw in mails)
    assert stored - wanted == Counter(), "stored twice, or never sent"
    assert wanted - stored == Counter(), "lost"
    assert {row["state"] for row in rows} == {"done"}
    _check_blobs(crew)


def _check_blobs(crew: Crew) -> None:
    blobs = DiskBlobs(crew.settings.var_dir / "blobs")
    kept = crew.rows("SELECT raw_sha256 AS sha256 FROM messages UNION SELECT sha256 FROM attachments")
    for row in kept:
        blobs.get(row["sha256"])  # raises when it is missing or damaged


def check_cases(crew: Crew, distinct: int, *, but: Collection[str] = ()) -> None:
    """One case for each distinct message, and every row belongs to something; `but` leaves a look out."""
    assert crew.value("SELECT count(*) FROM cases") == distinct
    looks = {what: statement for what, statement in _ORPHANS.items() if what not in but}
    found = {what: [row["id"] for row in crew.rows(statement)] for what, statement in looks.items()}
    assert {what: ids for what, ids in found.items() if ids} == {}


def sent_twice(crew: Crew, deliveries: Sequence[Delivery]) -> int:
    """How many mails too many left. Every notice owed left at least once, and nothing else did."""
    owed = Counter(row["message_id"] for row in crew.rows(_LEAVING))
    left = Counter(_message_id(delivery) for delivery in deliveries)
    assert owed - left == Counter(), "owed and never sent"
    known = {row["message_id"] for row in crew.rows("SELECT message_id FROM notifications")}
    assert set(left) <= known, "sent and never owed"
    return (left - owed).total()


def _message_id(delivery: Delivery) -> Any:
    return message_from_bytes(delivery.content)["Message-ID"]


def _sha(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()
