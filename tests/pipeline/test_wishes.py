"""What people wish of notices is heard: which way first, when not at all, and what they can do without."""

from datetime import timedelta
from typing import Any

import pytest

from domain.messages import DeliveryReport
from domain.urn import Urn
from domain.vocabulary import Channel, DeliveryState, Medium, NotificationState, Template
from notifier.visibility import STAFF_TEMPLATES
from pipeline.delivery import apply_reports
from pipeline.desk import Desk
from pipeline.operators import owe_operator
from pipeline.preferences import Change, change
from pipeline.refusal import RefusedError
from store.models import Case, OutboxEntry
from store.reports import our_id
from tests.fakes import Clock, add_account, make_message
from tests.pipeline.looking import case_from, notices_of, send_all, take_in
from tests.pipeline.timing import notices, rows_of

MAIL, PHONE = Urn("mailto", "vatandas@posta.example"), Urn("tel", "+905321112233")
CHAT = Urn("telegram", "905321112233")
FORM = {"channel": Channel.WEBFORM, "sender": MAIL, "contacts": (PHONE,)}


def known(desk: Desk, **given: Any) -> Case:
    """Somebody the desk knows by mail and phone, and their first case."""
    return case_from(desk, make_message(**FORM | given))


def wish(desk: Desk, address: Urn, **wanted: Any) -> dict[str, Any]:
    return change(desk, str(address), Change(**wanted), actor="nobetci")


def media(desk: Desk, case: Case, template: Template = Template.RECEIVED) -> list[tuple[str, str]]:
    return [(n.medium, n.state) for n in notices_of(desk, case) if n.template == template]


@pytest.mark.parametrize(
    ("wished", "first"), [(None, Medium.SMS), ("email", Medium.EMAIL), ("sms", Medium.SMS)]
)
def test_the_medium_somebody_prefers_comes_first(desk: Desk, wished: str | None, first: Medium) -> None:
    known(desk)
    wish(desk, MAIL, medium=wished)
    [notice] = [n for n in notices_of(desk, known(desk, text="Park bakımsız")) if n.template == "received"]
    assert notice.medium == first
    assert {medium for medium, _ in notice.values["ways"]} == {Medium.EMAIL, Medium.SMS}, "the rest is there"


def test_a_medium_that_is_none_of_their_ways_changes_nothing(desk: Desk) -> None:
    known(desk)
    wish(desk, MAIL, medium="chat")
    assert media(desk, known(desk, text="Park bakımsız")) == [(Medium.SMS, NotificationState.OWED)]


def test_the_chat_that_comes_after_what_somebody_prefers_leaves_by_the_account_they_wrote_to(
    desk: Desk,
) -> None:
    account = add_account(desk, Channel.TELEGRAM)
    chat = {"channel": Channel.TELEGRAM, "sender": CHAT, "contacts": (PHONE,)}
    case_from(desk, make_message(**chat), account=account)
    wish(desk, CHAT, medium="sms")
    case = case_from(desk, make_message(**chat, text="Park bakımsız"), account=account)
    [by_sms] = [n for n in notices_of(desk, case) if n.template == Template.RECEIVED]
    send_all(desk)
    failed = DeliveryReport(state=DeliveryState.FAILED, our_id=our_id(by_sms.id or 0), permanent=True)
    with desk.uow() as uow:
        apply_reports(desk, uow, [failed], desk.now())
        uow.commit()
    told = [n for n in notices_of(desk, case) if n.template == Template.RECEIVED]
    assert [(n.medium, n.recipient, n.account_id) for n in told] == [
        (Medium.SMS, str(PHONE), None),
        (Medium.CHAT, str(CHAT), account),
    ]


@pytest.mark.parametrize(
    ("quiet", "left"),
    [(None, True), ("11-14", False), ("13-11", True), ("20-13", False)],
)
def test_quiet_hours_of_ones_own_hold_mails_too(desk: Desk, quiet: str | None, left: bool) -> None:
    """It is noon."""
    known(desk)
    wish(desk, MAIL, quiet=quiet, medium="email")
    case = known(desk, text="Park bakımsız")
    send_all(desk)
    state = NotificationState.SENT if left else NotificationState.OWED
    assert media(desk, case) == [(Medium.EMAIL, state)]


def test_quiet_hours_of_ones_own_stand_in_place_of_the_desks(desk: Desk, clock: Clock) -> None:
    known(desk)
    send_all(desk)
    wish(desk, PHONE, quiet="1-4")
    clock.step(hours=11)  # eleven at night
    late = known(desk, text="Park bakımsız")
    send_all(desk)
    assert media(desk, late) == [(Medium.SMS, NotificationState.SENT)]
    clock.step(hours=3)
    later = known(desk, text="Köprü karanlık")
    send_all(desk)
    [notice] = [n for n in notices_of(desk, later) if n.template == Template.RECEIVED]
    assert (notice.state, notice.due_at) == (NotificationState.OWED, clock() + timedelta(hours=2))


