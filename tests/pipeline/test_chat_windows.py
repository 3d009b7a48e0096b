"""Chats that may be answered for a while only: approved text, next way, one reminder, the pace (W7, W8, W12),
against a stand-in of the service and the real connector."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import product

import pytest

from config.accounts import seal
from domain.messages import DeliveryReport, InboundMessage
from domain.urn import Urn
from domain.vocabulary import CaseEventKind, Channel, DeliveryState, Medium, NotificationState, Template
from pipeline.accept import Intake, accept
from pipeline.desk import Desk
from pipeline.notify import notify_batch
from store.models import ChatWindow, NotificationRow, OutboxEntry
from tests.connectors.facebook.accounts import settings as facebook_settings
from tests.connectors.whatsapp.accounts import cloud_settings
from tests.fakes import Clock, make_message
from tests.pipeline.looking import case_of, send_all, take_in
from tests.servers import facebook
from tests.servers.facebook import FacebookServer
from tests.servers.whatsapp_cloud import CITIZEN, WhatsAppCloudServer

PERSON = Urn("whatsapp", CITIZEN)
PHONE, MAIL = Urn("tel", f"+{CITIZEN}"), Urn("mailto", "vatandas@eposta.example")
APPROVED = ("received=basvuru_alindi:tr:number+security_number", "message_added=duyuru:tr")
SENT, FAILED, SUPPRESSED = NotificationState.SENT, NotificationState.FAILED, NotificationState.SUPPRESSED


@pytest.fixture
def server() -> Iterator[WhatsAppCloudServer]:
    with WhatsAppCloudServer() as started:
        yield started


def account_at(desk: Desk, server: WhatsAppCloudServer, **given: object) -> int:
    plain, secrets = seal(cloud_settings(base_url=server.url, **given), desk.keyring)
    with desk.uow() as uow:
        made = uow.accounts.add(Channel.WHATSAPP, "hat", plain, secrets, desk.keyring.key_id, desk.now())
        uow.commit()
    return made.id


def message(**given: object) -> InboundMessage:
    values: dict[str, object] = {
        "channel": Channel.WHATSAPP,
        "sender": PERSON,
        "contacts": (PHONE, MAIL),
        "subject": None,
    }
    return make_message(**values | given)


def notices(desk: Desk, message_id: int) -> list[NotificationRow]:
    case = case_of(desk, message_id)
    assert case is not None
    with desk.uow() as uow:
        return [n for n in uow.notifications.of_case(case.id or 0) if n.template != Template.ROUTED_TO_UNIT]


def history(desk: Desk, message_id: int) -> list[tuple[str, dict[str, object]]]:
    case = case_of(desk, message_id)
    assert case is not None
    with desk.uow() as uow:
        events = uow.cases.history(case.id or 0)
    shown = (CaseEventKind.NOTICE_SENT, CaseEventKind.NOTICE_FAILED)
    return [(e.kind, e.detail) for e in events if e.kind in shown and e.detail["template"] == "received"]


def window(desk: Desk, account: int) -> ChatWindow:
    with desk.uow() as uow:
        found = uow.windows.of(str(PERSON), account)
    assert found is not None
    return found


def outbox(desk: Desk) -> list[OutboxEntry]:
    with desk.uow() as uow:
        return uow.outbox.latest()[::-1]


def kinds(server: WhatsAppCloudServer) -> list[str]:
    return [sent["type"] for sent in server.sent]


def test_within_its_window_a_chat_is_answered_with_free_words(
    desk: Desk, clock: Clock, server: WhatsAppCloudServer
) -> None:
    account = account_at(desk, server)
    [came] = take_in(desk, message(), account=account)
    clock.step(hours=23, minutes=59)
    send_all(desk)
    assert kinds(server) == ["text"]
    assert [(n.medium, n.state) for n in notices(desk, came)] == [(Medium.CHAT, SENT)]


def test_once_the_window_is_over_the_approved_text_leaves_without_a_try_of_free_words(
    desk: Desk, clock: Clock, server: WhatsAppCloudServer
) -> None:
    account = account_at(desk, server, approved_texts=APPROVED)
    [came] = take_in(desk, message(), account=account)
    clock.step(hours=24)
    send_all(desk)
    case = case_of(desk, came)
    assert case is not None
    number = desk.keyring.decrypt(case.security_number)
    [sent] = server.sent
    places = sent["template"]["components"][0]["parameters"]
    assert [place["text"] for place in places] == [case.number, number]
    assert history(desk, came)[0][1]["approved_text"] == "basvuru_alindi"


def test_without_an_approved_text_the_sms_leaves_in_the_same_job(
    desk: Desk, clock: Clock, server: WhatsAppCloudServer
) -> None:
    account = account_at(desk, server)
    [came] = take_in(desk, message(), account=account)
    clock.step(hours=25)
    notify_batch(desk)
    assert server.sent == []
    assert [(n.medium, n.state) for n in notices(desk, came)] == [(Medium.CHAT, FAILED), (Medium.SMS, SENT)]
    assert outbox(desk)[-1].recipient == str(PHONE)
    assert [(kind, detail.get("next")) for kind, detail in history(desk, came)] == [
        (CaseEventKind.NOTICE_FAILED, Medium.SMS),
        (CaseEventKind.NOTICE_SENT, None),
    ]


def test_what_the_service_calls_closed_is_never_tried_again_in_that_window(
    desk: Desk, clock: Clock, server: WhatsAppCloudServer
) -> None:
    """131047 comes although we think the window is open; the next notice does not knock again."""
    account = account_at(desk, server)
    server.closed.add(CITIZEN)
    first, second = take_in(desk, message(), message(text="Sokak lambası yanmıyor"), account=account)
    notify_batch(desk)
    tries = [call for call in server.calls if call.path.endswith("/messages")]
    assert len(tries) == 1
    for came in (first, second):
        assert [(n.medium, n.state) for n in notices(desk, came)][-1] == (Medium.SMS, SENT)
    assert window(desk, account).closed_at is not None


def test_a_refusal_by_the_service_is_followed_by_the_approved_text_at_once(
    desk: Desk, clock: Clock, server: WhatsAppCloudServer
) -> None:
    account = account_at(desk, server, approved_texts=APPROVED)
    server.closed.add(CITIZEN)
    [came] = take_in(desk, message(), account=account)
    notify_batch(desk)
    assert kinds(server) == ["template"]
    assert [(n.medium, n.state) for n in notices(desk, came)] == [(Medium.CHAT, SENT)]


def test_a_new_message_opens_the_chat_again(desk: Desk, clock: Clock, server: WhatsAppCloudServer) -> None:
    account = account_at(desk, server)
    server.closed.add(CITIZEN)
    take_in(desk, message(), account=account)
    notify_batch(desk)
    server.closed.clear()
    clock.step(hours=1)
    [came] = take_in(desk, message(text="Park ışıkları sönük"), account=account)
    assert window(desk, account).closed_at is None
    notify_batch(desk)
    assert [(n.medium, n.state) for n in notices(desk, came)] == [(Medium.CHAT, SENT)]


@pytest.mark.parametrize("approved", [APPROVED, ()], ids=["approved text", "next way"])
def test_a_report_that_the_window_was_over_owes_the_notice_once_more(
    desk: Desk, clock: Clock, server: WhatsAppCloudServer, approved: object
) -> None:
    """Some providers take a text and tell afterwards that the window was over."""
    account = account_at(desk, server, approved_texts=approved)
    [came] = take_in(desk, message(), account=account)
    notify_batch(desk)
    [first] = notices(desk, came)
    report = DeliveryReport(
        state=DeliveryState.FAILED, gateway_id=first.gateway_id, reason="63016", window_closed=True
    )
    for _ in range(2):
        accept(desk, Intake(reports=[report]))
    notify_batch(desk)
    assert kinds(server) == (["text", "template"] if approved else ["text"])
    last = notices(desk, came)[-1]
    assert (last.medium, last.state) == (Medium.CHAT if approved else Medium.SMS, SENT)


def test_a_text_that_cannot_be_sent_as_it_is_costs_nobody_the_notice_and_is_told_once(
    desk: Desk, clock: Clock, server: WhatsAppCloudServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk.settings, "operator_email", "nobetci@buyuksehir.example")
    account = account_at(desk, server, approved_texts=["received=kaldirildi:tr:number"])
    came = take_in(desk, message(), message(text="Sokak lambası yanmıyor"), account=account)
    clock.step(hours=25)
    send_all(desk)
    for each in came:
        assert [n.medium for n in notices(desk, each) if n.state == SENT] == [Medium.SMS]
    told = [entry for entry in outbox(desk) if "kaldirildi" in entry.text]
    assert len(told) == 1
    with desk.uow() as uow:
        assert [news.subject for news in uow.news.all()] == ["approved text kaldirildi/tr"]


REACH = list(product((True, False), repeat=4))


@pytest.mark.parametrize(
    ("phone", "mail", "approved", "open_"), REACH, ids=[str(n) for n in range(len(REACH))]
)
def test_whoever_can_be_reached_at_all_is_told_27(
    desk: Desk,
    clock: Clock,
    server: WhatsAppCloudServer,
    phone: bool,
    mail: bool,
    approved: object,
    open_: bool,
) -> None:
    account = account_at(desk, server, approved_texts=APPROVED if approved else ())
    contacts = [urn for urn, known in ((PHONE, phone), (MAIL, mail)) if known]
    [came] = take_in(desk, message(contacts=contacts), account=account)
    clock.step(hours=1 if open_ else 48)
    send_all(desk)
    left = [n.medium for n in notices(desk, came) if n.state == SENT]
    if open_ or approved:
        assert left == [Medium.CHAT]
    elif contacts:
        assert left == [Medium.SMS if phone else Medium.EMAIL]
    else:
        assert left == []
        assert history(desk, came)[-1][0] == CaseEventKind.NOTICE_FAILED


def test_ten_pictures_after_one_another_are_confirmed_once_in_a_window_w8(
    desk: Desk, clock: Clock, server: WhatsAppCloudServer
) -> None:
    account = account_at(desk, server)
    take_in(desk, message(external_id="wamid.ilk"), account=account)

    def add(count: int, **when: float) -> None:
        for _ in range(count):
            clock.step(**when)
            take_in(desk, message(text="", in_reply_to="wamid.ilk"), account=account)
            send_all(desk)

    add(5, minutes=1)
    both = [message(text="", in_reply_to="wamid.ilk") for _ in range(5)]
    take_in(desk, *both, account=account)
    send_all(desk)
    assert kinds(server) == ["text"] * 2  # the receipt, and one word for all that followed
    add(2, hours=25)
    assert kinds(server) == ["text"] * 4  # each of these opened a window of its own


def test_an_old_delivery_that_comes_late_opens_no_window(
    desk: Desk, clock: Clock, server: WhatsAppCloudServer
) -> None:
    account = account_at(desk, server)
    take_in(desk, message(sent_at=clock() - timedelta(hours=30)), account=account)
    notify_batch(desk)
    assert server.sent == []


def test_a_clock_ahead_of_ours_does_not_lengthen_a_window(
    desk: Desk, clock: Clock, server: WhatsAppCloudServer
) -> None:
    account = account_at(desk, server)
    take_in(desk, message(sent_at=clock() + timedelta(days=30)), account=account)
    assert window(desk, account).last_inbound_at == clock()


def test_one_account_keeps_its_pace_and_nobody_sleeps_w12(
    desk: Desk, clock: Clock, server: WhatsAppCloudServer
) -> None:
    account = account_at(desk, server, messages_per_second=2.0)
    people = [Urn("whatsapp", f"9053200001{n:02}") for n in range(6)]
    take_in(desk, *[message(sender=urn, contacts=()) for urn in people], account=account)
    began = clock()
    left: list[float] = []
    for _ in range(40):
        notify_batch(desk)
        left += [(clock() - began).total_seconds()] * (len(server.sent) - len(left))
        clock.step(seconds=0.25)
    assert len(left) == 6
    for moment in left:
        assert sum(moment <= other < moment + 1 for other in left) <= 2 + 1  # a quarter second's grace
    assert left[-1] >= 2.0


def test_danger_to_life_queues_behind_nobody(desk: Desk, clock: Clock, server: WhatsAppCloudServer) -> None:
    account = account_at(desk, server, messages_per_second=0.5)
    people = [Urn("whatsapp", f"9053200003{n:02}") for n in range(3)]
    take_in(desk, *[message(sender=urn, contacts=()) for urn in people], account=account)
    notify_batch(desk)
    assert len(server.sent) == 1
    danger = "Üsküdar'da sokakta çok ağır gaz kokusu var, korkuyoruz!"
    take_in(desk, message(text=danger, contacts=()), account=account)
    notify_batch(desk)
    assert [sent["to"] for sent in server.sent][1:] == [PERSON.path]


def test_another_account_is_not_slowed_down_by_a_paced_one(
    desk: Desk, clock: Clock, server: WhatsAppCloudServer
) -> None:
    slow = account_at(desk, server, messages_per_second=1.0)
    people = [Urn("whatsapp", f"9053200002{n:02}") for n in range(3)]
    take_in(desk, *[message(sender=urn, contacts=()) for urn in people], account=slow)
    take_in(desk, make_message())
    notify_batch(desk)
    assert len(server.sent) == 1
    assert [entry.medium for entry in outbox(desk)].count(Medium.EMAIL) >= 1


def test_a_closed_window_of_one_account_says_nothing_of_another(desk: Desk, clock: Clock) -> None:
    with desk.uow() as uow:
        for name in ("bir", "iki"):
            uow.accounts.add(Channel.WHATSAPP, name, {}, None, desk.keyring.key_id, clock())
        one, two = (account.id for account in uow.accounts.all())
        uow.windows.heard([(str(PERSON), one, clock()), (str(PERSON), two, clock())], timedelta(hours=24))
        uow.windows.close(str(PERSON), one, clock())
        uow.commit()
        first, second = uow.windows.of(str(PERSON), one), uow.windows.of(str(PERSON), two)
    assert first is not None
    assert second is not None
    assert (first.closed_at is None, second.closed_at is None) == (False, True)


def test_a_batch_is_one_statement_and_a_message_that_is_late_changes_nothing(
    desk: Desk, clock: Clock
) -> None:
    day = timedelta(hours=24)
    with desk.uow() as uow:
        account = uow.accounts.add(Channel.WHATSAPP, "bir", {}, None, desk.keyring.key_id, clock()).id

        def hear(*hours: float) -> tuple[float, float]:
            times = [clock() + timedelta(hours=h) for h in hours]
            uow.windows.heard([(str(PERSON), account, at) for at in times], day)
            row = uow.windows.of(str(PERSON), account)
            assert row is not None
            hour = timedelta(hours=1)
            return (row.opened_at - clock()) / hour, (row.last_inbound_at - clock()) / hour

        for label, heard, expected in [
            ("the first two", (0, 1), (0, 1)),
            ("within the window", (10,), (0, 10)),
            ("late", (5,), (0, 10)),
            ("at the window's very end: a new one", (34,), (34, 34)),
            ("long after", (100, 101), (100, 101)),
        ]:
            assert hear(*heard) == expected, label


@pytest.mark.parametrize(("tag", "media"), [("HUMAN_AGENT", [Medium.CHAT]), ("", [Medium.CHAT, Medium.SMS])])
def test_a_granted_tag_lets_words_leave_after_the_window_f6(
    desk: Desk, clock: Clock, tag: str, media: list[Medium]
) -> None:
    with FacebookServer() as page:
        page.tags, page.closed = {"HUMAN_AGENT"}, {facebook.CITIZEN}
        plain, secrets = seal(facebook_settings(base_url=page.url, message_tag=tag), desk.keyring)
        with desk.uow() as uow:
            key = desk.keyring.key_id
            account = uow.accounts.add(Channel.FACEBOOK, "sayfa", plain, secrets, key, clock()).id
            uow.commit()
        sender = Urn("facebook", facebook.CITIZEN)
        [came] = take_in(desk, message(channel=Channel.FACEBOOK, sender=sender), account=account)
        clock.step(hours=30)
        notify_batch(desk)
        assert [sent["tag"] for sent in page.sent] == ([tag] if tag else [])
        assert [n.medium for n in notices(desk, came)] == media
