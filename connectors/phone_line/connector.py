"""The telephone line by Twilio Voice. What has happened in a call so far stands in the address that Twilio
calls next, which its signature covers: nothing is kept here."""

from collections.abc import Sequence

from connectors.answering import CaseAnswer, CaseQuestion
from connectors.base import ConnectorContext, Received, WebhookReply, WebhookRequest
from connectors.phone_line.settings import PhoneLineSettings
from connectors.phone_line.speech import Speech, spelled
from connectors.twilio_common.forms import Form, read_form
from connectors.twilio_common.signature import check_signature
from domain.errors import UnreadableMessageError
from domain.messages import InboundMessage
from domain.numbers import parse_application_number
from domain.vocabulary import Telling

TRIES = 3
_AFTER_AGENT = 0
_AFTER_ANSWER = 9
"""Turns: the tries are 1 to 3; the others are what the caller hears then."""
_AGENT_KEY = "0"
_ANSWERED = {"completed", "answered"}
_SAID_BEFORE_AGENT = {
    Telling.RESTRICTED: "restricted",
    Telling.LIMITED: "limited",
    Telling.UNAVAILABLE: "unavailable",
}


class NoMessages:
    """The line brings no messages."""

    def parse(self, raw: bytes) -> Sequence[InboundMessage]:
        """Raises UnreadableMessageError, whatever the bytes."""
        raise UnreadableMessageError("The telephone line brings no messages")


class PhoneLine(NoMessages):
    """One number that callers ask by. It speaks of states and days, never of content, persons or units."""

    def __init__(self, context: ConnectorContext) -> None:
        self._settings: PhoneLineSettings = context.settings
        self._public_url = context.public_url.rstrip("/")

    def question(self, request: WebhookRequest) -> CaseQuestion | WebhookReply:
        """What the caller keyed in, or the next thing to say. Raises SignatureRejectedError."""
        check_signature(request, self._settings, self._public_url)
        form, turn = read_form(request.body), _turn(request)
        if turn is None:
            return self._speech().say("greeting").listen("ask", 1).reply()
        if turn == _AFTER_AGENT:
            return self._after_agent(form)
        digits = form.first("Digits").strip()
        if not digits and turn == _AFTER_ANSWER:
            return self._speech().say("goodbye").hang_up().reply()
        if not digits or digits == _AGENT_KEY:
            return self._speech().say("to_agent").to_agent().reply()
        number = parse_application_number(digits)
        if number is None:
            return self._again("mistyped", turn)
        return CaseQuestion(number=number, caller=_caller(form), turn=turn)

    def answer(self, question: CaseQuestion, found: CaseAnswer) -> WebhookReply:
        """How the case stands; or the same words for every number of which nothing may be said."""
        if found.telling is Telling.STANDING:
            speech = self._speech().standing(question.number, found)
            return speech.listen("again", _AFTER_ANSWER).reply()
        if found.telling is Telling.UNKNOWN:
            return self._again("unknown", question.turn, question.number)
        return self._speech().say(_SAID_BEFORE_AGENT[found.telling]).to_agent().reply()

    def receive(self, request: WebhookRequest) -> Received:
        """For a desk that looks nothing up: whoever keyed in a number is put through."""
        asked = self.question(request)
        if isinstance(asked, CaseQuestion):
            asked = self.answer(asked, CaseAnswer(telling=Telling.UNAVAILABLE))
        return Received(reply=asked)

    def _again(self, text: str, turn: int, number: str = "") -> WebhookReply:
        speech = self._speech().say(text, number=spelled(number))
        tried = 1 if turn == _AFTER_ANSWER else turn
        if tried >= TRIES:
            return speech.say("to_agent").to_agent().reply()
        return speech.listen("ask", tried + 1).reply()

    def _after_agent(self, form: Form) -> WebhookReply:
        speech = self._speech()
        if form.first("DialCallStatus") not in _ANSWERED:
            speech.say("agent_busy")
        return speech.hang_up().reply()

    def _speech(self) -> Speech:
        return Speech(self._settings, self._public_url)


def _turn(request: WebhookRequest) -> int | None:
    """Which turn of the call this is; None for its beginning."""
    given = dict(request.query).get("turn", "")
    known = (_AFTER_AGENT, *range(1, TRIES + 1), _AFTER_ANSWER)
    return next((turn for turn in known if str(turn) == given), None)


def _caller(form: Form) -> str:
    """The number calls are counted by, empty for one that is withheld."""
    given = form.first("From").strip()
    return given if given.startswith("+") and given[1:].isdecimal() else ""
