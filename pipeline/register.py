"""Whose message it is: the citizen its sender's address belongs to, or a new one."""

from collections.abc import Sequence
from datetime import datetime

from domain.messages import InboundMessage
from store.unit_of_work import UnitOfWork

_SHARED = frozenset({"fax"})


def addresses(message: InboundMessage) -> list[str]:
    """Every address the message names for its sender, the one it came from first."""
    return list(dict.fromkeys(str(urn) for urn in (message.sender, *message.contacts) if urn))


def _own(message: InboundMessage) -> str:
    """The address that says whose a message is; empty where there is none. A fax machine is used by many."""
    return str(message.sender) if message.sender and message.sender.scheme not in _SHARED else ""


def citizens_of(uow: UnitOfWork, messages: Sequence[InboundMessage], now: datetime) -> list[int | None]:
    """The citizen of each message, registered where new; None for a message without any address or name.

    The caller holds the addresses' locks. Only the address a message came from joins it to a citizen: what
    else it names (a Reply-To, a second address in a form, a phone in a letter) is anybody's claim. Such an
    address is kept without an owner until a message comes from it.
    """
    found = [addresses(message) for message in messages]
    known = uow.citizens.owners([urn for urns in found for urn in urns])
    owners = {urn: owner for urn, owner in known.items() if owner is not None}
    names: list[str | None] = []
    whose: list[int | None] = []
    for message, urns in zip(messages, found, strict=True):
        own = _own(message)
        if own in owners:
            whose.append(owners[own])
        elif urns or message.sender_name:
            names.append(message.sender_name)
            whose.append(-len(names))  # below zero: the n-th of the new citizens
            owners |= {own: -len(names)} if own else {}
        else:
            whose.append(None)
    new = uow.citizens.add(names, now)
    real = {urn: new[-1 - owner] if owner < 0 else owner for urn, owner in owners.items()}
    uow.citizens.give({urn: owner for urn, owner in real.items() if urn in known and known[urn] is None})
    fresh = dict.fromkeys(urn for urns in found for urn in urns if urn not in known)
    uow.citizens.add_contacts({urn: real.get(urn) for urn in fresh}, now)
    return [None if owner is None else new[-1 - owner] if owner < 0 else owner for owner in whose]
