"""Erasing stands in nobody's way: not a clock's that ticks each second, not whoever registers people, and not
a message's that still waits."""

from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import text

from connectors.base import AddressChange
from domain.messages import Attachment, InboundMessage, PartOf
from domain.urn import Urn
from domain.vocabulary import Channel, NotACase, Step, Verdict
from pipeline.accept import Intake, accept
from pipeline.desk import Desk
from pipeline.erasing import erase_citizen
from pipeline.refusal import RefusedError
from pipeline.retention import end_retention, set_retention
from store.erasing.statements import CHATS
from store.models import Erasure
from tests.fakes import Clock, add_account, make_message
from tests.pipeline.erasures import close_all
from tests.pipeline.looking import case_from, notices_of, take_in
from tests.pipeline.timing import rows_of
from tests.servers.processes import wait_until


def test_the_chats_of_who_is_erased_are_found_by_an_index(desk: Desk) -> None:
    """A desk that was open for a year has a million chats, and the clock looks every second."""
    with desk.uow() as uow:
        uow.session.execute(text("SET LOCAL enable_seqscan = off"))
        given = {"messages": [1], "urns": ["webchat:x"]}
        plan = [*uow.session.scalars(text(f"EXPLAIN {CHATS.text}"), given)]
    assert not [line for line in plan if "Seq Scan on chat_sessions" in line]


def test_nobody_holds_a_case_while_they_wait_for_its_person(desk: Desk, clock: Clock) -> None:
    """Whoever registers or merges people takes them first and then their cases: two orders are a ring."""
    case = case_from(desk, make_message())
    end_time_of_cases(desk, clock)
    clock_work = Thread(target=end_retention, args=[desk])
    with desk.uow() as registering:
        registering.merges.hold([case.citizen_id or 0])
        clock_work.start()
        wait_until(lambda: waits_for_a_key(desk), "the clock waits for the person")
        held = registering.session.execute(text("SELECT id FROM cases FOR UPDATE NOWAIT")).all()
    clock_work.join()
    assert len(held) == 1
    assert [report.counts["citizens"] for report in rows_of(desk, Erasure)] == [1]


def from_them(**given: Any) -> InboundMessage:
    """A message of one and the same person."""
    return make_message(**{"sender": Urn("mailto", "ayse.yilmaz@posta.example")} | given)


def waiting_file(desk: Desk) -> int:
    """A message whose file is still to be fetched."""
    missing = Attachment(name="foto.jpg", media_type="image/jpeg", content=None, source="media:1")
    return accepted(desk, from_them(attachments=(missing,)))


def in_quarantine(desk: Desk) -> int:
    message = accepted(desk, from_them())
    with desk.uow() as uow:
        uow.queue.give_up(message, Step.PROCESS, 5, "broke", "", desk.now())
        uow.commit()
    return message


def set_aside(desk: Desk) -> int:
    """What was found to be no case, and nobody has looked at."""
    [message] = take_in(desk, from_them(verdict=Verdict.AUTO_REPLY))
    row = {"verdict": NotACase.SPAM, "confidence": 0.9, "reasons": [], "classifier": "x", "at": desk.now()}
    with desk.uow() as uow:
        uow.asides.add([row | {"message_id": message}])
        uow.commit()
    return message


def accepted(desk: Desk, message: InboundMessage) -> int:
    [added] = accept(desk, Intake(items=[(add_account(desk, message.channel), message)]))
    return added


WAITING: list[tuple[str, Callable[[Desk], int]]] = [
    ("a worker", lambda desk: accepted(desk, from_them())),
    ("its files", waiting_file),
    ("somebody who looks into quarantine", in_quarantine),
    ("somebody who looks at what was set aside", set_aside),
]


@pytest.mark.parametrize(("what", "wait"), WAITING, ids=[each[0] for each in WAITING])
def test_what_a_forgotten_person_has_written_anew_still_waits(
    what: str, wait: Callable[[Desk], int], desk: Desk, clock: Clock
) -> None:
    """The time of their last case is over, so they are let go of; their new message is not."""
    case_from(desk, from_them())
    end_time_of_cases(desk, clock)
    message = wait(desk)
    end_retention(desk)
    with desk.uow() as uow:
        row = uow.messages.get(message)
    assert row is not None
    assert (bool(row.text), bool(row.raw_sha256), bool(row.sender)) == (True, True, True)
    assert [report.counts["citizens"] for report in rows_of(desk, Erasure)] == [1]


@pytest.mark.parametrize(("what", "wait"), WAITING[:3], ids=[each[0] for each in WAITING[:3]])
def test_nobody_is_erased_unasked_while_a_message_of_theirs_waits(
    what: str, wait: Callable[[Desk], int], desk: Desk, clock: Clock
) -> None:
    case = case_from(desk, from_them())
    end_time_of_cases(desk, clock)
    message = wait(desk)
    with pytest.raises(RefusedError) as refused:
        erase_citizen(desk, case.citizen_id or 0, why="isteği", actor="memur")
    assert refused.value.reason == "waiting"
    erase_citizen(desk, case.citizen_id or 0, why="isteği", actor="memur", even_open=True)
    with desk.uow() as uow:
        row = uow.messages.get(message)
    assert row is not None
    assert (row.state, row.text) == ("done", "")


def test_a_part_that_waits_for_the_others_still_finds_them(desk: Desk, clock: Clock) -> None:
    account = add_account(desk, Channel.SMS)
    phone = {"channel": Channel.SMS, "sender": Urn("tel", "+905327654321")}
    take_in(desk, make_message(**phone), account=account)
    end_time_of_cases(desk, clock)
    pieces = [
        make_message(**phone, text=words, part=PartOf(reference=7, total=2, number=number))
        for number, words in ((1, "Çöp kutuları "), (2, "taşıyor."))
    ]
    take_in(desk, pieces[0], account=account)
    end_retention(desk)
    [message] = take_in(desk, pieces[1], account=account)
    with desk.uow() as uow:
        row = uow.messages.get(message)
    assert row is not None
    assert row.text == "Çöp kutuları taşıyor."


def test_who_has_a_forgotten_persons_old_number_now_loses_nothing(desk: Desk, clock: Clock) -> None:
    account = add_account(desk, Channel.WHATSAPP)
    old, new = Urn("whatsapp", "905321111111"), Urn("whatsapp", "905322222222")
    at_old = {"channel": Channel.WHATSAPP, "sender": old}
    mine = case_from(desk, make_message(**at_old), account=account)
    accept(desk, Intake(events=[(account, AddressChange(old=old, new=new, at=clock()))]))
    clock.step(days=400)
    theirs = case_from(desk, make_message(**at_old), account=account)
    assert theirs.citizen_id not in (None, mine.citizen_id)
    erase_citizen(desk, mine.citizen_id or 0, why="isteği", actor="memur", even_open=True)
    with desk.uow() as uow:
        [message] = uow.messages.of_case(theirs.id or 0)
        assert (bool(message.text), message.sender) == (True, str(old))
        assert uow.eraser.addresses_of([theirs.citizen_id or 0]) == [str(old)]
    assert {notice.recipient for notice in notices_of(desk, theirs)} >= {str(old)}


def end_time_of_cases(desk: Desk, clock: Clock) -> None:
    """Close every case, long ago."""
    close_all(desk)
    set_retention(desk, "cop-toplama", 30)
    clock.step(days=45)


def waits_for_a_key(desk: Desk) -> bool:
    with desk.uow() as uow:
        waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        return bool(uow.session.scalar(waiting))
