"""E5: what the cursor passed over is found, stored and told."""

from dataclasses import dataclass, field

from connectors.base import Batch
from domain.messages import InboundMessage
from domain.vocabulary import Direction, HealthState
from pipeline.accept import Intake, accept
from pipeline.desk import Desk
from pipeline.reconcile import EVERY, Reconciler
from tests.fakes import Clock, add_account, make_message


@dataclass
class Mailbox:
    """A source of our own contract: it hands over two messages a poll, by position."""

    messages: list[InboundMessage]
    polls: list[str] = field(default_factory=list)

    def poll(self, cursor: str) -> Batch:
        self.polls.append(cursor)
        start = int(cursor or 0)
        end = min(start + 2, len(self.messages))
        return Batch(items=self.messages[start:end], cursor=str(end), more=end < len(self.messages))

    def behind(self, cursor: str, messages: int) -> str:
        return str(max(0, int(cursor or 0) - messages))

    def count(self) -> dict[str, tuple[int, int, int]]:
        return {"INBOX": (1, len(self.messages) + 1, len(self.messages))}

    def close(self) -> None:
        pass


def test_messages_that_the_cursor_passed_over_are_stored_and_told(desk: Desk) -> None:
    box = Mailbox([make_message() for _ in range(5)])
    account = add_account(desk)
    accept(desk, Intake(items=[(account, one) for one in box.messages[:3]], cursors={account: "5"}))
    with desk.uow() as uow:
        known = uow.accounts.get(account)
    assert known is not None
    assert Reconciler(desk).look(known, box, lambda: None) == 2
    with desk.uow() as uow:
        health = uow.health.get(account, Direction.INBOUND)
        assert uow.messages.count_by_account(account) == 5
        assert uow.accounts.cursor(account) == "5"
    assert health is not None
    assert health.state == HealthState.DEGRADED
    assert "2 messages" in (health.cause or "")


def test_a_mail_that_lies_there_twice_is_no_alarm_and_is_read_again_once(desk: Desk, clock: Clock) -> None:
    one = make_message()
    box = Mailbox([one, one])
    account = add_account(desk)
    accept(desk, Intake(items=[(account, one)]))
    with desk.uow() as uow:
        known = uow.accounts.get(account)
    assert known is not None
    reconciler = Reconciler(desk)
    assert reconciler.look(known, box, lambda: None) == 0
    polls = len(box.polls)
    assert reconciler.look(known, box, lambda: None) == 0
    assert len(box.polls) == polls, "nobody looks again before it is time"
    clock.step(seconds=EVERY.total_seconds() + 1)
    assert reconciler.look(known, box, lambda: None) == 0
    assert reconciler.extra == 1


def test_a_gap_is_found_in_a_mailbox_that_mails_are_moved_out_of(desk: Desk) -> None:
    box = Mailbox([make_message() for _ in range(4)])
    account = add_account(desk)
    gone = [(account, make_message()) for _ in range(9)]
    kept = [(account, one) for one in (*box.messages[:1], *box.messages[2:])]
    accept(desk, Intake(items=[*gone, *kept], cursors={account: "4"}))
    with desk.uow() as uow:
        known = uow.accounts.get(account)
    assert known is not None
    assert Reconciler(desk).look(known, box, lambda: None) == 1
