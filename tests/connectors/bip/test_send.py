"""Sending through TES: idempotency, limits, every result code, every way to wait. G11, tests 26 and 29."""

from datetime import timedelta
from typing import Any

import pytest

from connectors.base import OutboundText
from connectors.bip.connector import Bip
from connectors.bip.txn import our_id_of, txn_id
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
from tests.servers.bip import OPAQUE, PHONE, BipServer
from tests.servers.standin import Answer, Fault, json_answer

S = timedelta(seconds=1)


@pytest.mark.parametrize(("address", "kind"), [(PHONE, 2), (OPAQUE, 0)])
def test_a_text_leaves_as_the_pages_write_it(
    address: str, kind: int, bip: Bip, server: BipServer, outgoing: Build
) -> None:
    reportid = bip.send(outgoing("Başvurunuz alındı 👍", recipient=Urn("bip", address)))
    ((txnid, request),) = server.taken.items()
    assert request == {
        "txnid": txnid,
        "receiver": {"type": kind, "address": address},
        "composition": {"list": [{"type": 0, "message": "Başvurunuz alındı 👍"}]},
    }
    assert reportid.startswith("08oyS-")
    assert server.calls[0].headers["content-type"] == "application/json"


def test_a_service_without_reports_is_given_our_own_id(bip: Bip, server: BipServer, outgoing: Build) -> None:
    server.reports = False
    assert [bip.send(outgoing())] == [*server.taken]


def test_a_call_whose_answer_was_lost_is_made_again_and_sends_once(
    bip: Bip, server: BipServer, outgoing: Build
) -> None:
    server.fail_next(Fault(drop=True, after_effect=True))
    with pytest.raises(ConnectionFailedError):
        bip.send(outgoing())
    (txnid,) = server.taken
    assert bip.send(outgoing()) == txnid
    assert len(server.calls) == 2
    assert our_id_of(txnid) == "n7"


OTHER: list[tuple[str, dict[str, Any], str]] = [
    ("another notice", {"our_id": "n8"}, "desk"),
    ("another person", {"recipient": Urn("bip", OPAQUE)}, "desk"),
    ("other words, as of a desk set up anew", {"text": "x"}, "desk"),
    ("another desk", {}, "test"),
]


@pytest.mark.parametrize(("label", "change", "instance"), OTHER, ids=[r[0] for r in OTHER])
def test_only_the_same_text_of_the_same_notice_counts_as_taken(
    label: str, change: dict[str, Any], instance: str, outgoing: Build
) -> None:
    same: OutboundText = outgoing()
    assert txn_id(same, instance="desk") == txn_id(outgoing(), instance="desk")
    assert txn_id(outgoing(**change), instance=instance) != txn_id(same, instance="desk")


def test_our_id_survives_any_sign(outgoing: Build) -> None:
    for our_id in ("n1", "a b-ç/%", "n-0123456789abcdef"):
        assert our_id_of(txn_id(outgoing(our_id=our_id), instance="x")) == our_id
    assert [our_id_of(each) for each in ("Gp2s9-58", "", "-0123456789abcdef")] == [None] * 3


LENGTHS: list[tuple[str, Any, list[int]]] = [
    ("the longest in one", "a" * 2048, [2048]),
    ("one more", "a" * 2049, [2048, 1]),
    ("cut between words", "kelime " * 300, [2043, 55]),
    ("signs of two units", "👍" * 1025, [1024, 1]),
    ("a family is not torn", "a" * 2045 + "👨\u200d👩\u200d👧", [2045, 5]),
    ("five parts", "a" * 2048 * 5, [2048] * 5),
]


@pytest.mark.parametrize(("label", "text", "lengths"), LENGTHS, ids=[r[0] for r in LENGTHS])
def test_a_long_text_goes_in_parts_that_bip_takes(
    label: str, text: Any, lengths: list[int], bip: Bip, server: BipServer, outgoing: Build
) -> None:
    bip.send(outgoing(text))
    ((_, request),) = server.taken.items()
    parts = [each["message"] for each in request["composition"]["list"]]
    assert [len(part) for part in parts] == lengths
    assert "".join(parts).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize("text", ["", "  \n", "a" * 2048 * 5 + "b"])
def test_no_text_and_too_much_text_are_refused_before_any_call(
    text: str, bip: Bip, server: BipServer, outgoing: Build
) -> None:
    with pytest.raises(PermanentError):
        bip.send(outgoing(text))
    assert server.calls == []


def test_only_addresses_of_bip_are_written_to(bip: Bip, server: BipServer, outgoing: Build) -> None:
    for urn in (Urn("tel", "+905320000001"), Urn("mailto", "a@b.example"), Urn("bip", "")):
        with pytest.raises(RecipientRejectedError):
            bip.send(outgoing(recipient=urn))
    assert server.calls == []


