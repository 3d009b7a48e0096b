"""The telephone status line: its signature, its turns, and TwiML as Twilio documents it (S1, test 17)."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from xml.etree import ElementTree

import pytest
from pydantic import ValidationError
from twilio.request_validator import RequestValidator

from connectors.answering import Answering, CaseAnswer, CaseQuestion
from connectors.base import ConnectorContext, WebhookConnector, WebhookReply, WebhookRequest
from connectors.phone_line import PHONE_LINE
from connectors.phone_line.connector import PhoneLine
from connectors.phone_line.settings import PhoneLineSettings
from connectors.twilio_common.forms import read_form
from domain.errors import SignatureRejectedError
from domain.numbers import application_number
from domain.vocabulary import CaseState, Telling

TOKEN, URL, AGENT = "telefon-jetonu-1530", "https://masa.example/hooks/phone_line/153", "+902120000153"
NUMBER = application_number(2026, 1234)
DIGITS = NUMBER.replace("-", "")
CALLER = "+905320000001"
NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
# The verbs and nouns we use, each with the attributes Twilio documents for it.
DOCUMENTED = {
    "Response": set(),
    "Say": {"voice", "loop", "language"},
    "Gather": {"input", "action", "method", "timeout", "finishOnKey", "numDigits", "language"}
    | {"actionOnEmptyResult"},
    "Dial": {"action", "method", "timeout", "callerId", "answerOnBridge"},
    "Hangup": set(),
}  # fmt: skip


def line(**more: Any) -> PhoneLine:
    given: dict[str, Any] = {"auth_token": TOKEN, "agent_number": AGENT}
    settings = PhoneLineSettings(**given | more)
    context = ConnectorContext(account_id=9, name="153", settings=settings, now=lambda: NOW, public_url=URL)
    built = PHONE_LINE.build(context)
    assert isinstance(built, PhoneLine)
    return built


def call(turn: int | None = None, *, secret: str = TOKEN, **fields: str) -> WebhookRequest:
    """A call as Twilio's own validator signs it."""
    form = {"CallSid": "CA" + "1" * 32, "From": CALLER, "To": AGENT} | fields
    query = "" if turn is None else f"turn={turn}"
    signature = RequestValidator(secret).compute_signature(f"{URL}?{query}" if query else URL, form)
    return WebhookRequest(
        method="POST",
        path="",
        query=parse_qsl(query),
        headers={"x-twilio-signature": signature},
        body=urlencode(form).encode(),
        raw_query=query,
    )


def verbs(reply: CaseQuestion | WebhookReply) -> list[ElementTree.Element]:
    """The reply's verbs, every one of which is documented and speaks Turkish."""
    assert isinstance(reply, WebhookReply)
    assert (reply.status, reply.media_type) == (200, "text/xml; charset=utf-8")
    root = ElementTree.fromstring(reply.body)
    for element in root.iter():
        assert set(element.attrib) <= DOCUMENTED[element.tag], element.tag
        if element.tag == "Say":
            assert (element.get("language"), element.get("voice")) == ("tr-TR", "Polly.Filiz")
    return list(root)


def spoken(reply: CaseQuestion | WebhookReply) -> str:
    return " ".join(element.text or "" for verb in verbs(reply) for element in verb.iter("Say"))


def goes_to(reply: CaseQuestion | WebhookReply) -> str:
    """What happens after the words: the next turn, the agent, or the end."""
    last = verbs(reply)[-1]
    if last.tag == "Dial":
        return "agent" if last.text == AGENT else str(last.text)
    action = last.get("action") or ""
    return f"turn {dict(parse_qsl(urlsplit(action).query))['turn']}" if last.tag == "Gather" else last.tag


def test_the_line_has_the_powers_it_needs() -> None:
    assert isinstance(line(), Answering)
    assert isinstance(line(), WebhookConnector)


