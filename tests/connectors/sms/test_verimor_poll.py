"""Polling Verimor by `greater_than`: a hundred at a time, no gap, no history (its user guide; E3)."""

import json
from datetime import timedelta

import pytest

from connectors.sms.verimor import VerimorSms
from domain.errors import ConnectionFailedError, CredentialsRejectedError, NotConfiguredError, PermanentError
from domain.messages import InboundMessage, Unreadable
from tests.connectors.building import Build
from tests.connectors.polling import drain
from tests.servers.standin import Fault
from tests.servers.verimor import PASSWORD, USERNAME, VerimorServer

CITIZEN = "905320000001"


def after(cursor: str) -> int:
    return int(json.loads(cursor)["after"])


def test_the_id_is_the_cursor_and_credentials_go_as_the_guide_writes(
    turkish_sms: VerimorSms, verimor_server: VerimorServer
) -> None:
    verimor_server.receive(CITIZEN, "bir")
    texts, cursor = drain(turkish_sms)
    assert texts == ["bir"]
    assert after(cursor) == 1000
    (call,) = verimor_server.calls
    assert call.query == {"greater_than": "0", "username": USERNAME, "password": PASSWORD}


def test_hundreds_are_followed_to_the_end_in_order(
    turkish_sms: VerimorSms, verimor_server: VerimorServer
) -> None:
    for index in range(345):
        verimor_server.receive(CITIZEN, str(index))
    texts, cursor = drain(turkish_sms)
    assert list(dict.fromkeys(texts)) == [str(index) for index in range(345)]
    assert after(cursor) == 1344


def test_a_message_that_became_visible_late_is_still_found(
    turkish_sms: VerimorSms, verimor_server: VerimorServer
) -> None:
    early = verimor_server.receive(CITIZEN, "erken numara")
    verimor_server.receive(CITIZEN, "geç numara")
    verimor_server.inbound.remove(early)
    texts, cursor = drain(turkish_sms)
    assert texts == ["geç numara"]
    verimor_server.inbound.append(early)
    assert "erken numara" in drain(turkish_sms, cursor)[0]


def test_an_outage_of_any_length_is_caught_up(turkish_sms: VerimorSms, verimor_server: VerimorServer) -> None:
    _, cursor = drain(turkish_sms)
    for day in range(30):
        verimor_server.clock += timedelta(days=1)
        verimor_server.receive(CITIZEN, str(day))
    assert drain(turkish_sms, cursor)[0] == [str(day) for day in range(30)]


@pytest.mark.parametrize("place", [0, 1, 3])
def test_an_item_that_is_no_json_holds_up_no_other(
    place: int, turkish_sms: VerimorSms, verimor_server: VerimorServer
) -> None:
    """W4: it would come again in every answer, and the account would stand still for ever."""
    listed = [json.dumps(verimor_server.receive(CITIZEN, str(number))).encode() for number in range(3)]
    bad = b'{"message_id":999,"content":"Muhtar "Ali" dedi"}'
    verimor_server.answer_next(200, b"[" + b",".join([*listed[:place], bad, *listed[place:]]) + b"]")
    batch = turkish_sms.poll("")
    assert [i.text for i in batch.items if isinstance(i, InboundMessage)] == ["0", "1", "2"]
    assert [i.raw for i in batch.items if isinstance(i, Unreadable)] == [b"[" + bad + b"]"]
    assert after(batch.cursor) == 1002


def test_the_history_of_an_old_account_is_passed_over_by_the_first_polls(
    build_verimor: Build, verimor_server: VerimorServer
) -> None:
    today = verimor_server.clock
    verimor_server.clock = today - timedelta(days=400)
    for _ in range(250):
        verimor_server.receive(CITIZEN, "çoktan bitti")
    verimor_server.clock = today - timedelta(hours=3)
    verimor_server.receive(CITIZEN, "bugün")
    verimor_server.clock = today
    assert drain(build_verimor(first_poll_hours=24))[0] == ["bugün"]
    assert "bugün" not in drain(build_verimor(first_poll_hours=1))[0]


def test_a_bad_item_is_quarantined_alone_and_the_cursor_goes_on(
    turkish_sms: VerimorSms, verimor_server: VerimorServer
) -> None:
    verimor_server.receive(CITIZEN, "iyi 1")
    bad = verimor_server.receive(CITIZEN, {"parça": 1})
    verimor_server.receive(CITIZEN, "iyi 2")
    batch = turkish_sms.poll("")
    assert [i.text for i in batch.items if isinstance(i, InboundMessage)] == ["iyi 1", "iyi 2"]
    (unreadable,) = [i for i in batch.items if isinstance(i, Unreadable)]
    assert json.loads(unreadable.raw) == [bad]
    assert after(batch.cursor) == 1002


def test_a_page_without_a_single_id_ends_the_polling(
    turkish_sms: VerimorSms, verimor_server: VerimorServer
) -> None:
    page = [{"content": "kimliksiz", "source_addr": CITIZEN}] * 100
    verimor_server.answer_next(200, json.dumps(page).encode())
    batch = turkish_sms.poll("")
    assert len(batch.items) == 100
    assert not batch.more


ANSWERS = [("a page of the proxy", b"<html>"), ("an object", b'{"hata": 1}'), ("nothing", b"")]


@pytest.mark.parametrize(("label", "body"), ANSWERS, ids=[r[0] for r in ANSWERS])
def test_an_answer_that_is_no_list_is_tried_again(
    label: str, body: bytes, turkish_sms: VerimorSms, verimor_server: VerimorServer
) -> None:
    verimor_server.answer_next(200, body)
    with pytest.raises(ConnectionFailedError):
        turkish_sms.poll("")


def test_a_list_that_breaks_off_is_tried_again_and_not_quarantined(
    turkish_sms: VerimorSms, verimor_server: VerimorServer
) -> None:
    verimor_server.answer_next(200, b'[{"message_id": 1, "content": "yar')
    with pytest.raises(ConnectionFailedError):
        turkish_sms.poll("")


def test_a_broken_poll_moves_no_cursor(build_verimor: Build, verimor_server: VerimorServer) -> None:
    desk = build_verimor(timeout_seconds=1.0)
    _, cursor = drain(desk)
    verimor_server.receive(CITIZEN, "bekle")
    verimor_server.fail_next(Fault(silent=True))
    with pytest.raises(ConnectionFailedError):
        desk.poll(cursor)
    assert drain(desk, cursor)[0] == ["bekle"]


def test_a_cursor_that_is_not_ours_stops_the_account_loudly(turkish_sms: VerimorSms) -> None:
    for cursor in ("{", "7", '{"after": 7}', '{"after": "x", "not_before": "2026-01-01"}', "[]"):
        with pytest.raises(PermanentError, match="cursor"):
            turkish_sms.poll(cursor)


def test_the_check_knows_password_address_and_header(
    build_verimor: Build, verimor_server: VerimorServer
) -> None:
    build_verimor().check()
    assert [(c.method, c.path) for c in verimor_server.calls] == [("GET", "/v2/headers")]
    with pytest.raises(NotConfiguredError, match="headers registered"):
        build_verimor(sender="BASKASI").check()
    with pytest.raises(CredentialsRejectedError):
        build_verimor(password="yanlis-sifre-1").check()
    verimor_server.answer_next(200, b"<html>")
    with pytest.raises(ConnectionFailedError):
        build_verimor().check()
    build_verimor(sender="").check()