STATES: list[tuple[str, dict[str, Any], dict[str, Any], dict[str, Any], type[DeskError]]] = [
    ("a wrong password", {}, {"password": "yanlis-parola-1"}, {}, CredentialsRejectedError),
    ("a service that is not active", {"active": False}, {}, {}, NotConfiguredError),
    ("no right to plain numbers", {"plain_numbers": False}, {}, {}, CredentialsRejectedError),
    ("somebody without BiP", {}, {}, {"recipient": Urn("bip", "905320000099")}, RecipientRejectedError),
    ("no follower", {}, {}, {"recipient": Urn("bip", "905320000002")}, PermanentError),
    ("no quota left", {"quota": 0}, {}, {}, ThrottledError),
]  # fmt: skip


@pytest.mark.parametrize(
    ("label", "state", "settings", "text", "expected"), STATES, ids=[r[0] for r in STATES]
)
def test_what_cannot_be_sent_is_told_by_its_class(
    label: str,
    state: dict[str, Any],
    settings: dict[str, Any],
    text: dict[str, Any],
    expected: type[DeskError],
    build: Build,
    server: BipServer,
    outgoing: Build,
) -> None:
    for name, value in state.items():
        setattr(server, name, value)
    with pytest.raises(DeskError) as refused:
        build(**settings).send(outgoing(**text))
    assert type(refused.value) is expected
    assert server.taken == {}


def test_a_text_refused_for_its_quota_leaves_when_there_is_one_again(
    bip: Bip, server: BipServer, outgoing: Build
) -> None:
    server.quota = 0
    with pytest.raises(ThrottledError):
        bip.send(outgoing())
    server.quota = 1
    assert bip.send(outgoing())


CODES: list[tuple[int, type[DeskError] | None]] = [
    (1, ConnectionFailedError),
    (300, NotConfiguredError),
    (301, RecipientRejectedError),
    (302, PermanentError),
    (303, PermanentError),
    (306, CredentialsRejectedError),
    (307, CredentialsRejectedError),
    (308, ThrottledError),
    (309, ConnectionFailedError),
    (310, None),
    (311, CredentialsRejectedError),
    (312, ThrottledError),
    (1004, PermanentError),
    (4711, PermanentError),
]


@pytest.mark.parametrize("where", ["the whole", "the line", "as text"])
@pytest.mark.parametrize(("code", "expected"), CODES, ids=[str(r[0]) for r in CODES])
def test_every_result_code_has_its_class(
    code: int, expected: type[DeskError] | None, where: str, bip: Bip, server: BipServer, outgoing: Build
) -> None:
    answer: dict[str, Any] = {"txnid": "t", "resultcode": code}
    if where == "the line":
        answer = {"txnid": "t", "resultcode": 0, "list": [answer]}
    if where == "as text":
        answer = {"txnid": "t", "resultcode": str(code)}
    server.fail_next(Fault(answer=json_answer(200, answer)))
    if expected is None:
        assert our_id_of(bip.send(outgoing())) == "n7"
        return
    with pytest.raises(DeskError, match=str(code)) as refused:
        bip.send(outgoing())
    assert type(refused.value) is expected


# What any provider may answer is tried for all of them in tests/conformance/test_sending.py.
ANSWERS: list[tuple[int, bytes, type[DeskError]]] = [
    (401, b"", CredentialsRejectedError),
    (403, b"", CredentialsRejectedError),
    (404, b"", PermanentError),
    (200, b"[]", ConnectionFailedError),
    (200, b"{}", ConnectionFailedError),
    (200, b'{"resultcode": 0, "list": 7}', ConnectionFailedError),
    (200, b'{"resultcode": null}', ConnectionFailedError),
]


@pytest.mark.parametrize(
    ("status", "body", "expected"), ANSWERS, ids=[f"{r[0]} {r[1]!r}"[:60] for r in ANSWERS]
)
def test_every_answer_of_its_own_has_its_class(
    status: int,
    body: bytes,
    expected: type[DeskError],
    bip: Bip,
    server: BipServer,
    outgoing: Build,
) -> None:
    server.fail_next(Fault(answer=Answer(status=status, body=body)))
    refused_as(lambda: bip.send(outgoing()), expected, None)
    assert len(server.calls) == 1


def test_a_silent_provider_is_given_up_and_a_recovered_one_is_used(
    build: Build, server: BipServer, outgoing: Build
) -> None:
    account = build(timeout_seconds=1.0)
    server.fail_next(Fault(silent=True))
    with pytest.raises(ConnectionFailedError, match="in time"):
        account.send(outgoing())
    assert account.send(outgoing())
