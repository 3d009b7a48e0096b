"""Plays the day: lays out what lies, opens the accounts, lets the other messages come, goes on with some."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from connectors.ocr.language import data_folder
from demo import accounts
from demo.players.table import BATCHES, PLAYERS
from demo.readiness import check
from demo.refusal import DemoRefusedError, NotTakenError
from demo.report import Report, report
from demo.script import LYING, Line, cut, read_day
from demo.stage import Stage, staged
from domain.errors import ConnectionFailedError, NotConfiguredError
from pipeline.desk import Desk
from pipeline.waiting import until
from store.records import Account

_AT_ONCE = 8
"""So many entries bring messages at the same time."""
_READ = ("gosteri-netgsm", "gosteri-telegram", "gosteri-facebook", "gosteri-x", "gosteri-cimer")
"""Accounts whose readers tell at once that they read."""
_READY_SECONDS, _STORED_SECONDS, _TOLD_SECONDS = 60.0, 180.0, 60.0
Advance = Callable[[int], None]


class Screen(Protocol):
    """Where a person watches; every name is a sentence of a catalogue."""

    def say(self, name: str, /, **values: object) -> None:
        """Show one sentence."""

    def bar(self, name: str, total: int) -> AbstractContextManager[Advance]:
        """Show how much of something is done."""


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """How to play. `only` so many messages of each entry (0: all), `pace` minutes of the day in a second (0:
    as fast as the desk takes them), `keep` the accounts switched on, `force` it where it may do harm."""

    only: int = 0
    pace: float = 0.0
    keep: bool = False
    force: bool = False


@dataclass
class _Play:
    stage: Stage
    pace: float
    advance: Advance = lambda _more: None
    refused: list[tuple[str, str]] = field(default_factory=list)
    begun: float = field(default_factory=time.monotonic)
    lock: threading.Lock = field(default_factory=threading.Lock)


def play(desk: Desk, screen: Screen, wishes: Wishes) -> Report:
    """Play the day into the running desk; returns what came of it.

    Raises DemoRefusedError where nothing was played, and other DeskErrors where the desk went away.
    """
    check(desk, force=wishes.force)
    lines = cut(read_day(), wishes.only) if wishes.only else read_day()
    with staged(desk) as stage:
        lines = [line for line in lines if _can_be_played(stage, line)]
        screen.say("begins", messages=len(lines), run=stage.number)
        if "gosteri-smpp" not in stage.servers:
            screen.say("no_message_centre")
        played = _Play(stage=stage, pace=wishes.pace)
        try:
            _send_all(played, lines, screen)
            _wait_for_rows(stage, screen)
        finally:
            if not wishes.keep:
                accounts.close_all(desk, of_the_demo(stage))
        return report(stage, played.refused)


def _can_be_played(stage: Stage, line: Line) -> bool:
    return line.via != "sms-smpp" or "gosteri-smpp" in stage.servers


def of_the_demo(stage: Stage) -> list[Account]:
    """The accounts that only the demo has, to be switched on for a run and off after it."""
    return [a for name, a in stage.accounts.items() if name.startswith(accounts.PREFIX)]


def _send_all(played: _Play, lines: Sequence[Line], screen: Screen) -> None:
    stage = played.stage
    stage.servers["gosteri-telegram"].next_update = 500_000_000 + stage.number * 10
    first, later = [x for x in lines if not x.after], [x for x in lines if x.after]
    with screen.bar("sending", len(lines)) as played.advance:
        _bring(played, [x for x in first if x.via in LYING])
        began = stage.desk.now()
        accounts.open_all(stage.desk, of_the_demo(stage))
        _bring(played, [x for x in first if x.via not in LYING])
        _await_readers(stage, began)
        _bring(played, later)
        if again := {_account_of(x) for x in later if x.via in LYING}:
            accounts.look_again(stage.desk, [stage.accounts[name] for name in again])


def _account_of(line: Line) -> str:
    by_via = {"sms-netgsm": "gosteri-netgsm", "facebook-feed": "gosteri-facebook", "x-mention": "gosteri-x"}
    return by_via.get(line.via, f"gosteri-{line.via}")


def _await_readers(stage: Stage, since: datetime) -> None:
    """Return when every source that is read was read. Raises DemoRefusedError: nobody seems to read."""
    unread = [stage.accounts[name] for name in _READ]
    with suppress(ConnectionFailedError):
        until(lambda: all(accounts.was_read(stage.desk, a, since) for a in unread), "readers", _READY_SECONDS)
        return
    left = [a.name for a in unread if not accounts.was_read(stage.desk, a, since)]
    raise DemoRefusedError("nobody_reads", accounts=", ".join(left))


def _bring(played: _Play, lines: Sequence[Line]) -> None:
    """Let the entries work side by side, each in the order of the day."""
    by_entry: defaultdict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_entry[line.via].append(line)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for done in [pool.submit(_bring_entry, played, of_one) for of_one in by_entry.values()]:
            done.result()


def _bring_entry(played: _Play, lines: Sequence[Line]) -> None:
    if batch := BATCHES.get(lines[0].via):
        played.stage.handed += batch(played.stage, lines)
        _told(played, len(lines))
        return
    for line in lines:
        _await_hour(played, line)
        try:
            if line.after:
                played.stage.number_of(line.after)  # people answer a receipt: there is a case by then
            played.stage.handed.append(PLAYERS[line.via](played.stage, line))
        except (NotTakenError, ConnectionFailedError) as error:
            played.refused.append((f"{line.key} ({line.via})", str(error)))
        _told(played, 1)


def _told(played: _Play, more: int) -> None:
    with played.lock:
        played.advance(more)


def _await_hour(played: _Play, line: Line) -> None:
    if played.pace and line.via not in LYING:
        due = played.begun + (line.at.hour * 60 + line.at.minute - 7 * 60) / played.pace
        time.sleep(max(0.0, due - time.monotonic()))


def _wait_for_rows(stage: Stage, screen: Screen) -> None:
    """Return when everything that was handed over is handled and told, or when patience ends."""
    wanted = sum(each.good + each.bad for each in stage.handed)
    ends = ("done", "quarantined") if _can_read_scans() else ("done", "quarantined", "received")
    seen = 0
    with screen.bar("handling", wanted) as advance, suppress(ConnectionFailedError):

        def done() -> bool:
            nonlocal seen
            handled = sum(row.state in ends for row in stage.ledger.rows())
            advance(handled - seen)
            seen = handled
            return handled >= wanted

        until(done, "the messages", _STORED_SECONDS)
    with suppress(ConnectionFailedError):
        until(lambda: not stage.ledger.due_notices(), "the notices", _TOLD_SECONDS)


def _can_read_scans() -> bool:
    """Whether letters become cases here; without Tesseract's data they wait for it as rows."""
    try:
        data_folder()
    except NotConfiguredError:
        return False
    return True
