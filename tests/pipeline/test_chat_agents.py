"""What agents do in chats, and what they are not shown."""

import pytest

from config.chat import chat_texts
from domain.chat import ChatLine
from domain.vocabulary import ChatAuthor, ChatEnd, ChatState
from pipeline.chat_agents import (
    SHOWN_FOR,
    ChatTakenError,
    close,
    hand_back,
    open_chats,
    take_over,
    view,
    write,
)
from pipeline.chat_closing import close_abandoned
from pipeline.chats import ChatGoneError, finish
from pipeline.desk import Desk
from tests.fakes import Clock, process_all
from tests.pipeline.chatting import PHONE, POTHOLE, Visitor, cases_of, messages_of
from tests.pipeline.looking import send_all

L = ChatLine
say = chat_texts().say


def test_who_asked_for_a_person_stands_first_in_the_list(desk: Desk, clock: Clock) -> None:
    quiet, asking = Visitor(desk), Visitor(desk)
    quiet.says(POTHOLE)
    clock.step(minutes=1)
    asking.says("temsilci")
    clock.step(seconds=50)
    listed = open_chats(desk)
    assert [(chat.public_id, bool(chat.wanted_at)) for chat in listed] == [
        (asking.public_id, True),
        (quiet.public_id, False),
    ]
    assert (listed[0].last_words, listed[0].online) == ("temsilci", False)


def test_an_agent_takes_over_writes_and_hands_back(desk: Desk) -> None:
    visitor = Visitor(desk)
    visitor.says("temsilci")
    take_over(desk, visitor.public_id, "masa-1", "masa-1")
    assert visitor.says("Yolda derin bir çukur var") == ""  # the desk is silent
    write(desk, visitor.public_id, "masa-1", "Hangi sokakta?", "agent:1")
    write(desk, visitor.public_id, "masa-1", "Hangi sokakta?", "agent:1")
    visitor.says("Kadıköy Moda Caddesi 5 numaranın önünde")
    hand_back(desk, visitor.public_id, "masa-1")
    lines = visitor.sees().lines
    assert [line.text for line in lines if line.author is ChatAuthor.AGENT] == ["Hangi sokakta?"]
    assert [line.text for line in lines][-2:] == [say(L.AGENT_LEFT), say(L.CONTACT)]
    assert visitor.says(PHONE) == say(L.CONFIRM)
    visitor.says("evet")
    [message] = messages_of(desk)
    assert message.text == "Yolda derin bir çukur var\nKadıköy Moda Caddesi 5 numaranın önünde"
    assert message.headers["agents"] == "masa-1"


def test_an_agent_closes_a_chat_into_a_case(desk: Desk) -> None:
    visitor = Visitor(desk)
    visitor.says(POTHOLE)
    take_over(desk, visitor.public_id, "masa-1", "masa-1")
    close(desk, visitor.public_id, "masa-1")
    process_all(desk)
    assert len(cases_of(desk)) == 1
    assert (visitor.row.state, visitor.row.ended) == (ChatState.CLOSED, ChatEnd.AGENT)
    assert open_chats(desk) == []


def test_two_agents_do_not_write_in_one_chat(desk: Desk) -> None:
    visitor = Visitor(desk)
    take_over(desk, visitor.public_id, "masa-1", "masa-1")
    take_over(desk, visitor.public_id, "masa-1", "masa-1")  # a double click
    with pytest.raises(ChatTakenError):
        take_over(desk, visitor.public_id, "masa-2", "masa-2")
    with pytest.raises(ChatTakenError):
        write(desk, visitor.public_id, "masa-2", "x", "agent:2")
    for act in (hand_back, close):
        with pytest.raises(ChatTakenError):
            act(desk, visitor.public_id, "masa-2")
    with pytest.raises(ChatGoneError):
        take_over(desk, "nowhere", "masa-1", "masa-1")
    lines = [line.text for line in visitor.sees().lines]
    assert lines.count(say(L.AGENT_JOINED)) == 1


def test_danger_to_life_is_handed_over_with_an_agent_there_too(desk: Desk) -> None:
    visitor = Visitor(desk)
    take_over(desk, visitor.public_id, "masa-1", "masa-1")
    assert visitor.says("Sokakta çok yoğun gaz kokusu var, patlayacak!") == say(L.EMERGENCY)
    assert len(messages_of(desk)) == 1
    assert [chat.agent for chat in open_chats(desk)] == ["masa-1"]
    write(desk, visitor.public_id, "masa-1", "Ekip yola çıktı", "agent:3")
    assert visitor.sees().lines[-1].text == "Ekip yola çıktı"


