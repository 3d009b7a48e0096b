"""Chats that end by themselves, and notices in chats that nobody looks at any more (V4)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from config.chat import chat_texts
from connectors.webchat.transcript import to_message
from domain.chat import ChatLine
from domain.vocabulary import ChatEnd, ChatState, Medium, NotificationState
from pipeline import chat_closing
from pipeline.accept import Intake
from pipeline.calls import store_intake
from pipeline.chat_closing import (
    ONLINE_FOR,
    RESUMABLE_FOR,
    STUCK_AFTER,
    UNSEEN_AFTER,
    close_abandoned,
    hand_over,
    settle_notices,
)
from pipeline.chats import ChatGoneError, finish
from pipeline.clock import SWEEPS
from pipeline.desk import Desk
from tests.fakes import Bells, Clock, process_all
from tests.pipeline.chatting import PHONE, POTHOLE, Visitor, cases_of, messages_of, receipts_of
from tests.pipeline.looking import send_all

IDLE = timedelta(minutes=15)


def pass_over(clock: Clock, time: timedelta) -> None:
    clock.step(seconds=time.total_seconds() + 1)


def test_the_clock_looks_after_chats() -> None:
    assert {close_abandoned, settle_notices} <= set(SWEEPS)


def test_an_abandoned_chat_becomes_one_case_however_many_clocks_there_are_v4(
    desk: Desk, clock: Clock
) -> None:
    visitors = [Visitor(desk) for _ in range(6)]
    for visitor in visitors:
        visitor.says(POTHOLE)
    pass_over(clock, IDLE)
    clocks = [Desk(desk.settings, now=clock, ring=Bells()) for _ in range(4)]
    with ThreadPoolExecutor(4) as many:
        list(many.map(close_abandoned, clocks))
    for each in clocks:
        close_abandoned(each)
        each.engine.dispose()
    process_all(desk)
    assert sorted(m.external_id for m in messages_of(desk)) == sorted(v.public_id for v in visitors)
    assert [v.row.state for v in visitors] == [ChatState.CLOSED] * 6
    lines = [line.text for line in visitors[0].sees().lines]
    assert lines.count(chat_texts().say(ChatLine.ABANDONED)) == 1


def test_a_chat_in_which_somebody_spoke_a_moment_ago_goes_on(desk: Desk, clock: Clock) -> None:
    visitor = Visitor(desk)
    clock.step(minutes=14)
    visitor.says(POTHOLE)
    clock.step(minutes=14)
    close_abandoned(desk)
    assert visitor.row.state == ChatState.OPEN


EMPTY = [("nothing", []), ("a greeting", ["Merhaba"]), ("a wish for a person", ["temsilci"])]


@pytest.mark.parametrize("said", [said for _, said in EMPTY], ids=[label for label, _ in EMPTY])
def test_a_chat_that_says_nothing_just_ends(desk: Desk, clock: Clock, said: list[str]) -> None:
    visitor = Visitor(desk)
    for line in said:
        visitor.says(line)
    pass_over(clock, IDLE)
    close_abandoned(desk)
    assert messages_of(desk) == []
    with pytest.raises(ChatGoneError):
        visitor.sees()


def test_an_empty_chat_stays_while_its_visitor_looks_at_it(desk: Desk, clock: Clock) -> None:
    visitor = Visitor(desk)
    pass_over(clock, IDLE)
    with desk.uow() as uow:
        uow.chats.connected([visitor.public_id], clock())
        uow.commit()
    close_abandoned(desk)
    assert visitor.row.state == ChatState.OPEN


def test_a_visitor_who_comes_back_behind_the_time_out_adds_to_the_case(desk: Desk, clock: Clock) -> None:
    visitor = Visitor(desk)
    visitor.says(POTHOLE)
    pass_over(clock, IDLE)
    close_abandoned(desk)
    process_all(desk)
    visitor.says("Çukur bugün daha da büyüdü")
    pass_over(clock, IDLE)
    close_abandoned(desk)
    process_all(desk)
    assert [m.external_id for m in messages_of(desk)] == [visitor.public_id, f"{visitor.public_id}.2"]
    assert len(cases_of(desk)) == 1


def test_a_hand_over_that_was_cut_off_is_finished_by_the_clock_once(
    desk: Desk, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process dies behind the commit that closes the chat, or behind the one that stores its message."""
    before, behind = Visitor(desk), Visitor(desk)
    for visitor in (before, behind):
        visitor.says(POTHOLE)
        with desk.uow() as uow:
            chat = uow.chats.locked(visitor.public_id)
            assert chat is not None
            uow.chats.end(chat, ChatEnd.FINISHED)
            uow.commit()
    chat = behind.row
    with desk.uow() as uow:
        original = chat_closing.transcript_of(chat, uow.chats.lines(chat))
    stored = to_message(original, original.raw)
    store_intake(desk, Intake(items=[(behind.account, stored)]))
    close_abandoned(desk)
    assert before.row.state == ChatState.CLOSING  # its own process may still be at it
    pass_over(clock, STUCK_AFTER)
    close_abandoned(desk)
    hand_over(desk, before.public_id)
    assert [before.row.state, behind.row.state] == [ChatState.CLOSED] * 2
    assert [m.external_id for m in messages_of(desk)].count(behind.public_id) == 1
    assert len(messages_of(desk)) == 2


