"""Messages that never had a case go once their time is over: whole, once, and no others."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from domain.messages import Attachment
from domain.urn import Urn
from domain.vocabulary import Channel, MessageState, NotACase, Verdict
from pipeline import retention
from pipeline.accept import Intake, accept
from pipeline.asides import aside_list, keep, release
from pipeline.clock import tick
from pipeline.decisions import decisions
from pipeline.desk import Desk
from pipeline.drift import BEGINNING
from pipeline.refusal import RefusedError
from pipeline.retention import caseless_due, end_retention
from store.erasing.statements import HOLD_CASELESS
from store.models import Erasure, Message, NotificationRow
from tests.fakes import Clock, add_account, make_message
from tests.pipeline.looking import take_in
from tests.pipeline.test_erasing import left, let_time_pass_over_files
from tests.pipeline.timing import rows_of, three_clocks

MARK = "zumbuzluk"
PHONE = "+905327654321"
FILE = Attachment(name=f"{MARK}.txt", media_type="text/plain", content=f"{MARK} dosyası".encode())
WHO = "memur"


@pytest.fixture(autouse=True)
def kept_for_30_days(desk: Desk) -> None:
    desk.settings.caseless_days = 30


def marked(**given: Any) -> Any:
    return make_message(text=f"Deneme {MARK}", raw=f"{MARK} {given}".encode(), subject=MARK, **given)


def machines(desk: Desk, many: int) -> list[int]:
    """Automatic replies with a file."""
    return take_in(desk, *(marked(verdict=Verdict.AUTO_REPLY, attachments=(FILE,)) for _ in range(many)))


def set_aside(desk: Desk, messages: list[int]) -> None:
    """Have these messages looked through, as what was found to be spam is."""
    row = {
        "verdict": NotACase.SPAM,
        "confidence": 0.9,
        "reasons": [MARK],
        "classifier": "x",
        "at": desk.now(),
    }
    with desk.uow() as uow:
        uow.asides.add([row | {"message_id": each} for each in messages])
        uow.commit()


def states(desk: Desk) -> dict[int, tuple[str, bool]]:
    """By message its state, and whether it still says something."""
    return {each.id: (each.state, bool(each.raw_sha256 and each.text)) for each in rows_of(desk, Message)}


def test_nothing_of_them_is_left_and_three_clocks_do_it_once(desk: Desk, clock: Clock) -> None:
    machines(desk, 2)
    take_in(desk, marked(verdict=Verdict.BOUNCE))
    set_aside(desk, take_in(desk, marked(verdict=Verdict.OWN_LOOP)))
    let_time_pass_over_files(desk)
    clock.step(days=31)
    assert caseless_due(desk) == 4
    assert left(desk, (MARK,)) != []
    three_clocks(lambda: end_retention(desk), rounds=2)
    assert left(desk, (MARK,)) == []
    [report] = rows_of(desk, Erasure)
    assert report.finished_at is not None
    wanted = {"messages": 4, "attachments": 2, "blobs": 4}
    assert {name: report.counts[name] for name in wanted} == wanted
    assert caseless_due(desk) == 0
    clock.step(hours=2)
    end_retention(desk)
    assert [each.counts for each in rows_of(desk, Erasure)] == [report.counts]


def test_without_a_period_all_of_them_stay(desk: Desk, clock: Clock) -> None:
    desk.settings.caseless_days = None
    [message] = machines(desk, 1)
    clock.step(days=4000)
    tick(desk)
    assert caseless_due(desk) is None
    assert (states(desk)[message], rows_of(desk, Erasure)) == (("done", True), [])


def test_what_waits_or_has_a_case_or_came_later_stays(desk: Desk, clock: Clock) -> None:
    [gone] = machines(desk, 1)
    [cased] = take_in(desk, make_message())
    waiting = to_be_tried_later(desk)
    [broken, half] = take_in(desk, *(make_message(verdict=Verdict.AUTO_REPLY) for _ in range(2)))
    quarantine(desk, broken, half)
    clock.step(days=29)
    [late] = machines(desk, 1)
    clock.step(days=2)
    end_retention(desk)
    assert states(desk) == {
        gone: ("done", False),
        cased: ("done", True),
        waiting: ("ready", True),
        broken: ("quarantined", True),
        half: ("done", True),
        late: ("done", True),
    }


def to_be_tried_later(desk: Desk) -> int:
    """A message that waits for longer than any other."""
    [message] = accept(desk, Intake(items=[(add_account(desk), make_message())]))
    with desk.uow() as uow:
        uow.queue.lend(message, 1, desk.now() + timedelta(days=100))
        uow.commit()
    return message


def quarantine(desk: Desk, *messages: int) -> None:
    """Put messages into quarantine, the first alone by its state too."""
    with desk.uow() as uow:
        given = {
            "ids": list(messages),
            "first": messages[0],
            "now": desk.now(),
            "to": MessageState.QUARANTINED,
        }
        uow.session.execute(text("UPDATE messages SET state = :to WHERE id = :first"), given)
        waiting = text(
            "INSERT INTO quarantine (message_id, step, state, error, traceback, attempts, created_at)"
            " SELECT unnest(CAST(:ids AS bigint[])), 'process', 'waiting', '', '', 1, :now"
        )
        uow.session.execute(waiting, given)
        uow.commit()


def test_a_tick_takes_some_and_the_next_goes_on(
    desk: Desk, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    machines(desk, 5)
    clock.step(days=31)
    counts = []
    for _ in range(4):
        end_retention(desk)
        clock.step(seconds=1)
        counts.append(caseless_due(desk))
    assert counts == [3, 1, 0, 0]
    [report] = rows_of(desk, Erasure)
    assert report.counts["messages"] == 5


def test_what_nobody_looked_through_leaves_the_list_and_is_released_no_more(desk: Desk, clock: Clock) -> None:
    looked, unseen = take_in(desk, *(marked(verdict=Verdict.OWN_LOOP) for _ in range(2)))
    set_aside(desk, [looked, unseen])
    keep(desk, looked, WHO)
    clock.step(days=29)
    end_retention(desk)
    assert [line["id"] for line in aside_list(desk)] == [unseen]
    clock.step(days=2)
    end_retention(desk)
    assert aside_list(desk) == []
    with desk.uow() as uow:
        assert uow.asides.waiting_since(desk.now()) == 0
        assert decisions(uow, BEGINNING).verdicts == [], "nothing is learnt from an empty text"
    for message in (looked, unseen):
        with pytest.raises(RefusedError, match="not_aside"):
            release(desk, message, WHO)


def test_who_wants_no_notices_is_remembered_and_what_they_were_told_is_not(desk: Desk, clock: Clock) -> None:
    sender = Urn("tel", PHONE)
    take_in(desk, marked(channel=Channel.SMS, sender=sender, verdict=Verdict.OPT_OUT))
    assert [each.recipient for each in rows_of(desk, NotificationRow)] == [str(sender)]
    clock.step(days=31)
    end_retention(desk)
    assert PHONE not in str([each.model_dump() for each in rows_of(desk, NotificationRow)])
    with desk.uow() as uow:
        assert uow.citizens.closed_to_notices([str(sender)]) == {str(sender)}


def test_an_address_that_a_case_named_stays_with_what_is_known_of_it(desk: Desk, clock: Clock) -> None:
    named = Urn("mailto", "komsu@eposta.example")
    take_in(desk, make_message(contacts=(named,)))
    with desk.uow() as uow:
        uow.citizens.mark_undeliverable(str(named), desk.now())
        uow.commit()
    take_in(desk, marked(verdict=Verdict.AUTO_REPLY, contacts=(named,)))
    clock.step(days=31)
    end_retention(desk)
    with desk.uow() as uow:
        assert uow.citizens.closed_to_notices([str(named)]) == {str(named)}


def test_they_are_found_by_an_index(desk: Desk) -> None:
    with desk.uow() as uow:
        uow.session.execute(text("SET LOCAL enable_seqscan = off"))
        given = {"before": desk.now(), "limit": 100}
        plan = "\n".join(uow.session.scalars(text(f"EXPLAIN {HOLD_CASELESS.text}"), given))
    assert "messages_without_case" in plan
    assert "Sort" not in plan