@pytest.mark.parametrize("whose", [MAIL, PHONE])
def test_what_somebody_can_do_without_is_not_sent_by_any_way(desk: Desk, whose: Urn) -> None:
    by_mail = {"channel": Channel.EMAIL, "sender": MAIL, "contacts": (PHONE,)}
    case = known(desk, **by_mail)
    wish(desk, whose, declined=["message_added"])
    take_in(desk, make_message(**by_mail, subject=f"Re: {case.number}", text="Hâlâ aynı"))
    send_all(desk)
    assert media(desk, case, Template.MESSAGE_ADDED) == [(Medium.EMAIL, NotificationState.SUPPRESSED)]
    assert media(desk, case) == [(Medium.EMAIL, NotificationState.SENT)], "numbers are sent all the same"


REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("medium", {"medium": "letter"}),
    ("quiet", {"quiet": "22"}),
    ("quiet", {"quiet": "22-24"}),
    ("quiet", {"quiet": "8-8"}),
    ("quiet", {"quiet": "-1-8"}),
    ("declined", {"declined": ["received"]}),
    ("declined", {"declined": ["outcome"]}),
]


@pytest.mark.parametrize(("reason", "wanted"), REFUSED)
def test_what_cannot_be_wished(desk: Desk, reason: str, wanted: dict[str, Any]) -> None:
    known(desk)
    with pytest.raises(RefusedError) as refused:
        wish(desk, MAIL, **wanted)
    assert refused.value.reason == reason


def test_an_address_the_desk_does_not_know_has_no_wishes(desk: Desk) -> None:
    for address in ("kimse@posta.example", "0532 000 00 99", "", "whatsapp:"):
        with pytest.raises(RefusedError) as refused:
            change(desk, address, Change(medium="sms"), actor="nobetci")
        assert refused.value.reason == "unknown"


def test_a_stopped_address_gets_nothing_until_it_is_opened_again(desk: Desk) -> None:
    known(desk, contacts=())
    send_all(desk)
    assert wish(desk, MAIL, stopped=True)["stopped_at"] == desk.now()
    assert media(desk, known(desk, contacts=(), text="Park bakımsız")) == []
    assert wish(desk, MAIL, open_again=True)["stopped_at"] is None
    assert media(desk, known(desk, contacts=(), text="Köprü karanlık")) != []


def test_wishes_stay_until_they_are_taken_back(desk: Desk) -> None:
    known(desk)
    wish(desk, MAIL, medium="sms", quiet="21-9", declined=["still_in_work"])
    assert wish(desk, MAIL) == {
        "address": str(MAIL),
        "medium": "sms",
        "quiet": "21–09",
        "declined": ["still_in_work"],
        "stopped_at": None,
        "undeliverable_at": None,
    }
    back = wish(desk, MAIL, medium="none", quiet="none", declined=["none"])
    assert (back["medium"], back["quiet"], back["declined"]) == (None, None, [])


def test_only_mails_that_can_be_done_without_offer_to_unsubscribe(desk: Desk) -> None:
    desk.settings.public_url = "https://beyazmasa.buyuksehir.example"
    case = known(desk, contacts=(), channel=Channel.EMAIL)
    take_in(desk, make_message(sender=MAIL, subject=f"Re: {case.number}", text="Fotoğraf ekte"))
    send_all(desk)
    receipt, added = [e for e in rows_of(desk, OutboxEntry) if e.recipient == str(MAIL)]
    assert "List-Unsubscribe" not in receipt.headers
    assert "/bildirim/" not in receipt.text
    [url] = [word for word in added.text.split() if "/bildirim/" in word]
    assert added.headers["List-Unsubscribe"] == f"<{url}>"
    assert added.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize("trouble", ["stopped", "undeliverable", "quiet"])
def test_what_an_operator_wished_as_a_citizen_holds_back_no_alarm(desk: Desk, trouble: str) -> None:
    desk.settings.operator_email = MAIL.path
    known(desk)
    wish(desk, MAIL, stopped=trouble == "stopped", quiet="11-14" if trouble == "quiet" else None)
    with desk.uow() as uow:
        if trouble == "undeliverable":
            uow.citizens.mark_undeliverable(str(MAIL), desk.now())
        values = {"rule": "gece", "cause": "bilinmeyen birim", "at": desk.now().isoformat()}
        owe_operator(desk, uow, Template.RULE_FAULT, "alarm", values, desk.now(), correlation="test")
        uow.commit()
    send_all(desk)
    assert [n.state for n in notices(desk, Template.RULE_FAULT)] == [NotificationState.SENT]


def test_every_notice_is_either_a_citizens_or_the_staffs() -> None:
    citizens = {
        Template.RECEIVED, Template.MESSAGE_ADDED, Template.OUTCOME, Template.FORWARDED,
        Template.OUT_OF_SCOPE, Template.STILL_IN_WORK, Template.TIME_EXTENDED, Template.TOO_LARGE,
        Template.OPTED_OUT, Template.VERIFICATION_CODE, Template.LOST_NUMBERS, Template.PUBLIC_INVITATION,
    }  # fmt: skip
    frames = {Template.DIGEST, Template.UNIT_DIGEST}
    assert set(Template) - STAFF_TEMPLATES == citizens | frames
