"""Sending by NetGSM: its alphabet, its numbers and every code of its tables. S6, G11, tests 25 and 26."""

import json
from datetime import timedelta
from typing import Any

import pytest

from connectors.sms.netgsm import NetgsmSms
from domain.errors import (
    ConnectionFailedError,
    CredentialsRejectedError,
    DeskError,
    NotConfiguredError,
    PermanentError,
    RecipientRejectedError,
    ThrottledError,
)
from domain.urn import Urn
from tests.connectors.building import Build
from tests.servers.netgsm import HEADER, PASSWORD, NetgsmServer
from tests.servers.standin import Answer, Fault, json_answer

S = timedelta(seconds=1)


def test_a_text_leaves_as_the_description_writes_it(
    netgsm: NetgsmSms, netgsm_server: NetgsmServer, outgoing: Build
) -> None:
    job = netgsm.send(outgoing("Başvurunuz alındı"))
    assert netgsm_server.jobs[job]["fields"] == {
        "msgheader": HEADER,
        "messages": [{"msg": "Başvurunuz alındı", "no": "5320000001"}],
        "iysfilter": "0",
        "encoding": "TR",
    }
    (call,) = netgsm_server.calls
    assert (call.method, call.path, call.query) == ("POST", "/sms/rest/v2/send", {})
    assert PASSWORD not in call.body.decode()


TEXTS: list[tuple[str, Any, str, bool]] = [
    ("plain", "Basvuru alindi", "Basvuru alindi", False),
    ("letters of the default alphabet", "ÇÖÜöü €[]", "ÇÖÜöü €[]", False),
    ("Turkish", "ğışİŞĞç", "ğışİŞĞç", True),
    ("typographic signs", "“Başvuru” – ₺5…", '"Başvuru" - TL5...', True),
    ("an emoji", "Alındı 👍", "Alındı ?", True),
    ("a decomposed letter is composed first", "bas\u0327vuru", "başvuru", True),
    ("lines", "bir\niki", "bir\niki", False),
]


@pytest.mark.parametrize(("label", "text", "sent", "turkish"), TEXTS, ids=[r[0] for r in TEXTS])
def test_the_turkish_table_is_asked_for_when_needed_and_nothing_beyond_it_is_sent(
    label: str,
    text: Any,
    sent: str,
    turkish: bool,
    netgsm: NetgsmSms,
    netgsm_server: NetgsmServer,
    outgoing: Build,
) -> None:
    fields = netgsm_server.jobs[netgsm.send(outgoing(text))]["fields"]
    assert fields["messages"][0]["msg"] == sent
    assert ("encoding" in fields) is turkish


NUMBERS = [
    Urn("tel", "1530"),
    Urn("tel", "+4915112345678"),
    Urn("tel", "+9012"),
    Urn("sms", "ISKI"),
    Urn("mailto", "a@b.example"),
]


@pytest.mark.parametrize("urn", NUMBERS, ids=str)
def test_a_recipient_it_cannot_reach_is_refused_before_any_call(
    urn: Urn, netgsm: NetgsmSms, netgsm_server: NetgsmServer, outgoing: Build
) -> None:
    with pytest.raises(RecipientRejectedError):
        netgsm.send(outgoing("x", recipient=urn))
    assert netgsm_server.calls == []


def test_no_text_is_refused_and_too_much_is_told(
    netgsm: NetgsmSms, netgsm_server: NetgsmServer, outgoing: Build
) -> None:
    with pytest.raises(PermanentError, match="empty"):
        netgsm.send(outgoing(" \n"))
    assert netgsm_server.calls == []
    with pytest.raises(PermanentError, match="send 20"):
        netgsm.send(outgoing("a" * 918))


STATES: list[tuple[str, dict[str, Any], type[DeskError]]] = [
    ("a wrong password", {"password": "yanlis-sifre-1"}, CredentialsRejectedError),
    ("a header of somebody else's", {"sender": "BASKASI"}, NotConfiguredError),
]


@pytest.mark.parametrize(("label", "settings", "expected"), STATES, ids=[r[0] for r in STATES])
def test_what_the_account_cannot_do_is_told_by_its_class(
    label: str, settings: dict[str, Any], expected: type[DeskError], build_netgsm: Build, outgoing: Build
) -> None:
    with pytest.raises(DeskError) as refused:
        build_netgsm(**settings).send(outgoing("x"))
    assert type(refused.value) is expected


