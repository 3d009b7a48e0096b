"""Step 2 takes no lock and no transaction along while it waits for others, and counts its deaths (G12)."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field

import psycopg
import pytest
from pydantic import BaseModel

from connectors import registry
from connectors.base import ConnectorSpec
from connectors.email import MailParser
from domain.errors import ConnectionFailedError
from domain.messages import Attachment
from domain.vocabulary import Channel, MessageState, Queue, Step
from pipeline.accept import Intake, accept
from pipeline.desk import Desk
from pipeline.read import IN_HAND, UNREACHABLE, read_batch
from pipeline.replay import replay
from store.models import Message, MessageAttachment
from tests.fakes import Bells, Clock, add_account, make_message


class Killed(BaseException):
    """What ends a worker at a moment it did not choose."""


@dataclass
class Files:
    """Gives files by name, or does whatever is said for one; `asked` are those that were asked for."""

    instead: dict[str, Callable[[], object]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def fetch(self, source: str, max_bytes: int) -> bytes:
        self.asked.append(source)
        if source in self.instead:
            self.instead[source]()
        return f"content of {source}".encode()


installed = Files()


def _raise(error: BaseException) -> Callable[[], object]:
    def happen() -> object:
        raise error

    return happen


class NoSettings(BaseModel):
    """An account that needs to be told nothing."""


SPEC = ConnectorSpec(
    channel=Channel.EMAIL, settings=NoSettings, build=lambda context: installed, parser=MailParser
)


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> Files:
    """Where the attachments of every e-mail account are fetched."""
    made = Files()
    monkeypatch.setitem(registry._SPECS, Channel.EMAIL, f"{__name__}:SPEC")
    monkeypatch.setattr(sys.modules[__name__], "installed", made)
    return made


def take(desk: Desk, *names: str) -> int:
    """A message that names these files; returns its key."""
    attachments = [
        Attachment(name=name, media_type="image/jpeg", content=None, source=name) for name in names
    ]
    [message] = accept(desk, Intake(items=[(add_account(desk), make_message(attachments=attachments))]))
    return message


def row(desk: Desk, message_id: int) -> Message:
    with desk.uow() as uow:
        found = uow.messages.get(message_id)
    assert found is not None
    return found


def kept(desk: Desk, message_id: int) -> list[MessageAttachment]:
    with desk.uow() as uow:
        return uow.messages.attachments([message_id])


def read_for_hours(desk: Desk, clock: Clock) -> None:
    for _ in range(desk.settings.max_attempts + 1):
        try:
            read_batch(desk)
        except Killed:
            clock.step(seconds=IN_HAND.total_seconds())
        clock.step(hours=5)


def test_no_transaction_is_open_while_a_file_is_fetched(desk: Desk, files: Files) -> None:
    seen: list[object] = []

    def look() -> None:
        with psycopg.connect(desk.settings.database) as other:
            seen.extend(
                other.execute(
                    "SELECT state FROM pg_stat_activity WHERE datname = current_database()"
                    " AND pid <> pg_backend_pid() AND state LIKE '%in transaction%'"
                )
            )
            other.execute("SELECT 1 FROM messages FOR UPDATE NOWAIT")

    files.instead = {"a": look, "b": look}
    take(desk, "a", "b")
    read_batch(desk)
    assert files.asked == ["a", "b"]
    assert seen == []


def test_nobody_else_takes_a_message_that_is_in_hand(desk: Desk, files: Files) -> None:
    taken: list[int] = []
    files.instead = {"a": lambda: taken.append(read_batch(desk))}
    take(desk, "a")
    read_batch(desk)
    assert taken == [0]


def test_what_is_kept_is_not_fetched_again_and_one_ill_file_holds_up_no_other(
    desk: Desk, files: Files, clock: Clock
) -> None:
    files.instead = {"b": _raise(ConnectionFailedError("gone"))}
    message = take(desk, "a", "b", "c")
    read_batch(desk)
    assert row(desk, message).state == MessageState.RECEIVED
    assert [bool(each.sha256) for each in kept(desk, message)] == [True, False, True]
    files.instead = {}
    clock.step(hours=5)
    read_batch(desk)
    assert files.asked == ["a", "b", "c", "b"]
    assert row(desk, message).state == MessageState.READY


def test_a_file_that_kills_every_worker_is_left_out_and_the_message_goes_on_g12(
    desk: Desk, files: Files, clock: Clock
) -> None:
    files.instead = {"a": _raise(Killed())}
    message = take(desk, "a")
    read_for_hours(desk, clock)
    assert row(desk, message).state == MessageState.READY
    assert [(each.sha256, each.note) for each in kept(desk, message)] == [(None, UNREACHABLE)]
    assert len(files.asked) == desk.settings.max_attempts


def test_a_message_that_kills_workers_even_without_its_files_ends_in_quarantine(
    desk: Desk, files: Files
) -> None:
    message = take(desk, "a")
    with desk.uow() as uow:
        uow.queue.lend(message, desk.settings.max_attempts + 1, desk.now())
        uow.commit()
    read_batch(desk)
    assert row(desk, message).state == MessageState.QUARANTINED
    assert files.asked == []


def test_a_replay_of_this_step_rings_for_its_workers(desk: Desk, files: Files) -> None:
    message = take(desk, "a")
    with desk.uow() as uow:
        uow.queue.give_up(message, Step.READ, 5, "error", "trace", desk.now())
        uow.commit()
        ((entry, _),) = uow.quarantine.waiting()
    assert isinstance(desk.ring, Bells)
    desk.ring.rung.clear()
    replay(desk, entry.id or 0)
    assert desk.ring.rung == [Queue.DOCUMENTS]
    assert read_batch(desk) == 1
