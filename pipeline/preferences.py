"""What an operator sees and changes of an address: how its owner wants to be told, and whether at all."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from domain.urn import Urn, mail_urn, phone_urn
from domain.vocabulary import Medium
from notifier.updates import DECLINABLE
from pipeline.desk import Desk
from pipeline.log import get_logger
from pipeline.refusal import RefusedError
from store.unit_of_work import UnitOfWork
from store.wishes import Wishes

CHOICES = (Medium.EMAIL, Medium.SMS, Medium.CHAT)
"""What somebody can prefer: a letter is what is left where nothing else reaches."""
NONE = "none"
_log = get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Change:
    """What is to be changed; None leaves it as it is, `NONE` takes a wish back.

    `quiet` are whole hours such as `21-9`, `declined` the templates they can do without. `open_again` lets
    notices go to an address that was stopped or found undeliverable.
    """

    medium: str | None = None
    quiet: str | None = None
    declined: Collection[str] | None = None
    stopped: bool = False
    open_again: bool = False


def change(desk: Desk, address: str, wanted: Change, *, actor: str) -> dict[str, Any]:
    """Change what holds for an address, and return it in plain values. Raises RefusedError for an address the
    desk does not know and for a wish it cannot meet; nothing is changed then."""
    with desk.uow() as uow:
        known = _known(uow, address)
        columns = _columns(desk, wanted)
        if columns:
            uow.wishes.change(known.id, **columns)
            uow.commit()
            _log.info("preferences_changed", contact_id=known.id, actor=actor, changed=sorted(columns))
        return _shown(_known(uow, address))


def _columns(desk: Desk, wanted: Change) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    if wanted.medium is not None:
        columns["preferred_medium"] = _medium(wanted.medium)
    if wanted.quiet is not None:
        columns["quiet_from"], columns["quiet_until"] = _hours(wanted.quiet)
    if wanted.declined is not None:
        columns["declined"] = _declined(wanted.declined)
    if wanted.open_again:
        columns |= {"stopped_at": None, "undeliverable_at": None}
    if wanted.stopped:
        columns["stopped_at"] = desk.now()
    return columns


def _medium(text: str) -> str | None:
    if text != NONE and text not in CHOICES:
        raise RefusedError("medium", choices=[*map(str, CHOICES), NONE])
    return None if text == NONE else text


def _hours(text: str) -> tuple[int | None, int | None]:
    if text == NONE:
        return None, None
    hours = [int(part) for part in text.split("-") if part.isascii() and part.isdigit() and len(part) < 3]
    if len(hours) != 2 or text.count("-") != 1 or max(hours) > 23 or hours[0] == hours[1]:
        raise RefusedError("quiet")
    return hours[0], hours[1]


def _declined(templates: Collection[str]) -> list[str]:
    unknown = set(templates) - DECLINABLE - {NONE}
    if unknown:
        raise RefusedError("declined", template=min(unknown), choices=sorted(DECLINABLE))
    return sorted(set(templates) - {NONE})


def _known(uow: UnitOfWork, address: str) -> Wishes:
    urn = _urn(address)
    known = uow.wishes.of_one(str(urn)) if urn else None
    if known is None:
        raise RefusedError("unknown", address=address)
    return known


def _urn(text: str) -> Urn | None:
    if "@" in text and ":" not in text:
        return mail_urn(text)
    try:
        return Urn.parse(text)
    except ValueError:
        return phone_urn(text)


def _shown(known: Wishes) -> dict[str, Any]:
    hours = f"{known.quiet[0]:02}–{known.quiet[1]:02}" if known.quiet else None
    return {
        "address": known.urn,
        "medium": known.preferred_medium,
        "quiet": hours,
        "declined": list(known.declined),
        "stopped_at": known.stopped_at,
        "undeliverable_at": known.undeliverable_at,
    }
