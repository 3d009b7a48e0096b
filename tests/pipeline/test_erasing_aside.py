"""Erasing stands in nobody's way: not a clock's that ticks each second, not whoever registers people."""

from threading import Thread

from sqlalchemy import text

from pipeline.desk import Desk
from pipeline.retention import end_retention, set_retention
from store.erasing.statements import CHATS
from store.models import Erasure
from tests.fakes import Clock, make_message
from tests.pipeline.looking import case_from
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
    with desk.uow() as uow:
        uow.session.execute(
            text("UPDATE cases SET state = 'resolved', closed_at = :now"), {"now": desk.now()}
        )
        uow.commit()
    set_retention(desk, "cop-toplama", 30)
    clock.step(days=45)
    clock_work = Thread(target=end_retention, args=[desk])
    with desk.uow() as registering:
        registering.merges.hold([case.citizen_id or 0])
        clock_work.start()
        wait_until(lambda: waits_for_a_key(desk), "the clock waits for the person")
        held = registering.session.execute(text("SELECT id FROM cases FOR UPDATE NOWAIT")).all()
    clock_work.join()
    assert len(held) == 1
    assert [report.counts["citizens"] for report in rows_of(desk, Erasure)] == [1]


def waits_for_a_key(desk: Desk) -> bool:
    with desk.uow() as uow:
        waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        return bool(uow.session.scalar(waiting))
