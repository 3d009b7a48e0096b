"""Chats that may be answered for a while only: approved text, next way, one reminder (W7, W8), against a
stand-in of the service and the real connector."""

from itertools import product

import pytest

from config.accounts import seal
from domain.messages import DeliveryReport
from domain.urn import Urn
from domain.vocabulary import CaseEventKind, Channel, DeliveryState, Medium
from pipeline.accept import Intake, accept
from pipeline.desk import Desk
from pipeline.notify import notify_batch
from tests.connectors.facebook.accounts import settings as facebook_settings
from tests.fakes import Clock
from tests.pipeline.chat_windows import (
    APPROVED,
    FAILED,
    MAIL,
    PHONE,
    SENT,
    account_at,
    history,
    kinds,
    message,
    notices,
    outbox,
    window,
)
from tests.pipeline.looking import case_of, send_all, take_in
from tests.servers import facebook
from tests.servers.facebook import FacebookServer
from tests.servers.whatsapp_cloud import CITIZEN, WhatsAppCloudServer


def test_within_its_window_a_chat_is_answered_with_free_words(
    desk: Desk, clock: Clock, whatsapp: WhatsAppCloudServer
) -> None:
    account = account_at(desk, whatsapp)
    [came] = take_in(desk, message(), account=account)
    clock.step(hours=23, minutes=59)
    send_all(desk)
    assert kinds(whatsapp) == ["text"]
    assert [(n.medium, n.state) for n in notices(desk, came)] == [(Medium.CHAT, SENT)]


def test_once_the_window_is_over_the_approved_text_leaves_without_a_try_of_free_words(
    desk: Desk, clock: Clock, whatsapp: WhatsAppCloudServer
) -> None:
    account = account_at(desk, whatsapp, approved_texts=APPROVED)
    [came] = take_in(desk, message(), account=account)
    clock.step(hours=24)
    send_all(desk)
    case = case_of(desk, came)
    assert case is not None
    number = desk.keyring.decrypt(case.security_number)
    [sent] = whatsapp.sent
    places = sent["template"]["components"][0]["parameters"]
    assert [place["text"] for place in places] == [case.number, number]
    assert history(desk, came)[0][1]["approved_text"] == "basvuru_alindi"


def test_without_an_approved_text_the_sms_leaves_in_the_same_job(
    desk: Desk, clock: Clock, whatsapp: WhatsAppCloudServer
) -> None:
    account = account_at(desk, whatsapp)
    [came] = take_in(desk, message(), account=account)
    clock.step(hours=25)
    notify_batch(desk)
    assert whatsapp.sent == []
    assert [(n.medium, n.state) for n in notices(desk, came)] == [(Medium.CHAT, FAILED), (Medium.SMS, SENT)]
    assert outbox(desk)[-1].recipient == str(PHONE)
    assert [(kind, detail.get("next")) for kind, detail in history(desk, came)] == [
        (CaseEventKind.NOTICE_FAILED, Medium.SMS),
        (CaseEventKind.NOTICE_SENT, None),
    ]


def test_what_the_service_calls_closed_is_never_tried_again_in_that_window(
    desk: Desk, clock: Clock, whatsapp: WhatsAppCloudServer
) -> None:
    """131047 comes although we think the window is open; the next notice does not knock again."""
    account = account_at(desk, whatsapp)
    whatsapp.closed.add(CITIZEN)
    first, second = take_in(desk, message(), message(text="Sokak lambası yanmıyor"), account=account)
    notify_batch(desk)
    tries = [call for call in whatsapp.calls if call.path.endswith("/messages")]
    assert len(tries) == 1
    for came in (first, second):
        assert [(n.medium, n.state) for n in notices(desk, came)][-1] == (Medium.SMS, SENT)
    assert window(desk, account).closed_at is not None


def test_a_refusal_by_the_service_is_followed_by_the_approved_text_at_once(
    desk: Desk, clock: Clock, whatsapp: WhatsAppCloudServer
) -> None:
    account = account_at(desk, whatsapp, approved_texts=APPROVED)
    whatsapp.closed.add(CITIZEN)
    [came] = take_in(desk, message(), account=account)
    notify_batch(desk)
    assert kinds(whatsapp) == ["template"]
    assert [(n.medium, n.state) for n in notices(desk, came)] == [(Medium.CHAT, SENT)]


def test_a_new_message_opens_the_chat_again(desk: Desk, clock: Clock, whatsapp: WhatsAppCloudServer) -> None:
    account = account_at(desk, whatsapp)
    whatsapp.closed.add(CITIZEN)
    take_in(desk, message(), account=account)
    notify_batch(desk)
    whatsapp.closed.clear()
    clock.step(hours=1)
    [came] = take_in(desk, message(text="Park ışıkları sönük"), account=account)
    assert window(desk, account).closed_at is None
    notify_batch(desk)
    assert [(n.medium, n.state) for n in notices(desk, came)] == [(Medium.CHAT, SENT)]


@pytest.mark.parametrize("approved", [APPROVED, ()], ids=["approved text", "next way"])
def test_a_report_that_the_window_was_over_owes_the_notice_once_more(
    desk: Desk, clock: Clock, whatsapp: WhatsAppCloudServer, approved: object
) -> None:
    """Some providers take a text and tell afterwards that the window was over."""
    account = account_at(desk, whatsapp, approved_texts=approved)
    [came] = take_in(desk, message(), account=account)
    notify_batch(desk)
    [first] = notices(desk, came)
    report = DeliveryReport(
        state=DeliveryState.FAILED, gateway_id=first.gateway_id, reason="63016", window_closed=True
    )
    for _ in range(2):
        accept(desk, Intake(reports=[report]))
    notify_batch(desk)
    assert kinds(whatsapp) == (["text", "template"] if approved else ["text"])
    last = notices(desk, came)[-1]
    assert (last.medium, last.state) == (Medium.CHAT if approved else Medium.SMS, SENT)


def test_a_text_that_cannot_be_sent_as_it_is_costs_nobody_the_notice_and_is_told_once(
    desk: Desk, clock: Clock, whatsapp: WhatsAppCloudServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk.settings, "operator_email", "nobetci@buyuksehir.example")
    account = account_at(desk, whatsapp, approved_texts=["received=kaldirildi:tr:number"])
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
    whatsapp: WhatsAppCloudServer,
    phone: bool,
    mail: bool,
    approved: object,
    open_: bool,
) -> None:
    account = account_at(desk, whatsapp, approved_texts=APPROVED if approved else ())
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
    desk: Desk, clock: Clock, whatsapp: WhatsAppCloudServer
) -> None:
    account = account_at(desk, whatsapp)
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
    assert kinds(whatsapp) == ["text"] * 2  # the receipt, and one word for all that followed
    add(2, hours=25)
    assert kinds(whatsapp) == ["text"] * 4  # each of these opened a window of its own


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
