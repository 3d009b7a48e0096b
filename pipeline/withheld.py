"""Operators are told of a file that was withheld, once a file."""

from domain.vocabulary import Template
from pipeline.desk import Desk
from pipeline.operators import owe_operator
from store.records import Claimed
from store.unit_of_work import UnitOfWork


def tell_of_virus(
    desk: Desk, uow: UnitOfWork, claimed: Claimed, attachment_id: int, name: str, virus: str
) -> None:
    """Owe the operator the word that a file holds a virus; nothing where no operator is named."""
    values = {
        "file": name,
        "cause": virus,
        "channel": claimed.message.channel,
        "message_id": str(claimed.id),
        "at": claimed.received_at.isoformat(),
    }
    key = f"{Template.FILE_WITHHELD}:{attachment_id}"
    correlation = claimed.correlation_id
    owe_operator(desk, uow, Template.FILE_WITHHELD, key, values, desk.now(), correlation=correlation)
