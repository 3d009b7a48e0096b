"""What calls from outside bring, stored together; one that breaks its group is stored alone."""

import hashlib
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.errors import ConnectionFailedError
from domain.messages import Accepted, DeliveryReport, Unreadable
from domain.text import storable
from domain.vocabulary import Step
from pipeline import metrics
from pipeline.accept import Intake, accept
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

    def __bool__(self) -> bool:
        return bool(self.items or self.reports)


def store_calls(desk: Desk, calls: Sequence[Call], received_at: datetime | None = None) -> None:
    """Commit these calls, all in one transaction where that works.

    What the database refuses for what it says is committed without its siblings, and quarantined when it
    fails alone too: the bytes are kept, whatever they are. `received_at` is when they came, where that is not
    now. Raises ConnectionFailedError when something could not be stored; storing it all again is harmless.
    """
    try:
        accept(desk, _joined(calls, received_at))
    except ConnectionFailedError:
        if not answers(desk.engine):
            raise
    except Exception:
        _log.exception("calls_broke", step=Step.ACCEPT, size=len(calls))
    else:
        return
    troubles = [
        trouble for call in calls for part in _parts(call) if (trouble := _alone(desk, part, received_at))
    ]
    if troubles:
        raise troubles[0]


def _joined(calls: Sequence[Call], received_at: datetime | None) -> Intake:
    return Intake(
        items=[(call.account_id, item) for call in calls for item in call.items],
        reports=[report for call in calls for report in call.reports],
        received_at=received_at,
    )


def _parts(call: Call) -> Iterator[Call]:
    yield from (Call(account_id=call.account_id, items=[item]) for item in call.items)
    yield from (Call(account_id=call.account_id, reports=[report]) for report in call.reports)


def _alone(desk: Desk, part: Call, received_at: datetime | None) -> ConnectionFailedError | None:
    try:
        accept(desk, _joined([part], received_at))
    except ConnectionFailedError as error:
        return error
    except Exception as error:
        return _quarantine(desk, part, error, received_at)
    return None


def _quarantine(
    desk: Desk, part: Call, error: Exception, received_at: datetime | None
) -> ConnectionFailedError | None:
    refused = [_unreadable(each, error) for each in part.items]
    _log.error("call_refused", step=Step.ACCEPT, error=type(error).__name__, reports=len(part.reports))
    try:
        accept(desk, _joined([Call(account_id=part.account_id, items=refused)], received_at))
    except ConnectionFailedError as failure:
        return failure
    metrics.QUARANTINED.labels(Step.ACCEPT).inc(len(refused))
    return None


def _unreadable(item: Accepted, error: Exception) -> Unreadable:
    return Unreadable(
        channel=item.channel,
        external_id=f"sha256:{hashlib.sha256(item.raw).hexdigest()}",
        raw=item.raw,
        error=storable(f"{type(error).__name__}: {error}")[:2000],
        traceback=storable("".join(traceback.format_exception(error)))[:10_000],
    )
