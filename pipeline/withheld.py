"""Operators are told of a file that was withheld, once a file."""

from domain.notices import Notification
from domain.urn import mail_urn
from domain.vocabulary import Medium, Template
from pipeline.desk import Desk
from store.records import Claimed
from store.unit_of_work import UnitOfWork


def tell_of_virus(
    desk: Desk, uow: UnitOfWork, claimed: Claimed, attachment_id: int, name: str, virus: str
) -> None:
    """Owe the operator the word that a file holds a virus; nothing where no operator is named."""
    operator = mail_urn(desk.settings.operator_email)
    if operator is None:
        return
    notice = Notification(
        medium=Medium.EMAIL,
        recipient=operator,
        template=Template.FILE_WITHHELD,
        due_at=desk.now(),
        dedupe_key=f"{Template.FILE_WITHHELD}:{attachment_id}",
        values={
            "file": name,
            "cause": virus,
            "channel": claimed.message.channel,
            "message_id": str(claimed.id),
            "at": claimed.received_at.isoformat(),
        },
        automatic=False,
    )
    uow.notifications.owe(None, claimed.correlation_id, notice)
