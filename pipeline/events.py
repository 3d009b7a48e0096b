"""What providers tell by themselves: how our accounts are doing (W11), and that a person moved (W9).

It is stored in the transaction that stores the rest of the call, so that it is told once however often the
provider repeats it.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from connectors.base import AddressChange, ChannelEvent, HealthEvent
from domain.vocabulary import HealthState
from pipeline.desk import Desk
from pipeline.health import tell_operator
from pipeline.log import get_logger
from store.unit_of_work import UnitOfWork

_ILL = {HealthState.DEGRADED, HealthState.DOWN}
_log = get_logger(__name__)


def apply_events(
    desk: Desk, uow: UnitOfWork, events: Sequence[tuple[int, ChannelEvent]], now: datetime
) -> None:
    """Record these events of accounts (account, event); the caller commits.

    A thing that turns for the worse, or is well again, is told to the operator once. A moved address becomes
    its owner's; the old one stays as history, and notices take it no more.
    """
    changes = [(account_id, each) for account_id, each in events if isinstance(each, AddressChange)]
    if changes:
        uow.citizens.lock_keys([str(urn) for _, each in changes for urn in (each.old, each.new)])
    for account_id, change in changes:
        at = change.at or now
        if uow.news.move(account_id, str(change.old), str(change.new), at, now):
            uow.notifications.redirect(str(change.old), str(change.new))
            _log.info("address_moved", account_id=account_id)
    for account_id, event in events:
        if isinstance(event, HealthEvent):
            tell(desk, uow, account_id, event, now)


def tell(desk: Desk, uow: UnitOfWork, account_id: int, event: HealthEvent, now: datetime) -> None:
    """Record news of one thing of an account, and tell the operator when it turned; the caller commits."""
    at = min(event.at or now, now)
    turn = uow.news.told(account_id, event.subject, event.direction, event.state, event.cause, at)
    account = uow.accounts.get(account_id)
    if turn is None or account is None or {turn.before, turn.after} == _ILL:
        return
    _log.warning("provider_tells", account=account.name, subject=event.subject, state=event.state)
    named = hashlib.sha256(event.subject.encode()).hexdigest()[:16]
    tell_operator(
        desk,
        uow,
        account,
        direction=event.direction,
        state=event.state,
        subject=event.subject,
        cause=event.cause,
        key=f"{named}:{at.isoformat()}:{event.state}",
        now=now,
    )
