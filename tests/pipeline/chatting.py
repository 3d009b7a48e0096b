"""A visitor of the web chat without a browser, for the tests of what becomes of chats."""

from dataclasses import dataclass, field
from itertools import count

from domain.vocabulary import Channel, ChatAuthor
from pipeline.chats import Snapshot, open_chat, resume, say
from pipeline.desk import Desk
from store.models import Case, ChatSession, Message, NotificationRow
from tests.fakes import add_account

POTHOLE = "Kadıköy Caferağa Mahallesi Moda Caddesi'nde yolda derin bir çukur var, arabalar zarar görüyor"
PHONE = "0532 123 45 67"
_serial = count(1)


@dataclass
class Visitor:
    """Somebody who chats with a desk."""

    desk: Desk
    account: int = 0
    public_id: str = ""
    sent: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.account = self.account or add_account(self.desk, Channel.WEBCHAT)
        self.public_id = open_chat(self.desk, self.account).public_id

    def says(self, text: str, client_id: str = "") -> str:
        """Say a line; returns what the desk replies to it, a line each."""
        seq = say(self.desk, self.public_id, client_id or f"c{next(_serial)}", text, most_lines=200)
        return "\n".join(line.text for line in self.sees(seq).lines if line.author is ChatAuthor.DESK)

    def sees(self, after: int = 0) -> Snapshot:
        """The chat behind a line."""
        return resume(self.desk, self.public_id, after)

    @property
    def row(self) -> ChatSession:
        """The chat as it is stored."""
        with self.desk.uow() as uow:
            found = uow.chats.find(self.public_id)
        assert found is not None
        return found


def messages_of(desk: Desk) -> list[Message]:
    """Every message that came in, oldest first."""
    from sqlmodel import select

    with desk.uow() as uow:
        return list(uow.session.scalars(select(Message).order_by(Message.id)))  # type: ignore[arg-type]


def cases_of(desk: Desk) -> list[Case]:
    """The cases of these messages."""
    found = [message.case_id for message in messages_of(desk)]
    with desk.uow() as uow:
        cases = [uow.cases.get(case_id) for case_id in dict.fromkeys(found) if case_id]
    return [case for case in cases if case]


def receipts_of(desk: Desk) -> list[NotificationRow]:
    """The notices to the citizens of these cases, in the order they were owed."""
    with desk.uow() as uow:
        notices = [n for case in cases_of(desk) for n in uow.notifications.of_case(case.id or 0)]
    return [n for n in notices if n.template in ("received", "message_added")]