CODES: list[tuple[str, type[DeskError], timedelta | None]] = [
    ("20", PermanentError, None),
    ("30", CredentialsRejectedError, None),
    ("40", NotConfiguredError, None),
    ("50", NotConfiguredError, None),
    ("51", NotConfiguredError, None),
    ("60", PermanentError, None),
    ("70", PermanentError, None),
    ("80", ThrottledError, None),
    ("85", ThrottledError, 60 * S),
    ("100", ConnectionFailedError, None),
    ("101", ConnectionFailedError, None),
    ("5000", PermanentError, None),
]


@pytest.mark.parametrize("status", [200, 406])
@pytest.mark.parametrize(("code", "expected", "wait"), CODES, ids=[r[0] for r in CODES])
def test_every_code_has_its_class_and_its_wait(
    code: str,
    expected: type[DeskError],
    wait: timedelta | None,
    status: int,
    netgsm: NetgsmSms,
    netgsm_server: NetgsmServer,
    outgoing: Build,
) -> None:
    netgsm_server.fail_next(Fault(answer=json_answer(status, {"code": code, "jobid": None})))
    with pytest.raises(DeskError, match=code) as refused:
        netgsm.send(outgoing("x"))
    assert type(refused.value) is expected
    assert getattr(refused.value, "retry_after", None) == wait


ANSWERS: list[tuple[int, bytes, dict[str, str], type[DeskError], timedelta | None]] = [
    (406, b"", {}, PermanentError, None),
    (406, b"<html>", {}, PermanentError, None),
    (400, b'{"code":"30"}', {}, PermanentError, None),
    (401, b"", {}, CredentialsRejectedError, None),
    (429, b"", {"Retry-After": "120"}, ThrottledError, 120 * S),
    (429, b"", {"Retry-After": "Mon, 04 May 2026 09:30:45 GMT"}, ThrottledError, 45 * S),
    (429, b'{"retry_after": 8}', {}, ThrottledError, 8 * S),
    (429, b"", {"x-rate-limit-reset": "1777887060"}, ThrottledError, 60 * S),
    (429, b"", {}, ThrottledError, None),
    (500, b"", {}, ConnectionFailedError, None),
    (502, b"<html>", {"Retry-After": "3"}, ConnectionFailedError, 3 * S),
    (302, b"", {"Location": "https://elsewhere.example/"}, NotConfiguredError, None),
    (200, b"<html>captive portal</html>", {}, ConnectionFailedError, None),
    (200, b"", {}, ConnectionFailedError, None),
    (200, b'{"code":"00"}', {}, ConnectionFailedError, None),
    (200, b'{"code":"00","jobid":"<script>"}', {}, ConnectionFailedError, None),
]


@pytest.mark.parametrize(
    ("status", "body", "headers", "expected", "wait"),
    ANSWERS,
    ids=[f"{r[0]} {r[1]!r} {r[2]}" for r in ANSWERS],
)
def test_every_answer_has_its_class_and_its_wait(
    status: int,
    body: bytes,
    headers: dict[str, str],
    expected: type[DeskError],
    wait: timedelta | None,
    netgsm: NetgsmSms,
    netgsm_server: NetgsmServer,
    outgoing: Build,
) -> None:
    netgsm_server.fail_next(Fault(answer=Answer(status=status, body=body, headers=headers)))
    with pytest.raises(DeskError) as refused:
        netgsm.send(outgoing("x"))
    assert type(refused.value) is expected
    assert getattr(refused.value, "retry_after", None) == wait
    assert len(netgsm_server.calls) == 1


BROKEN = [
    ("silence", Fault(silent=True)),
    ("a broken connection", Fault(drop=True)),
    ("an answer lost after the work", Fault(drop=True, after_effect=True)),
]


@pytest.mark.parametrize(("label", "fault"), BROKEN, ids=[r[0] for r in BROKEN])
def test_a_call_that_breaks_off_is_worth_another_try(
    label: str, fault: Fault, build_netgsm: Build, netgsm_server: NetgsmServer, outgoing: Build
) -> None:
    desk = build_netgsm(timeout_seconds=1.0)
    netgsm_server.fail_next(fault)
    with pytest.raises(ConnectionFailedError):
        desk.send(outgoing("x"))
    assert desk.send(outgoing("x"))
    bodies = [json.loads(call.body) for call in netgsm_server.calls]
    assert bodies[0] == bodies[1]


def test_closing_is_safe_before_between_and_after(netgsm: NetgsmSms, outgoing: Build) -> None:
    netgsm.close()
    assert netgsm.send(outgoing("x"))
    netgsm.close()
    assert netgsm.send(outgoing("y"))
    netgsm.close()
