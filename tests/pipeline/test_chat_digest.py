"""Updates in a chat share a message while it is open; an approved text is one update's alone (W7)."""

import json

import pytest

from domain.notices import Notification
from domain.vocabulary import Medium, Template
from pipeline.desk import Desk
from tests.fakes import Clock
from tests.pipeline.chat_windows import PERSON, PHONE, account_at, kinds, message, outbox
from tests.pipeline.looking import case_of, notices_of, send_all, take_in
from tests.servers.whatsapp_cloud import CITIZEN, WhatsAppCloudServer

APPROVED = ("still_in_work=basvuru_alindi:tr:number+unit_name",)


def two_updates(desk: Desk, account: int) -> list[str]:
    """Owe somebody an update of each of their two cases; the numbers of the cases."""
    came = take_in(desk, message(), message(text="Sokak lambası yanmıyor"), account=account)
    send_all(desk)
    cases = [case for each in came if (case := case_of(desk, each))]
    with desk.uow() as uow:
        for case in cases:
            notice = Notification(
                medium=Medium.CHAT,
                recipient=PERSON,
                template=Template.STILL_IN_WORK,
                due_at=desk.now(),
                dedupe_key=f"update:{case.id}",
                values={"ways": [[Medium.CHAT, str(PERSON)], [Medium.SMS, str(PHONE)]]},
                account_id=account,
                automatic=False,
            )
            uow.notifications.owe(case.id, "c", notice)
        uow.commit()
    return [case.number for case in cases]


def test_an_open_chat_gets_both_in_one_message(desk: Desk, whatsapp: WhatsAppCloudServer) -> None:
    numbers = two_updates(desk, account_at(desk, whatsapp))
    send_all(desk)
    assert kinds(whatsapp) == ["text"] * 3, "two receipts and one more"
    assert all(number in whatsapp.sent[-1]["text"]["body"] for number in numbers)


def test_a_chat_that_is_over_gets_an_approved_text_for_each(
    desk: Desk, clock: Clock, whatsapp: WhatsAppCloudServer
) -> None:
    numbers = two_updates(desk, account_at(desk, whatsapp, approved_texts=APPROVED))
    clock.step(hours=25)
    for _ in range(2):
        send_all(desk)
    assert kinds(whatsapp) == ["text", "text", "template", "template"]
    told = [sent["template"]["components"][0]["parameters"][0]["text"] for sent in whatsapp.sent[2:]]
    assert told == numbers


@pytest.mark.parametrize("approved", [(), APPROVED])
def test_a_service_that_refuses_the_message_is_knocked_at_once_and_both_are_told(
    desk: Desk, whatsapp: WhatsAppCloudServer, approved: tuple[str, ...]
) -> None:
    numbers = two_updates(desk, account_at(desk, whatsapp, approved_texts=approved))
    whatsapp.closed.add(CITIZEN)
    before = len(whatsapp.calls)
    for _ in range(3):
        send_all(desk)
    free = [call for call in whatsapp.calls[before:] if json.loads(call.body)["type"] == "text"]
    assert len(free) == 1
    if approved:
        assert kinds(whatsapp)[2:] == ["template", "template"]
        return
    said = " ".join(entry.text for entry in outbox(desk) if entry.recipient == str(PHONE))
    assert all(said.count(number) == 1 for number in numbers)
    with desk.uow() as uow:
        cases = [uow.cases.by_number(number) for number in numbers]
    updates = [n for case in cases for n in notices_of(desk, case) if n.template == Template.STILL_IN_WORK]
    assert sorted((n.medium, n.state) for n in updates) == [("chat", "failed")] * 2 + [("sms", "sent")] * 2
