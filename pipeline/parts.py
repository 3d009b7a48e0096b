"""Long messages that came in parts: stored one by one, put together when all are there or it is time (S4).

A part is durable before its source is told. Whether its message is complete is worked out anew from the rows
whenever one comes, under a lock of that message: no order, repetition or death in between makes a difference.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from connectors.parts import KEEP, Assembly, Part, Whole, join_originals
from domain.errors import ConnectionFailedError
from domain.messages import InboundMessage
from domain.urn import Urn
from domain.vocabulary import CaseEventKind, Channel, Queue
from pipeline.delivery import event
from pipeline.desk import Desk
from pipeline.log import get_logger
from store.models import MessagePart
from store.parts import PartKey, text_of
from store.records import Arrival
from store.unit_of_work import UnitOfWork

ACTOR = "gateway"
_AT_ONCE = 100
_log = get_logger(__name__)


def take_parts(desk: Desk, uow: UnitOfWork, arrivals: Sequence[Arrival], now: datetime) -> dict[int, str]:
    """Store the parts among these arrivals; the caller commits. Returns the ids of messages that are complete
    now and were no rows before, each with its correlation id."""
    fresh: dict[int, str] = {}
    for key in uow.parts.add(arrivals, now):
        fresh |= _join(desk, uow, key, now)
    return fresh


def complete_overdue(desk: Desk) -> None:
    """Deliver what has waited long enough, with a mark for each part that is missing. What cannot be put
    together holds up nothing else. Raises ConnectionFailedError."""
    now = desk.now()
    with desk.uow() as uow:
        overdue = uow.parts.overdue(now, _AT_ONCE)
    for key in overdue:
        try:
            _deliver(desk, key, now)
        except ConnectionFailedError:
            raise
        except Exception:
            _log.exception("parts_not_joined", account_id=key.account_id, reference=key.reference)


def _deliver(desk: Desk, key: PartKey, now: datetime) -> None:
    with desk.uow() as uow:
        fresh = _join(desk, uow, key, now)
        uow.commit()
    if fresh:
        _log.warning("parts_missing", account_id=key.account_id, correlation_ids=list(fresh.values()))
        desk.wake(Queue.INBOUND)


def _join(desk: Desk, uow: UnitOfWork, key: PartKey, now: datetime) -> dict[int, str]:
    uow.citizens.lock_keys([f"parts:{key}"])
    rows = {row.id or 0: row for row in uow.parts.of(key, now - 2 * KEEP)}
    fresh: dict[int, str] = {}
    for whole in _wholes(list(rows.values()), now):
        taken = [part.id for part in (*whole.parts, *whole.repeated)]
        if all(rows[one].message_id for one in taken):
            continue  # delivered before, as it is now
        arrival = _arrival(desk, whole, [rows[part.id] for part in whole.parts])
        added = uow.messages.add([arrival], now)
        message_id = next(iter(added), None) or _completed(uow, arrival, whole, now)
        uow.parts.belong_to(taken, message_id)
        fresh |= added
    return fresh


def _wholes(rows: Sequence[MessagePart], now: datetime) -> list[Whole]:
    """What is to be delivered of these parts, each message once, as complete as it is now."""
    found: dict[str, Whole] = {}
    state = Assembly()
    for row in rows:
        state = Assembly(groups=state.groups, wait=row.due_at - row.received_at)
        state, overdue = state.expire(row.received_at)
        state, complete = state.add(_part(row), row.received_at)
        found |= {whole.key: whole for whole in (*overdue, *complete)}
    state, overdue = state.expire(now)
    return list((found | {whole.key: whole for whole in (*overdue, *state.delivered())}).values())


def _part(row: MessagePart) -> Part:
    return Part(
        id=row.id or 0,
        sender=row.sender,
        reference=row.reference_number,
        total=row.total,
        number=row.number,
        text=text_of(row),
    )


def _arrival(desk: Desk, whole: Whole, rows: Sequence[MessagePart]) -> Arrival:
    raw = join_originals([desk.blobs.get(row.raw_sha256) for row in rows])
    (sha256,) = desk.blobs.put_many([raw])
    first = rows[0]
    item = InboundMessage(
        channel=Channel(first.channel),
        external_id=f"parts:{whole.key}",
        text=whole.text,
        raw=raw,
        sender=Urn.parse(first.sender) if first.sender else None,
        recipients=tuple(Urn.parse(each) for each in first.recipients),
        charset=first.charset,
    )
    return Arrival(account_id=first.account_id, item=item, correlation_id=uuid4().hex, raw_sha256=sha256)


def _completed(uow: UnitOfWork, arrival: Arrival, whole: Whole, now: datetime) -> int:
    """Put the fuller text in place of what was delivered marked; its case's history says so."""
    before = uow.messages.complete(arrival)
    if before.case_id and before.changed:
        detail: dict[str, object] = {"message": before.id, "missing": list(whole.missing)}
        uow.cases.record([event(before.case_id, CaseEventKind.MESSAGE_COMPLETED, now, detail, ACTOR)])
    return before.id
