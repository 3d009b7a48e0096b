"""Outside CRMs as operators keep them: who they are, what they get, what they may say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from connectors.crm import check_address, new_secret
from domain.errors import PermanentError
from domain.vocabulary import CrmEventType, CrmPause, Queue
from pipeline.crm.envelope import short_type, type_name
from pipeline.crm.secrets import Credentials, Secret, new_token, seal, token_hash
from pipeline.desk import Desk
from pipeline.refusal import RefusedError
from store.models import CrmSubscriber
from store.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a new subscriber is to be: without `url` it fetches its events; no `types` are all; of which
    `units` it may tell what they did."""

    name: str
    url: str | None = None
    types: Sequence[str] = ()
    units: Sequence[str] = ()
    history: bool = False


def add(desk: Desk, wanted: Wanted) -> Credentials:
    """Keep a new subscriber; its events begin now, or with all there are. Raises RefusedError."""
    now, secret, token = desk.now(), new_secret(), new_token()
    if not wanted.name.strip() or not wanted.name.isprintable():
        raise RefusedError("name_wrong")
    _check_url(desk, wanted.url)
    types = _types(desk, wanted.types)
    with desk.uow() as uow:
        if uow.crm_subscribers.named(wanted.name):
            raise RefusedError("name_taken", name=wanted.name)
        _check_units(uow, wanted.units)
        uow.crm_feed.begin(with_history=wanted.history)
        beginning = uow.crm_feed.hold()
        row = CrmSubscriber(
            name=wanted.name, url=wanted.url, types=types, units=list(wanted.units),
            secrets=seal([Secret(value=secret)], desk.keyring), token_hash=token_hash(token),
            cursor=beginning if wanted.history else uow.crm_feed.newest(), next_try_at=now, created_at=now,
        )  # fmt: skip
        uow.crm_subscribers.add(row)
        uow.commit()
    return Credentials(secret=secret, token=token)


def change(
    desk: Desk,
    name: str,
    *,
    url: str | None = None,
    types: Sequence[str] | None = None,
    units: Sequence[str] | None = None,
) -> None:
    """Change what is given, the rest stays as it is. Raises RefusedError as `add`, and for an unknown one."""
    _check_url(desk, url)
    given = {"url": url, "types": None if types is None else _types(desk, types), "units": units}
    with desk.uow() as uow:
        mine = known(uow, name)
        _check_units(uow, units or ())
        columns = {column: value for column, value in given.items() if value is not None}
        uow.crm_subscribers.change(mine.id or 0, next_try_at=desk.now(), **columns)
        uow.commit()


def pause(desk: Desk, name: str) -> None:
    """Deliver nothing to it any more; it may still fetch. Raises RefusedError for an unknown one."""
    now = desk.now()
    with desk.uow() as uow:
        mine = known(uow, name)
        uow.crm_subscribers.change(
            mine.id or 0, active=False, paused_at=now, paused_why=CrmPause.OPERATOR, next_try_at=now
        )
        uow.commit()


def resume(desk: Desk, name: str) -> None:
    """Deliver to it again, at once, what it refused too. Raises RefusedError for an unknown one."""
    now = desk.now()
    with desk.uow() as uow:
        mine = known(uow, name)
        _wake_up(uow, mine, now)
        uow.commit()
    desk.wake(Queue.CRM)


def replay(desk: Desk, name: str, cursor: int) -> int:
    """Deliver again whatever follows a cursor, 0 for all that is kept; returns how much that is.

    Raises RefusedError for an unknown subscriber, and for a cursor that the feed has not reached or has left.
    """
    now = desk.now()
    with desk.uow() as uow:
        mine = known(uow, name)
        beginning = uow.crm_feed.hold()
        cursor = cursor or beginning
        if not 0 <= cursor <= uow.crm_feed.newest():
            raise RefusedError("cursor_wrong", newest=uow.crm_feed.newest())
        if cursor < beginning:
            raise RefusedError("cursor_gone", beginning=beginning)
        uow.crm_subscribers.forget_aside(mine.id or 0, cursor)
        uow.crm_subscribers.change(mine.id or 0, cursor=cursor, next_try_at=now)
        backlog = uow.crm_subscribers.backlog(cursor)
        uow.commit()
    desk.wake(Queue.CRM)
    return backlog


def known(uow: UnitOfWork, name: str) -> CrmSubscriber:
    """The subscriber of this name. Raises RefusedError for none."""
    found = uow.crm_subscribers.named(name)
    if found is None:
        raise RefusedError("unknown", name=name)
    return found


def _wake_up(uow: UnitOfWork, mine: CrmSubscriber, now: datetime) -> None:
    uow.crm_subscribers.release_aside(mine.id or 0, now)
    uow.crm_subscribers.change(
        mine.id or 0, active=True, paused_at=None, paused_why=None, attempts=0, failing_since=None,
        error=None, next_try_at=now,
    )  # fmt: skip


def _check_url(desk: Desk, url: str | None) -> None:
    if url is None:
        return
    try:
        check_address(url, plain_allowed=desk.settings.development)
    except PermanentError as error:
        raise RefusedError("url_wrong", url=url) from error


def _types(desk: Desk, given: Sequence[str]) -> list[str]:
    types = [short_type(desk.settings, each) for each in given]
    unknown = [each for each in types if each not in set(CrmEventType)]
    if unknown:
        known_ones = [type_name(desk.settings, each) for each in CrmEventType]
        raise RefusedError("types_unknown", types=unknown, known=known_ones)
    return types


def _check_units(uow: UnitOfWork, units: Sequence[str]) -> None:
    there = uow.taxonomy.units()
    unknown = [each for each in units if each not in there]
    if unknown:
        raise RefusedError("units_unknown", units=unknown)