def test_a_chat_that_cannot_be_handed_over_holds_up_no_other(desk: Desk, clock: Clock) -> None:
    visitors = [Visitor(desk) for _ in range(3)]
    for visitor in visitors:
        visitor.says(POTHOLE)
        with desk.uow() as uow:
            chat = uow.chats.locked(visitor.public_id)
            assert chat is not None
            uow.chats.end(chat, ChatEnd.FINISHED)
            if visitor is visitors[1]:  # no datetime is that late: reading its lines fails
                spoilt = text("UPDATE chat_messages SET at = 'infinity' WHERE session_id = :id")
                uow.session.execute(spoilt, {"id": chat.id})
            uow.commit()
    pass_over(clock, STUCK_AFTER)
    close_abandoned(desk)
    assert [v.row.state for v in visitors] == [ChatState.CLOSED, ChatState.CLOSING, ChatState.CLOSED]


def told(desk: Desk, *, online: bool, clock: Clock, phone: str = PHONE) -> Visitor:
    """Somebody whose case's numbers have just been sent to the chat."""
    visitor = Visitor(desk)
    visitor.says(f"{POTHOLE} Telefonum {phone}")
    finish(desk, visitor.public_id, ChatEnd.FINISHED)
    if not online:
        pass_over(clock, ONLINE_FOR)
    process_all(desk)
    send_all(desk)
    return visitor


def ways(desk: Desk) -> list[tuple[str, str]]:
    return [(notice.medium, notice.state) for notice in receipts_of(desk)]


def test_numbers_that_were_seen_count_as_delivered(desk: Desk, clock: Clock) -> None:
    visitor = told(desk, online=True, clock=clock)
    with desk.uow() as uow:
        uow.chats.seen(visitor.public_id, visitor.sees().last_seq)
        uow.commit()
    settle_notices(desk)
    pass_over(clock, UNSEEN_AFTER)
    settle_notices(desk)
    assert ways(desk) == [(Medium.CHAT, NotificationState.DELIVERED)]


def test_numbers_that_nobody_saw_go_by_sms(desk: Desk, clock: Clock) -> None:
    told(desk, online=True, clock=clock)
    settle_notices(desk)
    assert ways(desk) == [(Medium.CHAT, NotificationState.SENT)]
    pass_over(clock, UNSEEN_AFTER)
    for _ in range(3):
        settle_notices(desk)
    send_all(desk)
    assert ways(desk) == [(Medium.CHAT, NotificationState.FAILED), (Medium.SMS, NotificationState.SENT)]


def test_who_has_left_is_told_by_sms_at_once_and_finds_it_when_coming_back(desk: Desk, clock: Clock) -> None:
    visitor = told(desk, online=False, clock=clock)
    assert ways(desk) == [(Medium.CHAT, NotificationState.FAILED), (Medium.SMS, NotificationState.SENT)]
    [case] = cases_of(desk)
    assert case.number in visitor.sees().lines[-1].text


def test_numbers_leave_the_chat_once_it_can_be_resumed_no_longer(desk: Desk, clock: Clock) -> None:
    visitor = told(desk, online=True, clock=clock)
    pass_over(clock, RESUMABLE_FOR)
    close_abandoned(desk)
    [case] = cases_of(desk)
    assert visitor.sees().lines[-1].text == ""
    assert not any(case.number in line.text for line in visitor.sees().lines)


def test_an_account_whose_settings_are_wrong_keeps_no_chat_open(desk: Desk, clock: Clock) -> None:
    visitor = Visitor(desk)
    visitor.says(POTHOLE)
    with desk.uow() as uow:
        uow.accounts.change(visitor.account, {"idle_minutes": "soon"}, None, "")
        uow.commit()
    pass_over(clock, IDLE)
    close_abandoned(desk)
    assert len(messages_of(desk)) == 1
