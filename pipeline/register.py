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
    all_addresses = [addresses(message) for message in messages]
    owners = uow.citizens.by_urn([urn for found in all_addresses for urn in found])
    fresh: dict[str, int] = {}
    names: list[str | None] = []
    for message, found in zip(messages, all_addresses, strict=True):
        if found and not any(urn in owners for urn in found):
            owners |= dict.fromkeys(found, -1 - len(names))  # below zero: the n-th of the new citizens
            names.append(message.sender_name)
    ids = uow.citizens.add(names, now)
    real = {urn: owner if owner >= 0 else ids[-1 - owner] for urn, owner in owners.items()}
    citizens = []
    for found in all_addresses:
        owner = next((real[urn] for urn in found if urn in real), None)
        citizens.append(owner)
        if owner is not None:
            fresh |= {
                urn: owner for urn in found if urn not in fresh and (urn not in real or real[urn] in ids)
            }
    uow.citizens.add_contacts(fresh, now)
    return citizens
