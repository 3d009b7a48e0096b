"""Identity numbers that come with messages: sealed before they are stored, then kept for the citizen."""

from collections.abc import Sequence
from dataclasses import replace

from domain.errors import NotConfiguredError
from domain.messages import IDENTITY_NUMBER, InboundMessage
from pipeline.citizens import give_identity, identity_digits
from pipeline.desk import Desk
from store.unit_of_work import UnitOfWork


def sealed_identity(desk: Desk, message: InboundMessage) -> InboundMessage:
    """The message with the identity number of its source as ciphertext; without it where it is none."""
    given = message.headers.get(IDENTITY_NUMBER)
    if given is None:
        return message
    digits = identity_digits(given)
    rest = {name: value for name, value in message.headers.items() if name != IDENTITY_NUMBER}
    sealed = {IDENTITY_NUMBER: desk.keyring.encrypt(digits)} if digits else {}
    return replace(message, headers=rest | sealed)


def keep_identities(
    desk: Desk, uow: UnitOfWork, messages: Sequence[InboundMessage], citizens: Sequence[int | None]
) -> None:
    """Keep the numbers for those who have none. One that is another person's already is left: that the two
    are one is for an operator to say, whom a search by the number leads to the other."""
    for message, citizen in zip(messages, citizens, strict=True):
        sealed = message.headers.get(IDENTITY_NUMBER)
        if sealed and citizen is not None and uow.register.identity(citizen) is None:
            digits = _opened(desk, sealed)
            if digits:
                give_identity(desk, uow, citizen, digits, str(message.channel))


def _opened(desk: Desk, sealed: str) -> str | None:
    try:
        return identity_digits(desk.keyring.decrypt(sealed))
    except NotConfiguredError:
        return None  # its key is gone since it came; the original still has the number
