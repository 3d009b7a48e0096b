"""How a unit is written to, as operators look at it and change it. Plain values only."""

from typing import Any

from domain.decisions import Unit
from domain.vocabulary import MailRhythm, Queue
from notifier.rhythm import GATHERED, NEWS, next_mail
from pipeline.desk import Desk
from pipeline.refusal import RefusedError
from store.unit_of_work import UnitOfWork


def unit_file(desk: Desk, code: str) -> dict[str, Any]:
    """The unit, its addresses, how it wants its new cases and when the next mail with them leaves (UTC).

    Raises RefusedError for a unit there is none of.
    """
    with desk.uow() as uow:
        return _told(desk, _found(uow, code))


def set_unit(
    desk: Desk,
    code: str,
    *,
    rhythm: MailRhythm | None = None,
    hour: int | None = None,
    asks_acceptance: bool | None = None,
) -> dict[str, Any]:
    """Change what is given, and return the unit as `unit_file` does. Cases that wait for its mail under the
    old rhythm leave at once. Raises RefusedError for no such unit, and for an hour that a day has not."""
    if hour is not None and not 0 <= hour <= 23:
        raise RefusedError("hour_wrong", hour=hour)
    wanted = {"rhythm": rhythm, "digest_hour": hour, "asks_acceptance": asks_acceptance}
    given = {name: value for name, value in wanted.items() if value is not None}
    with desk.uow() as uow:
        before = _found(uow, code)
        uow.taxonomy.change_unit(code, given)
        after = _found(uow, code)
        if (before.rhythm, before.digest_hour) != (after.rhythm, after.digest_hour):
            addresses = [f"mailto:{address}" for address in after.emails]
            uow.gathering.let_leave(addresses, NEWS, code, GATHERED, desk.now())
        uow.commit()
    desk.wake(Queue.NOTIFY)
    return _told(desk, after)


def _found(uow: UnitOfWork, code: str) -> Unit:
    unit = uow.taxonomy.unit(code)
    if unit is None:
        raise RefusedError("no_unit", code=code)
    return unit


def _told(desk: Desk, unit: Unit) -> dict[str, Any]:
    return {
        "code": unit.code,
        "name": unit.name,
        "emails": list(unit.emails),
        "phones": list(unit.phones),
        "rhythm": unit.rhythm,
        "digest_hour": unit.digest_hour if unit.rhythm is MailRhythm.DAILY else None,
        "next_mail": next_mail(unit.rhythm, unit.digest_hour, desk.now()),
        "asks_acceptance": unit.asks_acceptance,
    }
