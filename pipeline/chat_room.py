"""Brings notices into web chats: the desk's own gateway, whose address is a chat."""

from domain.errors import PermanentError, RecipientRejectedError
from domain.vocabulary import ChatAuthor
from notifier.contracts import Outgoing
from pipeline.chat_bell import bell_of
from pipeline.chat_closing import ONLINE_FOR
from pipeline.desk import Desk
from store.chats import NewLine


class VisitorLeftError(PermanentError):
    """Nobody looks at the chat now. It says nothing of the next notice: a visitor comes back unannounced, so
    this is no closed window."""


class ChatRoom:
    """Writes a notice into its recipient's chat, once, encrypted: it may hold the citizen's numbers."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def send(self, outgoing: Outgoing) -> str:
        """The line's id. Who is not there any more finds the words when coming back within the day; the
        notice then takes its other way at once: VisitorLeftError. RecipientRejectedError for a chat that is
        no more."""
        now, public_id = self._desk.now(), outgoing.recipient.path
        with self._desk.uow() as uow:
            chat = uow.chats.locked(public_id)
            if chat is None:
                raise RecipientRejectedError("there is no such chat any more")
            there = chat.seen_at > now - ONLINE_FOR
            client_id = f"notice:{outgoing.our_id}"
            if uow.chats.line_of(chat, client_id) is None:
                words = self._desk.keyring.encrypt(outgoing.rendered.text)
                line = NewLine(
                    author=ChatAuthor.DESK,
                    text=words,
                    client_id=client_id,
                    sealed=True,
                    notice=outgoing.our_id if there else None,
                )
                uow.chats.add(chat, line, now)
            uow.commit()
        bell_of(self._desk).ring(public_id)
        if not there:
            raise VisitorLeftError("the visitor has left the chat")
        return f"webchat:{public_id}:{outgoing.our_id}"
