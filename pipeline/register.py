"""Whose message it is: the citizen with one of its addresses, or a new one."""

from collections.abc import Sequence
from datetime import datetime

from domain.messages import InboundMessage
from store.unit_of_work import UnitOfWork


def addresses(message: InboundMessage) -> list[str]:
    """Every address the message names for its sender, the one it came from first."""
    return list(dict.fromkeys(str(urn) for urn in (message.sender, *message.contacts) if urn))


def citizens_of(uow: UnitOfWork, messages: Sequence[InboundMessage], now: datetime) -> list[int | None]:
    """The citizen of each message, registered where new; None for a message without any address.

    The caller holds the addresses' locks. Only equal addresses join, never a name.
    """
    found = [addresses(message) for message in messages]
    owners = uow.citizens.by_urn([urn for urns in found for urn in urns])
    names: list[str | None] = []
    fresh: list[str] = []
    whose: list[int | None] = []
    for message, urns in zip(messages, found, strict=True):
        owner = next((owners[urn] for urn in urns if urn in owners), None)
        if owner is None and urns:
            names.append(message.sender_name)
            owner = -len(names)  # below zero: the n-th of the new citizens
        unknown = [urn for urn in urns if urn not in owners]
        owners |= dict.fromkeys(unknown, owner or 0)
        fresh += unknown
        whose.append(owner)
    new = uow.citizens.add(names, now)
    real = {owner: new[-1 - owner] if owner < 0 else owner for owner in owners.values()}
    uow.citizens.add_contacts({urn: real[owners[urn]] for urn in fresh}, now)
    return [None if owner is None else real[owner] for owner in whose]
