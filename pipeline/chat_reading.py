"""What a chat's lines tell, as the dialogue needs it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from config.chat import chat_texts
from domain.chat import Known, Turn, learn
from domain.chat_contacts import own_contacts
from domain.chat_intents import Intent, intent_of
from domain.decisions import Question
from domain.errors import NotConfiguredError
from domain.vocabulary import Channel, ChatAuthor, ChatQuestion
from pipeline.desk import Desk
from pipeline.judgement import current
from store.models import ChatMessage, ChatSession
from store.unit_of_work import UnitOfWork

_UNDERSTOOD = 0.3
"""The confidence from which on a guessed topic is worth no question; a person looks at what stays unsure."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What is known, and whether the words mean danger to life."""

    known: Known
    danger: bool


def turns_of(chat: ChatSession, lines: Sequence[ChatMessage]) -> list[Turn]:
    """The lines as turns; notices are none. Nothing is earlier where no part was worth a message so far."""
    return [
        Turn(
            author=ChatAuthor(line.author),
            question=_question(line),
            intent=_intent(line) if line.author == ChatAuthor.CITIZEN else None,
            earlier=chat.became is not None and line.generation < chat.generation,
        )
        for line in lines
        if not is_notice(line)
    ]


def last_question(lines: Sequence[ChatMessage]) -> ChatQuestion | None:
    """What the desk asked last, or None when the last that was said to the visitor asks nothing."""
    said = [line for line in lines if line.author != ChatAuthor.CITIZEN and not is_notice(line)]
    return _question(said[-1]) if said else None


def is_bare(line: ChatMessage) -> bool:
    """Whether a citizen's line tells nothing about the matter: a yes, a greeting."""
    return _intent(line) is not Intent.TELLS


def is_notice(line: ChatMessage) -> bool:
    """Whether the line is a notice of the desk, not a part of the dialogue."""
    return line.sealed or (line.client_id or "").startswith("notice:")


def read(
    desk: Desk, uow: UnitOfWork, chat: ChatSession, lines: Sequence[ChatMessage], now: datetime
) -> Reading:
    """What these lines, all of the chat's, tell. Without units and topics only the words themselves do."""
    said = [line for line in lines if line.author == ChatAuthor.CITIZEN]
    telling = "\n".join(line.text for line in said if not is_bare(line))
    contact = bool(own_contacts((line.text, _question(line)) for line in said))
    turns = turns_of(chat, lines)
    try:
        judgement = current(desk, uow, now)
    except NotConfiguredError:
        return Reading(known=learn(turns, topic=True, place=False, contact=contact), danger=False)
    [found] = judgement.classifier.classify([Question(text=telling, channel=Channel.WEBCHAT)])
    topic = judgement.taxonomy.topics.get(found.topic or "") if found.confidence >= _UNDERSTOOD else None
    placeless = topic is not None and "place" not in topic.needed
    placed = found.place is not None and found.place.tells_where
    known = learn(turns, topic=topic is not None, place=placeless or placed, contact=contact)
    return Reading(known=known, danger=found.life_safety)


def _question(line: ChatMessage) -> ChatQuestion | None:
    return ChatQuestion(line.question) if line.question else None


def _intent(line: ChatMessage) -> Intent:
    return intent_of(line.text, chat_texts().phrases, _question(line))