def test_a_caller_is_greeted_and_may_key_in_a_number_at_once() -> None:
    reply = line(digit_seconds=9).question(call())
    assert goes_to(reply) == "turn 1"
    gather = verbs(reply)[-1]
    assert (gather.get("input"), gather.get("finishOnKey"), gather.get("timeout")) == ("dtmf", "#", "9")
    assert (gather.get("method"), gather.get("actionOnEmptyResult")) == ("POST", "true")
    assert (gather.get("action") or "").startswith(URL)
    assert "Başvuru numaranızı tuşlayın" in spoken(reply)


def test_a_number_with_its_check_digit_is_asked_for() -> None:
    asked = line().question(call(2, Digits=DIGITS))
    assert asked == CaseQuestion(number=NUMBER, caller=CALLER, turn=2)


@pytest.mark.parametrize("given", ["", "anonymous", "+", "Restricted", "sip:a@b.example"])
def test_a_withheld_number_is_no_number(given: str) -> None:
    asked = line().question(call(1, Digits=DIGITS, From=given))
    assert isinstance(asked, CaseQuestion)
    assert asked.caller == ""


WRONG = DIGITS[:-1] + str((int(DIGITS[-1]) + 1) % 10)
KEYED = [
    ("a wrong check digit, first", 1, WRONG, "değil", "turn 2"),
    ("a wrong check digit, again", 2, WRONG, "değil", "turn 3"),
    ("a wrong check digit, for the third time", 3, WRONG, "temsilciye", "agent"),
    ("a wrong check digit after an answer", 9, WRONG, "değil", "turn 2"),
    ("too short", 1, "2026", "değil", "turn 2"),
    ("two digits swapped", 1, DIGITS[:8] + DIGITS[9] + DIGITS[8] + DIGITS[10:], "değil", "turn 2"),
    ("stars", 1, "**", "değil", "turn 2"),
    ("the key for an agent", 1, "0", "temsilciye", "agent"),
    ("silence", 1, "", "temsilciye", "agent"),
    ("silence after an answer", 9, "", "teşekkür", "Hangup"),
    ("the key for an agent after an answer", 9, "0", "temsilciye", "agent"),
    ("a turn that is none", 77, DIGITS, "hoş geldiniz", "turn 1"),
]


@pytest.mark.parametrize(("label", "turn", "digits", "says", "next_"), KEYED, ids=[k[0] for k in KEYED])
def test_whatever_is_keyed_in_has_its_answer(
    label: str, turn: int, digits: str, says: str, next_: str
) -> None:
    reply = line().question(call(turn, Digits=digits))
    assert says in spoken(reply)
    assert goes_to(reply) == next_


DUE = datetime(2026, 12, 2, 21, 30, tzinfo=UTC)  # the third in Istanbul
STANDING = CaseAnswer(telling=Telling.STANDING, state=CaseState.ASSIGNED, due_at=DUE)


@pytest.mark.parametrize("state", CaseState)
def test_every_state_has_its_words(state: CaseState) -> None:
    found = CaseAnswer(telling=Telling.STANDING, state=state)
    reply = line().answer(CaseQuestion(number=NUMBER, caller=CALLER), found)
    assert f"2 0 2 6, 0 0 0 1 2 3 4, {DIGITS[-1]} numaralı başvurunuz" in spoken(reply)
    assert "tarihi" not in spoken(reply)
    assert goes_to(reply) == "turn 9"


def test_the_day_is_said_in_istanbul_and_in_turkish() -> None:
    reply = line().answer(CaseQuestion(number=NUMBER, caller=CALLER), STANDING)
    assert "Tahmini sonuçlanma tarihi: 3 Aralık 2026." in spoken(reply)


ANSWERS = [
    (Telling.RESTRICTED, 1, "Kaydınız alınmıştır", "agent"),
    (Telling.LIMITED, 1, "çok sayıda", "agent"),
    (Telling.UNAVAILABLE, 1, "sorgulama yapılamıyor", "agent"),
    (Telling.UNKNOWN, 1, "bilgi yok", "turn 2"),
    (Telling.UNKNOWN, 3, "bilgi yok", "agent"),
    (Telling.UNKNOWN, 9, "bilgi yok", "turn 2"),
]


