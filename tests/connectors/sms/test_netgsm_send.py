"""Sending by NetGSM: its alphabet, its numbers and every code of its tables. S6, G11, tests 25 and 26."""

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
from tests.connectors.refusals import refused_as
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
    refused_as(lambda: netgsm.send(outgoing("x")), expected, wait, code)


# What any provider may answer is tried for all of them in tests/conformance/test_sending.py.
ANSWERS: list[tuple[int, bytes, type[DeskError]]] = [
    (406, b"", PermanentError),
    (406, b"<html>", PermanentError),
    (400, b'{"code":"30"}', PermanentError),
    (401, b"", CredentialsRejectedError),
    (200, b'{"code":"00"}', ConnectionFailedError),
    (200, b'{"code":"00","jobid":"<script>"}', ConnectionFailedError),
]


@pytest.mark.parametrize(
    ("status", "body", "expected"), ANSWERS, ids=[f"{r[0]} {r[1]!r}"[:60] for r in ANSWERS]
)
def test_every_answer_of_its_own_has_its_class(
    status: int,
    body: bytes,
    expected: type[DeskError],
    netgsm: NetgsmSms,
    netgsm_server: NetgsmServer,
    outgoing: Build,
) -> None:
    netgsm_server.fail_next(Fault(answer=Answer(status=status, body=body)))
    refused_as(lambda: netgsm.send(outgoing("x")), expected, None)
    assert len(netgsm_server.calls) == 1
