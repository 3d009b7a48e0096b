"""Step 1: what a connector hands over becomes rows, in one transaction, before its source is told.

Original and files are durable first, then message rows, reports and the connector's cursor commit together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from connectors.base import ChannelEvent
from domain.errors import TransientError
from domain.messages import Accepted, DeliveryReport, InboundMessage
from domain.vocabulary import Queue, Step
from pipeline import metrics
from pipeline.attachments import prepared
from pipeline.delivery import apply_reports
from pipeline.desk import Desk
from pipeline.events import apply_events
from pipeline.identities import sealed_identity
from pipeline.log import get_logger
from pipeline.parts import take_parts
from store.records import Arrival

_log = get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Intake:
    """What one or several accounts brought at once.

    `cursors` is how far each account has been read with it; `lease` names the (lease, holder) without which
    the cursor must not move: a fetcher that lost its lease stores nothing. `received_at` is set when it came
    earlier than now, aware: it waited in the spool.
    """

    items: Sequence[tuple[int, Accepted]] = ()
    reports: Sequence[DeliveryReport] = ()
    events: Sequence[tuple[int, ChannelEvent]] = ()
    cursors: Mapping[int, str] = field(default_factory=dict)
    lease: tuple[str, str] | None = None
    received_at: datetime | None = None


class LeaseLostError(TransientError):
    """Another host reads this account now."""


def accept(desk: Desk, intake: Intake) -> list[int]:
    """Store an intake and wake the workers. Returns the ids of the rows that are new.

    Raises ConnectionFailedError when database or disk refuse; the source must then not be told.
    """
    arrivals = arrivals_of(desk, intake.items)
    now = desk.now()
    with desk.uow() as uow:
        if intake.lease and not uow.leases.holds(*intake.lease, now):
            raise LeaseLostError(f"the lease {intake.lease[0]} is somebody else's now")
        received_at = intake.received_at or now
        added = uow.messages.add([a for a in arrivals if not _is_part(a)], received_at)
        added |= take_parts(desk, uow, [a for a in arrivals if _is_part(a)], received_at)
        apply_reports(desk, uow, intake.reports, now)
        apply_events(desk, uow, intake.events, now)
        for account_id, cursor in intake.cursors.items():
            uow.accounts.move_cursor(account_id, cursor, now)
        uow.commit()
    metrics.ACCEPTED.inc(len(added))
    metrics.REPEATED.inc(len(arrivals) - len(added))
    if added:
        _log.info(
            "accepted",
            step=Step.ACCEPT,
            new=len(added),
            repeated=len(arrivals) - len(added),
            correlation_ids=list(added.values()),
        )
        desk.wake(Queue.INBOUND)
        if any(isinstance(a.item, InboundMessage) and a.item.waits for a in arrivals):
            desk.wake(Queue.DOCUMENTS)
    return list(added)


def arrivals_of(desk: Desk, given: Sequence[tuple[int, Accepted]]) -> list[Arrival]:
    """What came by which account, ready to be stored: originals and files are durable already.

    Raises ConnectionFailedError when the disk refuses.
    """
    return _keep_originals(desk, [(account_id, _prepared(desk, item)) for account_id, item in given])


def _keep_originals(desk: Desk, items: Sequence[tuple[int, Accepted]]) -> list[Arrival]:
    files = [
        a.content
        for _, item in items
        if isinstance(item, InboundMessage)
        for a in item.attachments
        if a.content is not None
    ]
    hashes = iter(desk.blobs.put_many([item.raw for _, item in items] + files))
    raws = [next(hashes) for _ in items]
    return [
        Arrival(
            account_id=account_id,
            item=item,
            correlation_id=uuid4().hex,
            raw_sha256=raw,
            attachment_sha256=[
                next(hashes) if a.content is not None else None
                for a in (item.attachments if isinstance(item, InboundMessage) else ())
            ],
        )
        for raw, (account_id, item) in zip(raws, items, strict=True)
    ]


def _prepared(desk: Desk, item: Accepted) -> Accepted:
    return sealed_identity(desk, prepared(desk, item)) if isinstance(item, InboundMessage) else item


def _is_part(arrival: Arrival) -> bool:
    return isinstance(arrival.item, InboundMessage) and arrival.item.part is not None
