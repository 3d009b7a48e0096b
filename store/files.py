"""What becomes of files after they came."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import null, update
from sqlmodel import Session, col

from domain.vocabulary import MessageState, ScanState
from store.models import Message, MessageAttachment


class FileRepository:
    """Records what was found out about files."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def scanned(self, attachment_id: int, state: ScanState, note: str | None) -> None:
        """Record what the virus scanner said; an infected file is withheld, its content kept apart."""
        file = MessageAttachment
        infected = state is ScanState.INFECTED
        self._session.execute(
            update(file)
            .where(col(file.id) == attachment_id, col(file.scan).is_(None))
            .values(
                scan=state,
                note=note if note else col(file.note),
                withheld_sha256=col(file.sha256) if infected else null(),
                sha256=null() if infected else col(file.sha256),
            )
        )

    def place(self, message_id: int, place: Mapping[str, Any], headers: Mapping[str, str]) -> None:
        """Give a message that waits the place its photos tell."""
        self._session.execute(
            update(Message)
            .where(
                col(Message.id) == message_id,
                col(Message.state) == MessageState.RECEIVED,
                col(Message.place).is_(None),
            )
            .values(place=dict(place), headers=dict(headers))
        )
