"""What becomes of a feed's rows that open no case: they changed, or ended before they came here (P3).

A reference is one case for ever. A row that says something new of it becomes a line of that case's history;
the database holds a second case of the same reference off (`one_case_a_feed_reference`).
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

from config.settings import ISTANBUL
from connectors.base import HealthEvent
from connectors.feeds.marks import FEED, FEED_NAME, FEED_ROW, FEED_STATE, FEED_WHOLE, KIND, LEGAL_DUE_AT
from connectors.feeds.sequences import gaps, reference_of, told
from domain.cases import CLOSED, may_become
from domain.errors import DeskError
from domain.messages import InboundMessage
from domain.vocabulary import CaseEventKind, CaseKind, CaseState, Direction, HealthState
from pipeline.delivery import event
from pipeline.desk import Desk
from pipeline.events import tell
from pipeline.feeds import settings_of
from pipeline.work import Work
from router.working_days import closing_time
from store.records import Claimed, KnownCase, Outcome
from store.unit_of_work import UnitOfWork

SEQUENCE = "sequence"
"""What of an account's health a gap in its running numbers is."""
LOOK_AGAIN = timedelta(seconds=5)
"""An ended row waits so long before it is asked again what became of an earlier one that failed and waits."""


def settle_feeds(
    desk: Desk, uow: UnitOfWork, people: Sequence[Claimed], work: Work, now: datetime
) -> list[Claimed]:
    """Settle what of these messages comes from feeds and opens no case; returns the rest."""
    rows = [each for each in people if FEED in each.message.headers]
    cases = _cases(uow, rows) if rows else {}
    first: dict[str, int] = {}
    for each in sorted(rows, key=lambda row: row.id):
        first.setdefault(each.message.content_key or "", each.id)
    left = []
    for each in people:
        key = each.message.content_key or ""
        if FEED_WHOLE in each.message.headers:
            watch_sequence(desk, uow, each.account_id, now)
            work.outcomes.append(Outcome(message_id=each.id))
        elif FEED not in each.message.headers:
            left.append(each)
        elif key in cases:
            _add_change(desk, uow, each, cases[key], work, now)
        elif not _has_ended(each.message):
            left.append(each)
        elif first[key] < each.id:
            continue  # an earlier row of its reference is handled first, in this very batch
        elif uow.feeds.waiting_before(key, each.id):
            uow.queue.lend(each.id, each.attempts, now + LOOK_AGAIN)
        else:
            work.outcomes.append(Outcome(message_id=each.id))  # over before this desk heard of it
    return left


def watch_sequence(desk: Desk, uow: UnitOfWork, account_id: int, now: datetime) -> None:
    """Look whether the feed's numbers came without a gap, and tell once when one opens or is filled."""
    account = uow.accounts.get(account_id)
    if account is None:
        return
    pattern = getattr(getattr(settings_of(desk, account), "mapping", None), "sequence", "")
    missing = gaps(map(reference_of, uow.feeds.external_ids(account_id)), pattern)
    state = HealthState.DEGRADED if missing else HealthState.OK
    news = HealthEvent(direction=Direction.INBOUND, state=state, subject=SEQUENCE, cause=told(missing))
    tell(desk, uow, account_id, news, now)


def due_of(message: InboundMessage) -> datetime | None:
    """Until when the institution wants an answer, in UTC; a bare day ends when offices close.

    None where the row says nothing.
    """
    said = message.headers.get(LEGAL_DUE_AT, "")
    if FEED not in message.headers or not said:
        return None
    if len(said) > len("2026-01-01"):
        return datetime.fromisoformat(said).astimezone(UTC)
    day = date.fromisoformat(said)
    return datetime.combine(day, closing_time(day), ISTANBUL).astimezone(UTC)


def kind_of(message: InboundMessage) -> CaseKind | None:
    """What the institution says that the citizen wants; None where it says nothing that its mapping knows."""
    said = message.headers.get(KIND, "") if FEED in message.headers else ""
    return CaseKind(said) if said in set(CaseKind) else None


def _cases(uow: UnitOfWork, rows: Sequence[Claimed]) -> dict[str, KnownCase]:
    """The case of each reference that has one; a merged one is the case it was merged into."""
    ids = uow.messages.cases_with_content([each.message.content_key or "" for each in rows])
    known = uow.cases.known_by_id(list(ids.values())) if ids else {}
    merged = [case.merged_into for case in known.values() if case.merged_into]
    known |= uow.cases.known_by_id(merged) if merged else {}
    return {key: known.get(known[case_id].merged_into or 0, known[case_id]) for key, case_id in ids.items()}


def _has_ended(message: InboundMessage) -> bool:
    return message.headers.get(FEED_STATE) in CLOSED


def _add_change(
    desk: Desk, uow: UnitOfWork, each: Claimed, case: KnownCase, work: Work, now: datetime
) -> None:
    """Write what is new in a row into its case's history, and let the case follow where it can."""
    message = each.message
    work.outcomes.append(Outcome(message_id=each.id, case_id=case.id))
    columns = _changed(desk, uow, each)
    detail: dict[str, object] = {"message": each.id, "account": each.account_id}
    if not columns:
        work.events.append(event(case.id, CaseEventKind.DELIVERY_REPEATED, now, detail, message.channel))
        return
    where = {name: message.headers[name] for name in (FEED_NAME, FEED_ROW) if name in message.headers}
    detail |= {"columns": columns, **where}
    work.events.append(event(case.id, CaseEventKind.FEED_CHANGED, now, detail, message.channel))
    if CaseState(case.state) in CLOSED:
        return
    if due_at := due_of(message):
        uow.feeds.tighten(case.id, due_at)
    wanted, current = message.headers.get(FEED_STATE), CaseState(case.state)
    if wanted in CLOSED and may_become(current, CaseState(wanted)):
        # The state it is expected in guards a person's decision of the same moment.
        uow.cases.move(case.id, current, CaseState(wanted), actor=message.channel, why="", now=now)


def _changed(desk: Desk, uow: UnitOfWork, each: Claimed) -> list[str]:
    """The columns that say something else than in the delivery before; never what they say."""
    message = each.message
    before = uow.feeds.original_before(message.content_key or "", each.id)
    row = uow.messages.get(each.id)
    if before is None or row is None:
        return []
    old, new = _cells(desk, before), _cells(desk, row.raw_sha256)
    return sorted(name for name in {*old, *new} if old.get(name) != new.get(name))


def _cells(desk: Desk, sha256: str) -> Mapping[str, Any]:
    with suppress(DeskError, ValueError, KeyError, TypeError):
        found = json.loads(desk.blobs.get(sha256))["cells"]
        if isinstance(found, dict):
            return found
    return {}