def test_who_waits_for_a_person_still_does_once_danger_was_handed_over(desk: Desk, clock: Clock) -> None:
    visitor = Visitor(desk)
    visitor.says("temsilci")
    visitor.says("Sokakta çok yoğun gaz kokusu var, patlayacak!")
    assert [(chat.public_id, bool(chat.wanted_at), chat.danger) for chat in open_chats(desk)] == [
        (visitor.public_id, True, True)
    ]
    take_over(desk, visitor.public_id, "masa-1", "masa-1")
    visitor.says("Moda Caddesi 12 numaradayım")
    close(desk, visitor.public_id, "masa-1")
    process_all(desk)
    assert [m.external_id for m in messages_of(desk)] == [visitor.public_id, f"{visitor.public_id}.2"]
    assert len(cases_of(desk)) == 1


def test_a_person_who_never_comes_after_danger_makes_no_second_message(desk: Desk, clock: Clock) -> None:
    visitor = Visitor(desk)
    visitor.says("temsilci")
    visitor.says("Sokakta çok yoğun gaz kokusu var, patlayacak!")
    clock.step(minutes=16)
    close_abandoned(desk)
    assert open_chats(desk) == []
    assert len(messages_of(desk)) == 1


def test_who_looks_on_while_waiting_for_a_person_behind_a_case_stays_in_the_list(
    desk: Desk, clock: Clock
) -> None:
    visitor = Visitor(desk)
    visitor.says(f"{POTHOLE} Telefonum {PHONE}")
    finish(desk, visitor.public_id, ChatEnd.FINISHED)
    visitor.says("temsilci")
    for _ in range(2):
        clock.step(minutes=16)
        with desk.uow() as uow:
            uow.chats.connected([visitor.public_id], clock())
            uow.commit()
        close_abandoned(desk)
        assert [bool(chat.wanted_at) for chat in open_chats(desk)] == [True]
    clock.step(minutes=16)
    close_abandoned(desk)
    assert open_chats(desk) == []
    assert len(messages_of(desk)) == 1


def test_an_agent_who_forgets_to_leave_silences_nobody_who_comes_back(desk: Desk, clock: Clock) -> None:
    visitor = Visitor(desk)
    take_over(desk, visitor.public_id, "masa-1", "masa-1")
    visitor.says("Sokakta çok yoğun gaz kokusu var, patlayacak!")
    clock.step(minutes=14)
    close_abandoned(desk)
    assert [chat.agent for chat in open_chats(desk)] == ["masa-1"]
    clock.step(minutes=2)
    close_abandoned(desk)
    close_abandoned(desk)
    assert [line.text for line in visitor.sees().lines].count(say(L.AGENT_LEFT)) == 1
    assert visitor.says("temsilci").startswith(say(L.PERSON_CALLED))
    assert [bool(chat.wanted_at) for chat in open_chats(desk)] == [True]
    assert len(messages_of(desk)) == 1


def test_an_agent_never_sees_the_citizens_numbers(desk: Desk) -> None:
    visitor = Visitor(desk)
    visitor.says(f"{POTHOLE} Telefonum {PHONE}")
    finish(desk, visitor.public_id, ChatEnd.FINISHED)
    process_all(desk)
    send_all(desk)
    [case] = cases_of(desk)
    security = desk.keyring.decrypt(case.security_number)
    assert security in visitor.sees().lines[-1].text
    seen = [line.text for line in view(desk, visitor.public_id).lines]
    assert seen[-1] == ""
    assert not any(security in text for text in seen)


def test_a_chat_that_is_over_is_shown_for_an_hour_and_again_once_its_visitor_comes_back(
    desk: Desk, clock: Clock
) -> None:
    visitor = Visitor(desk)
    visitor.says(POTHOLE)
    finish(desk, visitor.public_id, ChatEnd.FINISHED)
    assert view(desk, visitor.public_id).state is ChatState.CLOSED
    clock.step(seconds=SHOWN_FOR.total_seconds() + 1)
    with pytest.raises(ChatGoneError):
        view(desk, visitor.public_id)
    with pytest.raises(ChatGoneError):
        take_over(desk, visitor.public_id, "masa-1", "masa-1")
    visitor.says("Bir şey daha var")
    take_over(desk, visitor.public_id, "masa-1", "masa-1")
    assert view(desk, visitor.public_id).chat.agent == "masa-1"
