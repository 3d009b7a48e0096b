"""Step 4: what leaves, by what, how often, and what becomes of it."""

import re

import pytest

from config.settings import Settings, get_settings
from domain.errors import CredentialsRejectedError, NotConfiguredError, RecipientRejectedError, ThrottledError
from domain.urn import Urn
from domain.vocabulary import CaseEventKind, Channel, Medium, NotificationState, Template
from notifier.contracts import Outgoing
from notifier.policy import LOOP_CAP
from pipeline.accept import Intake, accept
from pipeline.desk import Desk
from pipeline.transports import transports_of
from store.models import NotificationRow, OutboxEntry
from tests.fakes import Clock, add_account, make_message, process_all
from tests.pipeline.looking import send_all


def take_in(desk: Desk, **given: object) -> int:
    """A message that became a case; returns the case."""
    channel = given.get("channel", Channel.EMAIL)
    assert isinstance(channel, Channel)
    account = add_account(desk, channel)
    [added] = accept(desk, Intake(items=[(account, make_message(**given))]))
    with desk.uow() as uow:
        # Only accounts that can be built are sent by: this one exists for its messages alone.
        uow.accounts.enable(account, False)
        uow.commit()
    process_all(desk)
    with desk.uow() as uow:
        row = uow.messages.get(added)
    assert row is not None
    assert row.case_id is not None
    return row.case_id


def outbox(desk: Desk) -> list[OutboxEntry]:
    with desk.uow() as uow:
        return uow.outbox.latest()[::-1]


def notices(desk: Desk, case_id: int, template: Template = Template.RECEIVED) -> list[NotificationRow]:
    with desk.uow() as uow:
        return [n for n in uow.notifications.of_case(case_id) if n.template == template]


class Refusing:
    """A way out that refuses everything with the errors it is given, the last one for ever."""

    name = "refusing"

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.sent: list[Outgoing] = []

    def send(self, outgoing: Outgoing) -> str:
        self.sent.append(outgoing)
        raise self.errors.pop(0) if len(self.errors) > 1 else self.errors[0]

    def close(self) -> None:
        pass


def test_the_citizen_gets_both_numbers_and_the_unit_the_case(desk: Desk) -> None:
    case_id = take_in(desk)
    send_all(desk)
    with desk.uow() as uow:
        case = uow.cases.get(case_id)
        kinds = [event.kind for event in uow.cases.history(case_id)]
    assert case is not None
    receipt, to_unit = outbox(desk)
    assert case.number in receipt.text
    assert desk.keyring.decrypt(case.security_number) in receipt.text
    assert case.number in to_unit.text
    assert desk.keyring.decrypt(case.security_number) not in to_unit.text + (to_unit.html or "")
    assert "çöp kutuları taşıyor" in to_unit.text
    assert kinds.count(CaseEventKind.NOTICE_SENT) == 2


def test_a_receipt_by_mail_is_threaded(desk: Desk) -> None:
    take_in(desk, headers={"message_id": "<ilk@eposta.example>"}, references=["<daha-once@eposta.example>"])
    send_all(desk)
    headers = {name.lower(): value for name, value in outbox(desk)[0].headers.items()}
    assert headers["in-reply-to"] == "<ilk@eposta.example>"
    assert headers["references"] == "<daha-once@eposta.example> <ilk@eposta.example>"
    assert re.fullmatch(r"<c\.\d+-\d+\.[a-z2-7]+@buyuksehir\.example>", headers["message-id"])


def test_an_sms_is_answered_by_sms(desk: Desk) -> None:
    take_in(desk, channel=Channel.SMS, sender=Urn("tel", "+905321112277"), subject=None)
    send_all(desk)
    assert (outbox(desk)[0].medium, outbox(desk)[0].recipient) == (Medium.SMS, "tel:+905321112277")


def test_what_is_sent_is_not_sent_again(desk: Desk) -> None:
    take_in(desk)
    send_all(desk)
    send_all(desk)
    assert len(outbox(desk)) == 2


def test_at_night_a_citizens_sms_waits_for_the_morning(desk: Desk, clock: Clock) -> None:
    clock.step(hours=12)  # midnight in Istanbul
    take_in(desk, channel=Channel.SMS, sender=Urn("tel", "+905321112288"), subject=None)
    send_all(desk)
    assert Medium.SMS not in {entry.medium for entry in outbox(desk)}
    clock.step(hours=8)
    send_all(desk)
    assert Medium.SMS in {entry.medium for entry in outbox(desk)}


@pytest.fixture
def refusing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Refusing:
    way = Refusing(ThrottledError("slow down"))
    real = transports_of(desk).of
    monkeypatch.setattr(
        transports_of(desk),
        "of",
        lambda medium, account: way if medium is Medium.EMAIL else real(medium, account),
    )
    return way


def test_a_refused_address_is_marked_and_the_sms_takes_over(desk: Desk, refusing: Refusing) -> None:
    refusing.errors = [RecipientRejectedError("550 5.1.1 no such user")]
    case_id = take_in(desk, contacts=[Urn("tel", "+905321112299")])
    send_all(desk)
    assert [(n.medium, n.state) for n in notices(desk, case_id)] == [
        (Medium.EMAIL, NotificationState.FAILED),
        (Medium.SMS, NotificationState.SENT),
    ]
    assert outbox(desk)[-1].medium == Medium.SMS


def test_a_busy_gateway_is_left_alone_exactly_as_long_as_it_asked(
    desk: Desk, clock: Clock, refusing: Refusing
) -> None:
    """G11, test 26: never earlier, and no worker asleep meanwhile."""
    from datetime import timedelta

    refusing.errors = [ThrottledError("slow down", retry_after=timedelta(seconds=120))]
    case_id = take_in(desk)
    send_all(desk)
    tried = len(refusing.sent)
    assert notices(desk, case_id)[0].due_at == clock() + timedelta(seconds=120)
    clock.step(seconds=119)
    send_all(desk)
    assert len(refusing.sent) == tried
    clock.step(seconds=1)
    send_all(desk)
    assert len(refusing.sent) > tried


@pytest.mark.parametrize(
    "error", [NotConfiguredError("set SMTP_HOST"), ThrottledError("later"), CredentialsRejectedError("535")]
)
def test_a_notice_waits_for_what_can_be_mended(desk: Desk, refusing: Refusing, error: Exception) -> None:
    refusing.errors = [error]
    case_id = take_in(desk)
    send_all(desk)
    assert notices(desk, case_id)[0].state == NotificationState.OWED


ROBOTS = [
    (Channel.EMAIL, Urn("mailto", "robot@eposta.example")),
    (Channel.SMS, Urn("tel", "+905321112200")),
]


@pytest.mark.parametrize(("channel", "robot"), ROBOTS, ids=["mail", "SMS"])
def test_two_robots_stop_answering_each_other(desk: Desk, clock: Clock, channel: Channel, robot: Urn) -> None:
    """E16, test 10: an auto-responder whose messages say nothing of it gets no more than the cap."""
    for _ in range(15):
        take_in(desk, channel=channel, sender=robot, text="Ofis dışındayım, döndüğümde yazacağım.")
        send_all(desk)
        clock.step(minutes=1)
    assert len([entry for entry in outbox(desk) if entry.recipient == str(robot)]) == LOOP_CAP


def test_production_never_writes_to_the_outbox(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    production = get_settings().model_copy(update={"environment": "production"})
    case_id = take_in(desk)
    live = Desk(production, now=desk.now, ring=desk.ring)
    send_all(live)
    live.engine.dispose()
    assert outbox(desk) == []
    assert notices(desk, case_id)[0].state == NotificationState.OWED