@pytest.mark.parametrize(
    ("telling", "turn", "says", "next_"), ANSWERS, ids=[f"{a[0]}-{a[1]}" for a in ANSWERS]
)
def test_what_may_not_be_said_is_not_said(telling: Telling, turn: int, says: str, next_: str) -> None:
    asked = CaseQuestion(number=NUMBER, caller=CALLER, turn=turn)
    reply = line().answer(asked, CaseAnswer(telling=telling))
    assert says in spoken(reply)
    assert goes_to(reply) == next_


@pytest.mark.parametrize(
    ("status", "busy"), [("completed", False), ("no-answer", True), ("busy", True), ("", True)]
)
def test_a_call_that_no_agent_took_ends_with_a_word(status: str, busy: bool) -> None:
    reply = line().question(call(0, DialCallStatus=status))
    assert goes_to(reply) == "Hangup"
    assert ("yeniden arayın" in spoken(reply)) is busy


def test_agents_are_rung_and_the_call_comes_back_to_us() -> None:
    dial = verbs(line(agent_ring_seconds=45).question(call(1, Digits="0")))[-1]
    assert (dial.get("timeout"), dial.get("action"), dial.get("method")) == ("45", f"{URL}?turn=0", "POST")


FORGED = [
    ("another secret", call(1, secret="baska-jeton", Digits=DIGITS)),
    ("no signature", WebhookRequest(method="POST", path="", query=(), headers={}, body=b"Digits=1")),
    ("a later turn than was signed", WebhookRequest(**vars(call(3)) | {"raw_query": "turn=1"})),
    (
        "other digits than were signed",
        WebhookRequest(**vars(call(1)) | {"body": b"Digits=" + DIGITS.encode()}),
    ),
    ("by GET", WebhookRequest(**vars(call()) | {"method": "GET"})),
]


@pytest.mark.parametrize(("label", "request_"), FORGED, ids=[f[0] for f in FORGED])
def test_a_call_that_is_not_twilios_is_refused(label: str, request_: WebhookRequest) -> None:
    for heard in (line().question, line().receive):
        with pytest.raises(SignatureRejectedError):
            heard(request_)


def test_who_looks_nothing_up_puts_callers_through() -> None:
    assert goes_to(line().receive(call(1, Digits=DIGITS)).reply) == "agent"
    assert goes_to(line().receive(call()).reply) == "turn 1"


BODIES = [b"", b"\xff\xfe", b"Digits=" + b"9" * 5000, b"Digits=1&Digits=2", "Digits=٣".encode()]


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_no_body_breaks_the_line(body: bytes) -> None:
    signature = RequestValidator(TOKEN).compute_signature(f"{URL}?turn=1", read_form(body))
    request = WebhookRequest(
        method="POST",
        path="",
        query=[("turn", "1")],
        headers={"x-twilio-signature": signature},
        body=body,
        raw_query="turn=1",
    )
    assert goes_to(line().question(request)) in ("turn 2", "agent")


REFUSED = [
    ("no token", {"auth_token": " "}, "auth_token"),
    ("a placeholder", {"auth_token": "changeme"}, "placeholder"),
    ("SHA-256 without its key", {"signature_algorithm": "HMAC_SHA256"}, "signing_secret"),
    ("no agent", {"agent_number": "yok"}, "agent_number"),
    ("a number Twilio cannot dial", {"agent_number": "153"}, "country code"),
]


@pytest.mark.parametrize(("label", "given", "named"), REFUSED, ids=[r[0] for r in REFUSED])
def test_an_incomplete_line_is_refused(label: str, given: dict[str, Any], named: str) -> None:
    with pytest.raises(ValidationError, match=named):
        line(**given)


def test_settings_never_show_the_token() -> None:
    shown = PhoneLineSettings.model_validate({"auth_token": TOKEN, "agent_number": AGENT})
    assert TOKEN not in repr(shown) + str(shown.model_dump())
