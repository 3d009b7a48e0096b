"""Polling Twilio as a safety net: paging, overlap, outages of any length (E3, E4), media (G12)."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from connectors.sms.twilio import TwilioSms
from connectors.twilio_common.api import TwilioApi
from connectors.twilio_common.media import TwilioMedia
from domain.errors import ConnectionFailedError, PermanentError, ThrottledError
from domain.messages import InboundMessage, Unreadable
from tests.connectors.building import NOW, Build
from tests.connectors.polling import drain, messages
from tests.connectors.sms.accounts import twilio_settings
from tests.servers.standin import Fault, json_answer
from tests.servers.twilio import NUMBER, SID, TOKEN, TwilioServer

CITIZEN = "+905320000001"
HOUR = timedelta(hours=1)


def test_what_came_is_handed_over_oldest_first_and_asked_for_by_our_number(
    sms: TwilioSms, twilio_server: TwilioServer
) -> None:
    for minute in (3, 1, 2):
        twilio_server.receive(CITIZEN, str(minute), at=twilio_server.clock - timedelta(minutes=10 - minute))
    assert drain(sms)[0] == ["1", "2", "3"]
    assert {call.query["To"] for call in twilio_server.calls} == {NUMBER}


def test_our_own_messages_and_unfinished_ones_are_left_out(
    sms: TwilioSms, twilio_server: TwilioServer, outgoing: Build
) -> None:
    sms.send(outgoing("bizden"))
    twilio_server.receive(CITIZEN, "yolda", status="receiving")
    twilio_server.receive(CITIZEN, "geldi")
    assert drain(sms)[0] == ["geldi"]


def test_a_message_that_came_late_into_the_list_is_found_by_the_overlap(
    build_twilio: Build, twilio_server: TwilioServer
) -> None:
    desk = build_twilio()
    _, cursor = drain(desk)
    twilio_server.clock += 5 * timedelta(minutes=1)
    twilio_server.receive(CITIZEN, "gecikmiş", at=twilio_server.clock - timedelta(minutes=50))
    assert drain(desk, cursor)[0] == ["gecikmiş"]


def test_what_lies_before_the_overlap_is_not_handed_over_again(
    build_twilio: Build, twilio_server: TwilioServer
) -> None:
    desk = build_twilio(poll_overlap_minutes=10)
    twilio_server.receive(CITIZEN, "eski", at=twilio_server.clock - HOUR)
    texts, cursor = drain(desk)
    assert texts == ["eski"]
    twilio_server.receive(CITIZEN, "yeni", at=twilio_server.clock)
    assert drain(desk, cursor)[0] == ["yeni"]


def test_many_pages_are_followed_to_the_end(sms: TwilioSms, twilio_server: TwilioServer) -> None:
    start = twilio_server.clock - 2 * HOUR
    for index in range(2345):
        twilio_server.receive(CITIZEN, str(index), at=start + index * timedelta(seconds=1))
    texts, _ = drain(sms)
    assert texts == [str(index) for index in range(2345)]
    assert [call.query.get("Page") for call in twilio_server.calls[-3:]] == [None, "1", "2"]


def test_paging_stops_at_the_first_page_that_is_old(build_twilio: Build, twilio_server: TwilioServer) -> None:
    midnight = datetime(2026, 5, 4, tzinfo=UTC)
    for index in range(3000):
        twilio_server.receive(CITIZEN, str(index), at=midnight + index * timedelta(seconds=1))
    twilio_server.receive(CITIZEN, "yeni")
    cursor = json.dumps({"since": twilio_server.clock.isoformat()})
    assert drain(build_twilio(), cursor)[0] == ["yeni"]
    assert len(twilio_server.calls) == 2


def test_an_outage_of_ten_days_is_caught_up_day_by_day(sms: TwilioSms, twilio_server: TwilioServer) -> None:
    start = twilio_server.clock
    _, cursor = drain(sms)
    for hours in range(1, 241):
        twilio_server.receive(CITIZEN, str(hours), at=start + hours * HOUR)
    twilio_server.clock = start + 241 * HOUR
    texts, cursor = drain(sms, cursor)
    seen = list(dict.fromkeys(texts))
    assert seen == [str(hours) for hours in range(1, 241)]
    assert drain(sms, cursor)[0] == ["240"]  # within the overlap: the database knows it by its sid


def test_the_first_poll_looks_back_as_far_as_configured(
    build_twilio: Build, twilio_server: TwilioServer
) -> None:
    twilio_server.receive(CITIZEN, "dünden", at=twilio_server.clock - 30 * HOUR)
    twilio_server.receive(CITIZEN, "bugün", at=twilio_server.clock - HOUR)
    assert drain(build_twilio(first_poll_hours=24))[0] == ["bugün"]
    assert drain(build_twilio(first_poll_hours=48))[0] == ["dünden", "bugün"]


def test_a_poll_at_midnight_leaves_no_gap(build_twilio: Build, twilio_server: TwilioServer) -> None:
    twilio_server.clock = datetime(2026, 5, 4, 23, 59, 30, tzinfo=UTC)
    desk = build_twilio(poll_overlap_minutes=1)
    _, cursor = drain(desk)
    for second in range(60):
        twilio_server.receive(CITIZEN, str(second), at=twilio_server.clock + timedelta(seconds=second))
    twilio_server.clock += 2 * timedelta(minutes=1)
    texts, _ = drain(desk, cursor)
    assert list(dict.fromkeys(texts)) == [str(second) for second in range(60)]


def test_a_failed_page_moves_no_cursor(sms: TwilioSms, twilio_server: TwilioServer) -> None:
    _, cursor = drain(sms)
    twilio_server.receive(CITIZEN, "bekle")
    twilio_server.answer_next(429, b"{}", Retry_After="17")
    with pytest.raises(ThrottledError) as asked:
        sms.poll(cursor)
    assert asked.value.retry_after == timedelta(seconds=17)
    assert drain(sms, cursor)[0] == ["bekle"]


def test_a_resource_that_cannot_be_read_is_quarantined_alone(
    sms: TwilioSms, twilio_server: TwilioServer
) -> None:
    twilio_server.receive(CITIZEN, "iyi 1")
    bad = twilio_server.receive(CITIZEN, "kötü")
    bad["from"] = ["bir", "liste"]
    twilio_server.receive(CITIZEN, "iyi 2")
    items = sms.poll(sms.poll("").cursor).items
    assert sorted(i.text for i in items if isinstance(i, InboundMessage)) == ["iyi 1", "iyi 2"]
    (unreadable,) = [i for i in items if isinstance(i, Unreadable)]
    assert json.loads(unreadable.raw) == bad
    assert unreadable.external_id == bad["sid"]


ANSWERS = [
    ("no JSON", b"<html>", None),
    ("no list", b"[]", None),
    ("a list of something else", b'{"messages": {"a": 1}}', None),
]


@pytest.mark.parametrize(("label", "body", "unused"), ANSWERS, ids=[r[0] for r in ANSWERS])
def test_an_answer_that_is_no_list_of_messages_is_tried_again(
    label: str, body: bytes, unused: None, sms: TwilioSms, twilio_server: TwilioServer
) -> None:
    twilio_server.answer_next(200, body)
    with pytest.raises(ConnectionFailedError):
        sms.poll("")


def test_a_list_without_end_is_given_up(
    sms: TwilioSms, twilio_server: TwilioServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.twilio_common.api._MOST_PAGES", 3)
    page = {"messages": [], "next_page_uri": "/2010-04-01/x?Page=1"}
    twilio_server.fail_next(*[Fault(answer=json_answer(200, page))] * 3)
    with pytest.raises(ConnectionFailedError, match="does not end"):
        sms.poll("")


def test_the_next_page_never_leads_to_another_host(sms: TwilioSms, twilio_server: TwilioServer) -> None:
    page = {"messages": [], "next_page_uri": "https://evil.example/steal?Page=1&PageToken=PA1"}
    twilio_server.fail_next(Fault(answer=json_answer(200, page)))
    twilio_server.fail_next(Fault(answer=json_answer(200, {"messages": []})))
    sms.poll("")
    assert [call.query.get("Page") for call in twilio_server.calls] == [None, "1"]


def test_a_cursor_that_is_not_ours_stops_the_account_loudly(sms: TwilioSms) -> None:
    for cursor in ("{", "7", '{"since": 7}', '{"since": "dün"}', "[]"):
        with pytest.raises(PermanentError, match="cursor"):
            sms.poll(cursor)


def test_the_check_asks_for_one_message_and_changes_nothing(
    sms: TwilioSms, build_twilio: Build, twilio_server: TwilioServer
) -> None:
    sms.check()
    assert [(c.method, c.query) for c in twilio_server.calls] == [("GET", {"PageSize": "1"})]
    with pytest.raises(PermanentError, match="20003"):
        build_twilio(auth_token="baska-bir-jeton-12345").check()


def test_files_of_a_message_are_fetched_with_our_credentials_pushed_or_polled(
    sms: TwilioSms, twilio_server: TwilioServer
) -> None:
    resource = twilio_server.receive(CITIZEN, "")
    address = twilio_server.attach(resource, "image/jpeg", b"\xff\xd8resim")
    assert sms.fetch(address, 100) == b"\xff\xd8resim"
    (polled,) = messages(sms.poll(sms.poll("").cursor).items)
    assert sms.fetch(str(polled.attachments[0].source), 100) == b"\xff\xd8resim"


def test_a_file_may_lie_behind_a_redirect_without_our_credentials(
    sms: TwilioSms, twilio_server: TwilioServer
) -> None:
    resource = twilio_server.receive(CITIZEN, "")
    address = twilio_server.attach(resource, "image/png", b"png")
    first = address.removeprefix(twilio_server.url).replace("/ME", "/MX")
    twilio_server.redirects[first] = address
    assert sms.fetch(twilio_server.url + first, 100) == b"png"


def test_our_credentials_go_to_the_api_alone(twilio_server: TwilioServer) -> None:
    settings = twilio_settings(base_url=twilio_server.url)
    media = TwilioMedia(settings, TwilioApi(settings, lambda: NOW), lambda: NOW)
    assert media._auth(twilio_server.url + "/2010-04-01/x") == (SID, TOKEN)
    for elsewhere in ("https://mms.twiliocdn.com/x", "https://s3.amazonaws.com/x", "http://127.0.0.1:1/x"):
        assert media._auth(elsewhere) is None


REFUSED_FILES = [
    ("another host", "http://evil.example/x", "outside Twilio"),
    ("a store without TLS", "http://media.twiliocdn.com/x", "outside Twilio"),
    ("a host that only ends alike", "https://eviltwilio.com/x", "outside Twilio"),
    ("the metadata service", "http://169.254.169.254/latest", "outside Twilio"),
    ("a local file", "file:///etc/passwd", "outside Twilio"),
    ("nothing", "", "outside Twilio"),
]


@pytest.mark.parametrize(("label", "source", "words"), REFUSED_FILES, ids=[r[0] for r in REFUSED_FILES])
def test_a_file_elsewhere_is_never_fetched(
    label: str, source: str, words: str, sms: TwilioSms, twilio_server: TwilioServer
) -> None:
    with pytest.raises(PermanentError, match=words):
        sms.fetch(source, 100)
    first = "/2010-04-01/ME1"
    twilio_server.redirects[first] = source or "/2010-04-01/ME1"
    with pytest.raises(PermanentError):
        sms.fetch(twilio_server.url + first, 100)


@pytest.mark.parametrize("source", ["https://[", "https://[#0"])
def test_an_address_that_is_none_is_a_permanent_error(source: str, sms: TwilioSms) -> None:
    with pytest.raises(PermanentError, match="no address"):
        sms.fetch(source, 100)


def test_a_file_that_is_too_large_or_gone_is_a_permanent_error(
    sms: TwilioSms, twilio_server: TwilioServer
) -> None:
    resource = twilio_server.receive(CITIZEN, "")
    address = twilio_server.attach(resource, "image/jpeg", b"x" * 101)
    with pytest.raises(PermanentError, match="larger than 100"):
        sms.fetch(address, 100)
    with pytest.raises(PermanentError, match="404"):
        sms.fetch(address + "0", 100)
    with pytest.raises(PermanentError, match="no longer has"):
        sms.fetch(f"{resource['subresource_uris']['media']}#7", 100)
