"""The guided dialogue of the web chat: what is asked next, from what is known.

Pure. Questions come in the order of `ChatQuestion`, each only while its answer is missing and not more often
than a person would bear; whoever does not want to answer is let through. Danger to life is handed over at
once, whatever else is missing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from domain.chat_intents import Intent
from domain.vocabulary import ChatAuthor, ChatEnd, ChatQuestion

MOST_ASKED = {ChatQuestion.TOPIC: 1, ChatQuestion.PLACE: 1, ChatQuestion.CONTACT: 2}
"""How often a question is put before its answer is done without; the others have no limit."""


class ChatLine(StrEnum):
    """What the desk can say; the sentences are in `config/chat.toml`."""

    GREETING = "greeting"
    WHAT = "what"
    TOPIC = "topic"
    PLACE = "place"
    CONTACT = "contact"
    CONTACT_AGAIN = "contact_again"
    CONFIRM = "confirm"
    CONFIRM_AGAIN = "confirm_again"
    MORE = "more"
    MORE_TO_ADD = "more_to_add"
    EMERGENCY = "emergency"
    PERSON_CALLED = "person_called"
    PERSON_WAITING = "person_waiting"
    AGENT_JOINED = "agent_joined"
    AGENT_LEFT = "agent_left"
    SAVED = "saved"
    SAVED_ADDED = "saved_added"
    STILL_HERE = "still_here"
    ABANDONED = "abandoned"
    NOTHING_SAID = "nothing_said"


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One line of a chat as the dialogue sees it. `intent` is a citizen's; `question` what the line asks or
    answers; `earlier` says that it belongs to a part of the chat that was handed over before."""

    author: ChatAuthor
    question: ChatQuestion | None = None
    intent: Intent | None = None
    earlier: bool = False


@dataclass(frozen=True, kw_only=True)
class Known:
    """What a chat has told so far. `continued` says that a case came out of it before."""

    words: bool
    topic: bool
    place: bool
    contact: bool
    continued: bool = False
    asked: Mapping[ChatQuestion, int] = field(default_factory=dict)

    def settles(self, question: ChatQuestion) -> bool:
        """Whether a question need not be put: it is answered, or was put often enough."""
        found = {
            ChatQuestion.WHAT: self.words,
            ChatQuestion.TOPIC: self.topic,
            ChatQuestion.PLACE: self.place,
            ChatQuestion.CONTACT: self.contact,
        }
        enough = self.asked.get(question, 0) >= MOST_ASKED.get(question, 1_000_000)
        return found.get(question, False) or enough


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What the desk says, what the last of it asks, and whether the chat is handed over now."""

    lines: tuple[ChatLine, ...] = ()
    asks: ChatQuestion | None = None
    ends: ChatEnd | None = None
    calls_person: bool = False


def learn(turns: Sequence[Turn], *, topic: bool, place: bool, contact: bool) -> Known:
    """What the lines so far tell; the flags are what was understood of the citizen's words."""
    asked: dict[ChatQuestion, int] = {}
    for turn in turns:
        settled_before = turn.earlier and turn.question is ChatQuestion.CONFIRM
        if turn.author is ChatAuthor.DESK and turn.question and not settled_before:
            asked[turn.question] = asked.get(turn.question, 0) + 1
    return Known(
        words=says_something(turns),
        topic=topic,
        place=place or _answered(turns, ChatQuestion.PLACE),
        contact=contact or _skipped(turns, ChatQuestion.CONTACT),
        continued=any(turn.earlier for turn in turns),
        asked=asked,
    )


def says_something(turns: Sequence[Turn]) -> bool:
    """Whether the citizen said anything that was not handed over before: greetings, yes and no are nothing.

    A way to be reached is nothing by itself, but something that joins an earlier case.
    """
    continued = any(turn.earlier for turn in turns)
    return any(
        turn.intent is Intent.TELLS and (continued or turn.question is not ChatQuestion.CONTACT)
        for turn in turns
        if not turn.earlier
    )


def respond(intent: Intent, known: Known, *, danger: bool, agent: bool, person_called: bool) -> Reply:
    """The desk's reply to a citizen's line, which `known` holds already.

    With an agent in the chat the desk is silent, except that danger to life is always said and handed over.
    """
    after = Reply() if agent else _next(known)
    if danger:
        return Reply(lines=(ChatLine.EMERGENCY, *after.lines), asks=after.asks, ends=ChatEnd.DANGER)
    if agent:
        return Reply()
    if intent is Intent.PERSON:
        word = ChatLine.PERSON_WAITING if person_called else ChatLine.PERSON_CALLED
        return Reply(lines=(word, *after.lines), asks=after.asks, calls_person=True)
    return _guided(intent, known)


def open_question(known: Known) -> Reply:
    """What the desk asks when it takes the word by itself."""
    return _next(known)


def saved_line(known_case: bool) -> ChatLine:
    """What is said when a chat is handed over: a first one becomes a case, a continued one joins it."""
    return ChatLine.SAVED_ADDED if known_case else ChatLine.SAVED


def _guided(intent: Intent, known: Known) -> Reply:
    if not known.words:
        return _nothing_yet(intent, known)
    confirming = known.asked.get(ChatQuestion.CONFIRM, 0) > 0
    if intent is Intent.FINISH and (confirming or known.settles(ChatQuestion.CONTACT)):
        return _handed_over(known, ChatEnd.FINISHED)
    if intent is Intent.FINISH:
        return Reply(lines=(ChatLine.CONTACT,), asks=ChatQuestion.CONTACT)
    if confirming and intent is Intent.YES:
        return _handed_over(known, ChatEnd.CONFIRMED)
    if confirming and intent in (Intent.NO, Intent.SKIP):
        return Reply(lines=(ChatLine.MORE,), asks=ChatQuestion.CONFIRM)
    return _next(known)


def _nothing_yet(intent: Intent, known: Known) -> Reply:
    if known.continued:  # a thank you behind a case that was saved
        return Reply(lines=(ChatLine.STILL_HERE,))
    done = intent in (Intent.FINISH, Intent.NO)
    return Reply(lines=(ChatLine.NOTHING_SAID if done else ChatLine.WHAT,), asks=ChatQuestion.WHAT)


def _handed_over(known: Known, end: ChatEnd) -> Reply:
    return Reply(lines=(saved_line(known.continued), ChatLine.STILL_HERE), ends=end)


def _next(known: Known) -> Reply:
    for question in ChatQuestion:
        if not known.settles(question):
            return Reply(lines=(_wording(question, known),), asks=question)
    raise AssertionError("a chat is always asked to confirm")


def _wording(question: ChatQuestion, known: Known) -> ChatLine:
    again = known.asked.get(question, 0) > 0
    if question is ChatQuestion.CONTACT and again:
        return ChatLine.CONTACT_AGAIN
    if question is ChatQuestion.CONFIRM and known.continued:
        return ChatLine.MORE_TO_ADD
    if question is ChatQuestion.CONFIRM and again:
        return ChatLine.CONFIRM_AGAIN
    return ChatLine(question.value)


def _answered(turns: Sequence[Turn], question: ChatQuestion) -> bool:
    return any(turn.author is ChatAuthor.CITIZEN and turn.question is question for turn in turns)


def _skipped(turns: Sequence[Turn], question: ChatQuestion) -> bool:
    return any(
        turn.question is question and turn.intent in (Intent.SKIP, Intent.NO, Intent.FINISH)
        for turn in turns
        if turn.author is ChatAuthor.CITIZEN
    )
