"""Sending by Verimor: alphabet, sizes and every refusal of its guide. S6, G11, tests 25 and 26."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from connectors.sms.verimor import VerimorSms
from connectors.sms.verimor_items import item_report
from domain.errors import (
    CredentialsRejectedError,
    DeskError,
    NotConfiguredError,
    PermanentError,
    RecipientRejectedError,
    TransientError,
)
from domain.urn import Urn
from tests.connectors.building import Build
from tests.connectors.refusals import refused_as
from tests.servers.standin import Answer, Fault
from tests.servers.verimor import HEADER, PASSWORD, USERNAME, VerimorServer

S = timedelta(seconds=1)


def test_a_text_leaves_as_the_guide_writes_it(
    turkish_sms: VerimorSms, verimor_server: VerimorServer, outgoing: Build
) -> None:
    campaign = turkish_sms.send(outgoing("Başvurunuz alındı", our_id="n-9"))
    assert verimor_server.campaigns[campaign] == {
        "username": USERNAME,
        "password": PASSWORD,
        "source_addr": HEADER,
        "valid_for": "24:00",
        "custom_id": "n-9",
        "datacoding": "1",
        "messages": [{"msg": "Başvurunuz alındı", "dest": "905320000001", "id": "n-9"}],
    }
    (call,) = verimor_server.calls
    assert (call.method, call.path, call.query) == ("POST", "/v2/send.json", {})
    assert call.headers["content-type"] == "application/json"


CODINGS = [
    ("plain", "Basvuru alindi", "0"),
    ("letters of the default alphabet", "ÇÖÜöü", "0"),
    ("Turkish", "başvuru", "1"),
    ("an emoji", "başvuru 👍", "2"),
    ("typographic quotes", "“başvuru”", "2"),
    ("a decomposed letter is composed first", "bas\u0327vuru", "1"),
]


@pytest.mark.parametrize(("label", "text", "coding"), CODINGS, ids=[r[0] for r in CODINGS])
def test_the_alphabet_follows_the_text(
    label: str,
    text: Any,
    coding: str,
    turkish_sms: VerimorSms,
    verimor_server: VerimorServer,
    outgoing: Build,
) -> None:
    campaign = turkish_sms.send(outgoing(text))
    assert verimor_server.campaigns[campaign]["datacoding"] == coding


LONGEST = [("0", "a" * 1071), ("1", "ş" + "a" * 1041), ("2", "я" * 469)]


@pytest.mark.parametrize(("coding", "text"), LONGEST, ids=[r[0] for r in LONGEST])
def test_seven_segments_pass_and_one_unit_more_is_refused_here(
    coding: str, text: Any, turkish_sms: VerimorSms, verimor_server: VerimorServer, outgoing: Build
) -> None:
    campaign = turkish_sms.send(outgoing(text))
    assert verimor_server.campaigns[campaign]["datacoding"] == coding
    with pytest.raises(PermanentError, match="8 segments"):
        turkish_sms.send(outgoing(text + "a"))
    assert len(verimor_server.calls) == 1


def test_abroad_the_alphabet_is_left_to_verimor_as_its_guide_asks(
    turkish_sms: VerimorSms, verimor_server: VerimorServer, outgoing: Build
) -> None:
    campaign = turkish_sms.send(outgoing("Başvuru", recipient=Urn("tel", "+4915112345678")))
    sent = verimor_server.campaigns[campaign]
    assert "datacoding" not in sent
    assert sent["messages"][0]["dest"] == "004915112345678"


def test_our_id_survives_signs_that_would_part_it(
    turkish_sms: VerimorSms, verimor_server: VerimorServer, outgoing: Build
) -> None:
    campaign = turkish_sms.send(outgoing("x", our_id="a,b ç"))
    item = verimor_server.report(campaign, "DELIVERED")
    assert "," not in item["message_custom_id"]
    report = item_report(item, b"")
    assert report
    assert report.our_id == "a,b ç"


def test_a_recipient_that_is_no_international_number_is_refused_before_any_call(
    turkish_sms: VerimorSms, verimor_server: VerimorServer, outgoing: Build
) -> None:
    for urn in (Urn("tel", "1530"), Urn("sms", "ISKI"), Urn("mailto", "a@b.example")):
        with pytest.raises(RecipientRejectedError):
            turkish_sms.send(outgoing("x", recipient=urn))
    assert verimor_server.calls == []


def arrange_credits(server: VerimorServer) -> None:
    server.credits = 0


def arrange_address(server: VerimorServer) -> None:
    server.addresses_allowed = False


STATES = [
    ("no credit left", {}, arrange_credits, {}, TransientError, timedelta(minutes=30)),
    ("an address that is not registered", {}, arrange_address, {}, CredentialsRejectedError, None),
    ("a wrong password", {"password": "yanlis-sifre-1"}, None, {}, CredentialsRejectedError, None),
    ("a header of somebody else's", {"sender": "BASKASI"}, None, {}, NotConfiguredError, None),
    ("a number that cannot be", {}, None, {"recipient": Urn("tel", "+9012")}, RecipientRejectedError, None),
    ("an empty text", {}, None, {"text": ""}, PermanentError, None),
]


@pytest.mark.parametrize(
    ("label", "settings", "arrange", "text", "expected", "wait"), STATES, ids=[r[0] for r in STATES]
)
def test_what_the_account_cannot_do_is_told_by_its_class(
    label: str,
    settings: dict[str, Any],
    arrange: Callable[[Any], object] | None,
    text: Any,
    expected: type[DeskError],
    wait: timedelta | None,
    build_verimor: Build,
    verimor_server: VerimorServer,
    outgoing: Build,
) -> None:
    if arrange:
        arrange(verimor_server)
    error = refused_as(
        lambda: build_verimor(**settings).send(outgoing(**{"text": "x"} | text)), expected, wait
    )
    assert PASSWORD not in str(error)


def test_a_message_refused_for_missing_credit_leaves_after_topping_up(
    turkish_sms: VerimorSms, verimor_server: VerimorServer, outgoing: Build
) -> None:
    verimor_server.credits = 0
    with pytest.raises(TransientError, match="top up"):
        turkish_sms.send(outgoing("x"))
    verimor_server.credits = 5
    assert turkish_sms.send(outgoing("x"))


# What any provider may answer is tried for all of them in tests/conformance/test_sending.py.
CODES: list[tuple[int, bytes, type[DeskError]]] = [
    (400, b"INVALID_SOURCE_ADDRESS", NotConfiguredError),
    (400, b"INVALID_DESTINATION_ADDRESS\n", RecipientRejectedError),
    (400, b"MISSING_DESTINATION_ADDRESS", RecipientRejectedError),
    (400, b"BLACKLISTED_DESTINATION_ADDRESS", RecipientRejectedError),
    (400, b"MESSAGE_TOO_LONG", PermanentError),
    (400, b"INVALID_PERIOD", PermanentError),
    (400, b"INVALID_DATACODING", PermanentError),
    (400, b"FORBIDDEN_MESSAGE", PermanentError),
    (400, b"SOMETHING_NEW", PermanentError),
    (400, "Bir şeyler ters".encode(), PermanentError),
    (406, b"", PermanentError),
    (413, b"Request Entity Too Large", PermanentError),
]


@pytest.mark.parametrize(("status", "body", "expected"), CODES, ids=[f"{r[0]} {r[1]!r}"[:60] for r in CODES])
def test_every_refusal_has_its_class(
    status: int,
    body: bytes,
    expected: type[DeskError],
    turkish_sms: VerimorSms,
    verimor_server: VerimorServer,
    outgoing: Build,
) -> None:
    verimor_server.fail_next(Fault(answer=Answer(status=status, body=body)))
    error = refused_as(lambda: turkish_sms.send(outgoing("x")), expected, None)
    assert getattr(error, "stopped", False) is (b"BLACKLISTED" in body)
    assert len(verimor_server.calls) == 1
