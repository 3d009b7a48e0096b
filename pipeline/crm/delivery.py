"""Delivers events to outside CRMs as webhooks: at least once, and in order for each case.

A subscriber is in one hand at a time. After every event that hand writes how far it came, so that a killed
one costs one event sent twice. A receiver that is ill waits, alone, longer each time; an event that it
refuses is set aside with what follows of the same case, and all other cases go on.
"""

import time
from datetime import datetime, timedelta

from connectors.crm import Webhook
from domain.errors import DeskError, PermanentError, TransientError
from domain.vocabulary import Queue
from notifier.policy import NOTICE_ATTEMPTS
from pipeline import metrics
from pipeline.crm.envelope import cloud_event, encoded
from pipeline.crm.failing import ill, refused_for_good
from pipeline.crm.secrets import unseal
from pipeline.crm.webhooks import webhooks_of
from pipeline.desk import Desk
from pipeline.log import get_logger
from pipeline.trying_again import again_at
from store.crm_feed import FeedEvent
from store.crm_subscribers import InHand
from store.models import CrmSetAside, CrmSubscriber
from store.unit_of_work import UnitOfWork

IN_HAND = timedelta(minutes=2)
"""So long after its last event a turn is taken to be dead; a post ends sooner by its timeouts."""
TURN_EVENTS, TURN_ASIDE, TURN_SECONDS = 100, 10, 20.0
WINDOW = 2000
MOST_REFUSED = 3
"""So many new events refused in a row say that it is the receiver that is ill, not an event."""
_log = get_logger(__name__)


def serve_next(desk: Desk) -> bool:
    """Serve whoever waits longest for a while; whether there was anybody."""
    now = desk.now()
    with desk.uow() as uow:
        subscriber = uow.crm_subscribers.claim(now, now + IN_HAND)
        uow.commit()
    if subscriber is None:
        return False
    try:
        _Turn(desk, subscriber).take()
    except _TakenAwayError:
        _log.info("crm_taken_away", subscriber=subscriber.name)
    desk.wake(Queue.CRM)
    return True


class _TakenAwayError(Exception):
    """Somebody paused the subscriber, moved its cursor, or took this turn for dead."""


class _Turn:
    """One subscriber being served by one worker."""

    def __init__(self, desk: Desk, subscriber: CrmSubscriber) -> None:
        self._desk, self._to = desk, subscriber
        self._mine = InHand(id=subscriber.id or 0, fence=subscriber.fence)
        self._until = time.monotonic() + TURN_SECONDS

    def take(self) -> None:
        """Deliver what there is, and give the subscriber back."""
        error = self._aside() or self._onwards()
        now = self._desk.now()
        with self._desk.uow() as uow:
            if error:
                self._keep(uow, **ill(self._desk, uow, self._to, error, now))
            else:
                self._keep(uow, next_try_at=now)
            uow.commit()

    def _aside(self) -> DeskError | None:
        """What was refused before, as far as it is due; says what is wrong with the receiver."""
        with self._desk.uow() as uow:
            rows = uow.crm_subscribers.due_aside(self._mine.id, self._desk.now(), TURN_ASIDE)
            events = {event.position: event for event in uow.crm_feed.at([row.position for row in rows])}
        for row in rows:
            if self._is_over():
                break
            event = events.get(row.position)
            error = self._post(event) if event else None
            if _is_ill(error):
                return error
            self._settle(row, error)
        return None

    def _onwards(self) -> DeskError | None:
        """What follows the cursor; says what is wrong with the receiver."""
        with self._desk.uow() as uow:
            blocked = uow.crm_subscribers.under_way(self._mine.id)
            page = uow.crm_feed.page(self._to.cursor, self._to.types, limit=TURN_EVENTS, window=WINDOW)
        refused = 0
        for event in page.events:
            if self._is_over():
                return None
            behind = event.case_id in blocked
            error = None if behind else self._post(event)
            if _is_ill(error):
                return error
            if behind or error:
                blocked.add(event.case_id)
            self._passed(event, behind=behind, error=error)
            refused = refused + 1 if error else refused if behind else 0
            if refused >= MOST_REFUSED:
                return error
        with self._desk.uow() as uow:
            self._keep(uow, cursor=page.reached)
            uow.commit()
        return None

    def _post(self, event: FeedEvent) -> DeskError | None:
        """Send one event; the error there was."""
        body = encoded(cloud_event(self._desk.settings, event))
        now = self._desk.now()
        try:
            keys = [each.value for each in unseal(self._to.secrets, self._desk.keyring, now)]
            webhooks_of(self._desk).post(
                self._to.url or "", Webhook(id=str(event.event_id), body=body), keys, now
            )
        except (PermanentError, TransientError) as error:
            metrics.CRM_EVENTS.labels(self._to.name, "failed").inc()
            return error
        self._to.attempts, self._to.failing_since = 0, None
        metrics.CRM_EVENTS.labels(self._to.name, "delivered").inc()
        return None

    def _passed(self, event: FeedEvent, *, behind: bool, error: DeskError | None) -> None:
        now = self._desk.now()
        with self._desk.uow() as uow:
            if behind or error:
                row = CrmSetAside(
                    subscriber_id=self._mine.id, position=event.position, case_id=event.case_id,
                    attempts=1 if error else 0, next_try_at=_again(1, now) if error else None,
                    error=str(error) if error else None,
                )  # fmt: skip
                uow.crm_subscribers.set_aside(row)
                self._keep(uow, cursor=event.position)
            else:
                self._keep(uow, cursor=event.position, **_well(now))
            uow.commit()

    def _settle(self, row: CrmSetAside, error: DeskError | None) -> None:
        now = self._desk.now()
        with self._desk.uow() as uow:
            if error is None:
                uow.crm_subscribers.delivered_aside(row, now)
                self._keep(uow, **_well(now))
            else:
                again = _again(row.attempts + 1, now)
                uow.crm_subscribers.refused_aside(row, row.attempts + 1, again, str(error))
                if again is None:
                    refused_for_good(self._desk, uow, self._to, row, error, now)
                self._keep(uow)
            uow.commit()

    def _keep(self, uow: UnitOfWork, **values: object) -> None:
        """Write how far it came, and stay in hand; the caller commits. Raises where it is in another's."""
        if not uow.crm_subscribers.progress(
            self._mine, **{"next_try_at": self._desk.now() + IN_HAND} | values
        ):
            raise _TakenAwayError

    def _is_over(self) -> bool:
        return time.monotonic() >= self._until


def _well(now: datetime) -> dict[str, object]:
    return {"attempts": 0, "failing_since": None, "error": None, "delivered_at": now}


def _again(attempts: int, now: datetime) -> datetime | None:
    return again_at(attempts, None, now, most=NOTICE_ATTEMPTS)


def _is_ill(error: DeskError | None) -> bool:
    """Whether an error speaks of the receiver; a plain one speaks of the event alone."""
    return error is not None and type(error) is not PermanentError
