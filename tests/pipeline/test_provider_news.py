"""What providers tell by themselves, of accounts (W11) and of people's addresses (W9)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from config.accounts import seal
from connectors.base import AddressChange, HealthEvent
from domain.urn import Urn
from domain.vocabulary import Channel, Direction, HealthState, Medium
from pipeline.accept import Intake, accept
from pipeline.calls import Call, store_calls
from pipeline.desk import Desk
from pipeline.spool import drain_spool, spool_of
from store.models import OutboxEntry
from tests.connectors.whatsapp.accounts import cloud_settings
from tests.fakes import Clock, add_account, make_message, process_all
from tests.pipeline.looking import case_from, case_of, notices_of, send_all, take_in
from tests.servers.whatsapp_cloud import CITIZEN, WhatsAppCloudServer
from tests.web.serving import serving

OPERATOR = "nobetci@buyuksehir.example"
OLD, NEW = Urn("whatsapp", CITIZEN), Urn("whatsapp", "905320000777")
OK, DEGRADED, DOWN = HealthState.OK, HealthState.DEGRADED, HealthState.DOWN


@pytest.fixture
def server() -> Iterator[WhatsAppCloudServer]:
    with WhatsAppCloudServer() as started:
        yield started


@pytest.fixture
def account(desk: Desk, server: WhatsAppCloudServer, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(desk.settings, "operator_email", OPERATOR)
    plain, secrets = seal(cloud_settings(base_url=server.url), desk.keyring)
    with desk.uow() as uow:
        made = uow.accounts.add(Channel.WHATSAPP, "hat", plain, secrets, desk.keyring.key_id, desk.now())
        uow.commit()
    return made.id


def change(field: str, value: dict[str, Any], at: float) -> dict[str, Any]:
    entry = {"id": "100200300400500", "time": int(at), "changes": [{"field": field, "value": value}]}
    return {"object": "whatsapp_business_account", "entry": [entry]}


def template(event: str) -> dict[str, Any]:
    names = {"message_template_name": "basvuru_alindi", "message_template_language": "tr"}
    return {**names, "message_template_id": 1, "event": event, "reason": "NONE"}


def told(desk: Desk) -> list[OutboxEntry]:
    send_all(desk)
    with desk.uow() as uow:
        return [entry for entry in uow.outbox.latest()[::-1] if OPERATOR in entry.recipient]


def news(desk: Desk) -> dict[str, str]:
    with desk.uow() as uow:
        return {each.subject: each.state for each in uow.news.all()}


def test_a_paused_template_is_told_once_and_once_more_when_it_is_back(
    desk: Desk, clock: Clock, server: WhatsAppCloudServer, account: int
) -> None:
    with serving(desk) as site:

        def tell(event: str) -> httpx.Response:
            payload = change("message_template_status_update", template(event), clock().timestamp())
            return server.call_back(f"{site.url}/hooks/whatsapp/hat", payload)

        for event in ("PAUSED", "PAUSED", "DISABLED"):
            assert tell(event).status_code == 200
            clock.step(minutes=1)
        assert news(desk) == {"template basvuru_alindi/tr": DEGRADED}
        [mail] = told(desk)
        assert "hat (template basvuru_alindi/tr)" in mail.text
        assert "PAUSED" in mail.text
        for event in ("APPROVED", "APPROVED"):
            assert tell(event).status_code == 200
            clock.step(minutes=1)
    assert len(told(desk)) == 2
    assert "yeniden çalışıyor" in told(desk)[1].text


def health(
    subject: str, state: HealthState, at: Any, direction: Direction = Direction.OUTBOUND
) -> HealthEvent:
    return HealthEvent(direction=direction, state=state, subject=subject, cause=f"{subject} {state}", at=at)


def test_good_news_of_one_thing_hides_no_bad_news_of_another(desk: Desk, clock: Clock, account: int) -> None:
    events = [
        health("template a", DEGRADED, clock()),
        health("number 1", DEGRADED, clock()),
        health("template a", OK, clock() + timedelta(0)),
    ]
    accept(desk, Intake(events=[(account, each) for each in events]))
    assert news(desk) == {"template a": OK, "number 1": DEGRADED}


@pytest.mark.parametrize(
    ("label", "events", "state", "mails"),
    [
        ("good news of what was never ill", [(OK, 0)], OK, 0),
        ("ill and well", [(DEGRADED, 0), (OK, 1)], OK, 2),
        ("ill in both directions at once", [(DOWN, 0), (DOWN, 0)], DOWN, 1),
        ("worse is no further news", [(DEGRADED, 0), (DOWN, 1)], DOWN, 1),
        ("an older word comes late", [(DEGRADED, 5), (OK, 1)], DEGRADED, 1),
        ("repeated for days", [(DOWN, 0)] * 5, DOWN, 1),
        ("a time in the future counts as now", [(DEGRADED, 1_000_000), (OK, 11)], OK, 2),
    ],
)
def test_a_turn_is_told_once(
    desk: Desk,
    clock: Clock,
    account: int,
    label: str,
    events: list[tuple[HealthState, int]],
    state: str,
    mails: int,
) -> None:
    start = clock()
    clock.step(minutes=10)
    for told_state, minute in events:
        event = health("account", told_state, start + timedelta(minutes=minute))
        accept(desk, Intake(events=[(account, event)]))
        clock.step(minutes=1)
    assert news(desk) == {"account": state}, label
    assert len(told(desk)) == mails, label


def test_news_wait_in_the_spool_with_the_rest_of_their_call(desk: Desk, clock: Clock, account: int) -> None:
    change = AddressChange(old=OLD, new=NEW, at=clock())
    call = Call(account_id=account, events=[health("number 1", DEGRADED, clock()), change])
    assert bool(call)
    take_in(desk, make_message(channel=Channel.WHATSAPP, sender=OLD), account=account)
    spool_of(desk).keep([call], clock())
    assert drain_spool(desk) == 1
    assert news(desk) == {"number 1": DEGRADED}
    with desk.uow() as uow:
        assert uow.news.moved_to([str(OLD)]) == {str(OLD): str(NEW)}


def owner(desk: Desk, urn: Urn) -> int | None:
    with desk.uow() as uow:
        return uow.citizens.owners([str(urn)]).get(str(urn))


def move(desk: Desk, account: int, at: Any = None) -> None:
    accept(desk, Intake(events=[(account, AddressChange(old=OLD, new=NEW, at=at))]))


def test_a_person_who_changes_number_stays_the_same_citizen_w9(
    desk: Desk, clock: Clock, server: WhatsAppCloudServer, account: int
) -> None:
    take_in(desk, make_message(channel=Channel.WHATSAPP, sender=OLD), account=account)
    citizen = owner(desk, OLD)
    move(desk, account, clock())
    assert (owner(desk, NEW), owner(desk, OLD)) == (citizen, None)
    send_all(desk)  # the receipt was owed to the old number
    assert [sent["to"] for sent in server.sent] == [NEW.path]
    case = case_from(desk, make_message(channel=Channel.WHATSAPP, sender=NEW), account=account)
    assert case.citizen_id == citizen


def test_a_move_told_twice_happens_once_and_one_of_nobody_not_at_all(
    desk: Desk, clock: Clock, account: int
) -> None:
    move(desk, account, clock())
    assert owner(desk, NEW) is None
    take_in(desk, make_message(channel=Channel.WHATSAPP, sender=OLD), account=account)
    for _ in range(3):
        move(desk, account, clock())
    assert owner(desk, NEW) is not None
    take_in(desk, make_message(channel=Channel.WHATSAPP, sender=OLD), account=account)
    stranger = owner(desk, OLD)  # the number was given to somebody else, and the first call comes once more
    move(desk, account, clock())
    assert owner(desk, OLD) == stranger


def test_who_has_the_old_number_now_gets_none_of_the_notices(
    desk: Desk, clock: Clock, server: WhatsAppCloudServer, account: int
) -> None:
    phone = Urn("tel", "+905320000555")
    [came] = take_in(
        desk, make_message(channel=Channel.WHATSAPP, sender=OLD, contacts=[phone]), account=account
    )
    move(desk, account, clock())
    server.closed.add(NEW.path)
    send_all(desk)
    assert server.sent == []
    left = [(n.medium, n.recipient) for n in notices_of(desk, case_of(desk, came)) if n.automatic]
    assert left == [(Medium.CHAT, str(NEW)), (Medium.SMS, str(phone))]


def test_an_address_that_is_somebody_elses_stays_theirs(desk: Desk, clock: Clock, account: int) -> None:
    take_in(desk, make_message(channel=Channel.WHATSAPP, sender=OLD), account=account)
    take_in(desk, make_message(channel=Channel.WHATSAPP, sender=NEW), account=account)
    theirs = owner(desk, NEW)
    move(desk, account, clock())
    assert owner(desk, NEW) == theirs


def test_who_asked_for_no_notices_gets_none_at_the_new_address_either(
    desk: Desk, clock: Clock, server: WhatsAppCloudServer, account: int
) -> None:
    take_in(desk, make_message(channel=Channel.WHATSAPP, sender=OLD), account=account)
    with desk.uow() as uow:
        uow.citizens.stop(str(OLD), clock())
        uow.commit()
    move(desk, account, clock())
    [again] = take_in(desk, make_message(channel=Channel.WHATSAPP, sender=NEW), account=account)
    send_all(desk)
    assert server.sent == []
    assert [n.state for n in notices_of(desk, case_of(desk, again)) if n.automatic] == []


def test_an_event_that_breaks_takes_nothing_with_it(desk: Desk, clock: Clock, account: int) -> None:
    """An account that was removed meanwhile: its news have nowhere to go, its neighbours' do."""
    gone = health("number 1", DEGRADED, clock())
    item = make_message()
    store_calls(
        desk,
        [
            Call(account_id=account, events=[gone]),
            Call(account_id=999_999, events=[gone]),
            Call(account_id=add_account(desk), items=[item]),
        ],
    )
    assert process_all(desk) == 1
    assert news(desk) == {"number 1": DEGRADED}
