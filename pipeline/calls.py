"""What calls and polls bring, stored together; one that breaks its group is stored alone."""

import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from connectors.base import ChannelEvent
from connectors.received_ids import raw_id
from domain.errors import ConnectionFailedError
from domain.messages import Accepted, DeliveryReport, Unreadable
from domain.text import storable
from domain.vocabulary import Channel, Step
from pipeline import metrics
from pipeline.accept import Intake, LeaseLostError, accept
from pipeline.desk import Desk
from pipeline.log import get_logger
from store.engine import answers

_log = get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Call:
    """What one call brought for one account; it is stored whole before the caller gets an answer."""

    account_id: int
    items: Sequence[Accepted] = ()
    reports: Sequence[DeliveryReport] = ()
    events: Sequence[ChannelEvent] = ()

    def __bool__(self) -> bool:
        return bool(self.items or self.reports or self.events)


def store_calls(desk: Desk, calls: Sequence[Call], received_at: datetime | None = None) -> None:
    """Commit these calls, all in one transaction where that works.

    What the database refuses is set aside as by `store_intake`. `received_at` is when they came, where that
    is not now. Raises ConnectionFailedError when something could not be stored; storing it all again is
    harmless.
    """
    intake = Intake(
        items=[(call.account_id, item) for call in calls for item in call.items],
        reports=[report for call in calls for report in call.reports],
        events=[(call.account_id, event) for call in calls for event in call.events],
        received_at=received_at,
    )
    store_intake(desk, intake)


def store_intake(desk: Desk, intake: Intake) -> list[int]:
    """Commit an intake, in one transaction where that works. Returns the ids of the rows that are new.

    What the database refuses for what it says is committed without its siblings, and quarantined when it
    fails alone too: the bytes are kept, whatever they are. The cursors move last, when everything is stored.
    Raises ConnectionFailedError when something could not be stored and LeaseLostError; the cursors have not
    moved then, and storing it all again is harmless.
    """
    try:
        return accept(desk, intake)
    except LeaseLostError:
        raise
    except ConnectionFailedError:
        if not answers(desk.engine):
            raise
    except Exception:
        _log.exception("intake_broke", step=Step.ACCEPT, size=len(intake.items))
    return _apart(desk, intake)


def _apart(desk: Desk, intake: Intake) -> list[int]:
    added: list[int] = []
    troubles = []
    for part in _parts(intake):
        try:
            added += _alone(desk, part)
        except ConnectionFailedError as error:
            troubles.append(error)
    if troubles:
        raise troubles[0]
    if intake.cursors:
        accept(desk, replace(intake, items=(), reports=(), events=()))
    return added


def _parts(intake: Intake) -> Iterator[Intake]:
    nothing = replace(intake, items=(), reports=(), events=(), cursors={})
    yield from (replace(nothing, items=[item]) for item in intake.items)
    yield from (replace(nothing, reports=[report]) for report in intake.reports)
    yield from (replace(nothing, events=[event]) for event in intake.events)


def _alone(desk: Desk, part: Intake) -> list[int]:
    try:
        return accept(desk, part)
    except (LeaseLostError, ConnectionFailedError):
        raise
    except Exception as error:
        return _quarantine(desk, part, error)


def _quarantine(desk: Desk, part: Intake, error: Exception) -> list[int]:
    refused = [(account_id, unreadable(item.channel, item.raw, error)) for account_id, item in part.items]
    others = len(part.reports) + len(part.events)
    _log.error("item_refused", step=Step.ACCEPT, error=type(error).__name__, reports=others)
    added = accept(desk, replace(part, items=refused, reports=(), events=()))
    metrics.QUARANTINED.labels(Step.ACCEPT).inc(len(refused))
    return added


def unreadable(channel: Channel, raw: bytes, error: Exception) -> Unreadable:
    """What goes to quarantine in place of what could not be handled; the same bytes are one entry."""
    return Unreadable(
        channel=channel,
        external_id=raw_id(raw),
        raw=raw,
        error=storable(f"{type(error).__name__}: {error}")[:2000],
        traceback=storable("".join(traceback.format_exception(error)))[:10_000],
    )
