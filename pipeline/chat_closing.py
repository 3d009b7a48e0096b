"""A chat that ended becomes one message, exactly once: by whoever ended it, or by a clock.

Ending freezes the chat (`closing`), so that its transcript is the same whoever makes it; `accept` knows a
transcript by the chat and its generation, however often it is handed over.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from config.accounts import unseal
from config.chat import chat_texts
from connectors.webchat.settings import WebchatSettings
from connectors.webchat.transcript import Line, Transcript, to_message
from domain.chat import ChatLine, says_something
from domain.errors import ConnectionFailedError, NotConfiguredError
from domain.messages import DeliveryReport
from domain.vocabulary import Channel, ChatAuthor, ChatEnd, ChatQuestion, ChatState, DeliveryState, Queue
from pipeline.accept import Intake
from pipeline.calls import store_intake
from pipeline.chat_bell import bell_of
from pipeline.chat_reading import is_bare, is_notice, turns_of
from pipeline.delivery import apply_reports
from pipeline.desk import Desk
from pipeline.log import get_logger
from store.chats import NewLine
from store.models import ChatMessage, ChatSession
from store.records import Account
from store.unit_of_work import UnitOfWork

STUCK_AFTER = timedelta(seconds=15)
UNSEEN_AFTER = timedelta(seconds=60)
"""A notice in a chat that its visitor has not seen by then takes its other way, if it has one."""
RESUMABLE_FOR = timedelta(days=1)
"""How long after its last visit a chat can be resumed."""
AT_ONCE = 50
ONLINE_FOR = timedelta(seconds=45)
"""For so long after its last sign of life a visitor counts as there."""
_LEFT = "the visitor left the chat before seeing it"
_log = get_logger(__name__)


def hand_over(desk: Desk, public_id: str) -> None:
    """Make a closing chat a message, if anything was said in it, and close it; again is harmless.

    Raises ConnectionFailedError; it stays closing then, and the clock comes back to it.
    """
    with desk.uow() as uow:
        chat = uow.chats.find(public_id)
        lines = uow.chats.lines(chat) if chat else []
    if chat is None or chat.state != ChatState.CLOSING:
        return
    became = None
    if says_something(turns_of(chat, lines)):
        transcript = transcript_of(chat, lines)
        message = to_message(transcript, transcript.raw)
        store_intake(desk, Intake(items=[(chat.account_id, message)]))
        became = transcript.external_id
    # Danger is handed over unasked, and a person may have been promised before: only who waits in a chat
    # that goes on stands in the agents' list.
    waits = chat.ended == ChatEnd.DANGER and chat.wanted_agent_at is not None
    with desk.uow() as uow:
        uow.chats.closed(public_id, chat.generation, became, goes_on=waits)
        uow.commit()
    bell_of(desk).ring(public_id)


def transcript_of(chat: ChatSession, lines: Sequence[ChatMessage]) -> Transcript:
    """The present part of a frozen chat. The citizen's numbers are no part of it."""
    own = [line for line in lines if line.generation == chat.generation and not is_notice(line)]
    return Transcript(
        session=chat.public_id,
        generation=chat.generation,
        opened_at=own[0].at if own else chat.opened_at,
        ended=ChatEnd(chat.ended or ChatEnd.ABANDONED),
        continues=chat.became or "",
        lines=tuple(map(_line, own)),
    )


def close_abandoned(desk: Desk) -> None:
    """Close chats in which nobody has spoken for as long as their account says, and finish what was left.

    Raises ConnectionFailedError.
    """
    now = desk.now()
    ended: list[str] = []
    with desk.uow() as uow:
        for account in uow.accounts.all():
            if account.channel == Channel.WEBCHAT:
                before = now - _patience(desk, account)
                silent = uow.chats.claim_silent(account.id, before, AT_ONCE)
                ended += [chat.public_id for chat in silent if _abandoned(uow, chat, now)]
                for chat in uow.chats.claim_left(account.id, before, AT_ONCE):
                    _let_agent_go(uow, chat, now)
        stuck = uow.chats.closing_since(now - STUCK_AFTER)
        uow.chats.blank_sealed(now - RESUMABLE_FOR)
        uow.commit()
    for public_id in dict.fromkeys([*ended, *stuck]):
        try:
            hand_over(desk, public_id)
        except ConnectionFailedError:
            raise
        except Exception:  # the next chats are other people's
            _log.exception("chat_not_handed_over", chat=public_id)


def settle_notices(desk: Desk) -> None:
    """Tell of each notice in a chat whether its visitor has seen it; who left is told by another way."""
    now = desk.now()
    with desk.uow() as uow:
        seen = uow.chats.notices_seen(AT_ONCE)
        unseen = uow.chats.notices_unseen(now - UNSEEN_AFTER, AT_ONCE)
        reports = [DeliveryReport(state=DeliveryState.DELIVERED, our_id=line.notice) for line in seen]
        reports += [
            DeliveryReport(state=DeliveryState.FAILED, our_id=line.notice, reason=_LEFT) for line in unseen
        ]
        for line in (*seen, *unseen):
            line.notice = None
        apply_reports(desk, uow, reports, now)
        uow.commit()
    if unseen:
        desk.wake(Queue.NOTIFY)


def _patience(desk: Desk, account: Account) -> timedelta:
    try:
        settings = unseal(WebchatSettings, account.settings, account.secrets, desk.keyring)
    except NotConfiguredError:
        settings = WebchatSettings()  # a setting that is wrong must not keep what was said
    return timedelta(minutes=settings.idle_minutes if isinstance(settings, WebchatSettings) else 15)


def _abandoned(uow: UnitOfWork, chat: ChatSession, now: datetime) -> bool:
    """Whether the chat is to be handed over now. One without a word is forgotten once its visitor left; who
    looks on keeps it, and the place in the line for a person."""
    if says_something(turns_of(chat, uow.chats.lines(chat))):
        words = chat_texts().say(ChatLine.ABANDONED)
        uow.chats.add(chat, NewLine(author=ChatAuthor.DESK, text=words), now)
        uow.chats.end(chat, ChatEnd.ABANDONED)
        return True
    looks_on = chat.seen_at > now - ONLINE_FOR
    if looks_on and (chat.generation == 1 or chat.wanted_agent_at):
        chat.spoke_at = now
    elif chat.generation > 1:
        uow.chats.end(chat, ChatEnd.ABANDONED)
        return True
    else:
        uow.chats.forget([chat.id or 0])
    return False


def _let_agent_go(uow: UnitOfWork, chat: ChatSession, now: datetime) -> None:
    """The dialogue is silent while an agent is there: one who only forgot to leave would keep it so."""
    chat.agent, chat.agent_name = None, None
    words = chat_texts().say(ChatLine.AGENT_LEFT)
    uow.chats.add(chat, NewLine(author=ChatAuthor.DESK, text=words), now)


def _line(line: ChatMessage) -> Line:
    citizen = line.author == ChatAuthor.CITIZEN
    return Line(
        seq=line.seq,
        at=line.at,
        author=ChatAuthor(line.author),
        name=line.author_name or "",
        text=line.text,
        answers=ChatQuestion(line.question) if citizen and line.question else None,
        bare=citizen and is_bare(line),
    )
