"""A source of the tests' own, in place of a channel's: it gives what it is told to give."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from threading import Event, Thread
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr

from connectors import registry
from connectors.base import Batch, ConnectorContext, ConnectorSpec
from connectors.email import EMAIL, MailParser
from domain.errors import PermanentError
from domain.messages import DeliveryReport, InboundMessage, Place
from domain.vocabulary import Channel
from pipeline import originals
from tests.fakes import Clock, make_message
from tests.servers.postgres import PostgresServer


class SourceSettings(BaseModel):
    """What an account of the source is told."""

    token: SecretStr = SecretStr("")


@dataclass
class Source:
    """Holds messages; the cursor counts those that were taken. Each of `before` happens at one poll."""

    messages: list[InboundMessage] = field(default_factory=list)
    at_once: int = 10
    before: list[Callable[[], object]] = field(default_factory=list)
    rotated: dict[str, str] = field(default_factory=dict)
    polls: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    acknowledged: list[Sequence[Any]] = field(default_factory=list)
    on_acknowledge: Callable[[], object] = lambda: None
    closed: int = 0
    reports: list[DeliveryReport] = field(default_factory=list)
    files: dict[str, bytes | None] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)
    before_fetch: Callable[[], object] = lambda: None

    def fill(self, count: int) -> None:
        """Put messages in."""
        self.messages += [make_message() for _ in range(count)]

    def poll(self, cursor: str) -> Batch:
        self.polls.append(cursor)
        if self.before:
            self.before.pop(0)()
        start = int(cursor or 0)
        items = self.messages[start : start + self.at_once]
        left = len(self.messages) - start - len(items)
        return Batch(
            items=items,
            cursor=str(start + len(items)),
            more=left > 0,
            reports=self.reports,
            handles=items,
            backlog=left,
        )

    def acknowledge(self, batch: Batch) -> None:
        self.on_acknowledge()
        self.acknowledged.append(batch.handles)

    def take_rotated(self) -> dict[str, str]:
        taken, self.rotated = self.rotated, {}
        return taken

    def fetch(self, source: str, max_bytes: int) -> bytes:
        self.fetched.append(source)
        self.before_fetch()
        if source not in self.files:
            raise PermanentError(f"there is no {source}")
        return bytes(self.files[source])  # type: ignore[arg-type]  # None breaks it, as a fault of ours would

    def close(self) -> None:
        self.closed += 1


def raising(error: Exception) -> Callable[[], object]:
    """Something that happens: this error."""

    def happen() -> object:
        raise error

    return happen


def install(monkeypatch: pytest.MonkeyPatch, source: Source) -> Source:
    """Have every e-mail account read this source."""
    monkeypatch.setitem(registry._SPECS, Channel.EMAIL, f"{__name__}:SPEC")
    monkeypatch.setattr(sys.modules[__name__], "installed", source)
    return source


installed = Source()


def _build(context: ConnectorContext) -> Source:
    installed.tokens.append(context.settings.token.get_secret_value())
    return installed


SPEC = ConnectorSpec(
    channel=Channel.EMAIL,
    settings=SourceSettings,
    build=_build,
    parser=MailParser,
    polls=lambda settings: True,
    wait_seconds=60,
    deadline_seconds=60,
)


IMPATIENT = replace(EMAIL, wait_seconds=1.0, deadline_seconds=2.0)


def impatient_email(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the watchdog of e-mail accounts wait for three seconds, where the real one waits for minutes."""
    monkeypatch.setitem(registry._SPECS, Channel.EMAIL, f"{__name__}:IMPATIENT")


DEADLY = b"olumcul-soz"


class Fussy(MailParser):
    """Reads every mail but those with the deadly word, which break it."""

    def for_instance(self, instance: str) -> "Fussy":
        return self

    def parse(self, raw: bytes) -> Sequence[InboundMessage]:
        if DEADLY in raw:
            raise RuntimeError("cannot digest this")
        return super().parse(raw)


class Careless(MailParser):
    """Makes of mails with the deadly word what no database takes."""

    def for_instance(self, instance: str) -> "Careless":
        return self

    def parse(self, raw: bytes) -> Sequence[InboundMessage]:
        nowhere = Place(latitude=float("nan"))  # no JSON has NaN
        return [replace(each, place=nowhere) if DEADLY in raw else each for each in super().parse(raw)]


FUSSY = replace(EMAIL, parser=Fussy)
CARELESS = replace(EMAIL, parser=Careless)


def fussy_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a parser that breaks on some mails, until this is undone."""
    _parse_mails(monkeypatch, "FUSSY")


def careless_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a parser of whose messages the database refuses some, until this is undone."""
    _parse_mails(monkeypatch, "CARELESS")


def _parse_mails(monkeypatch: pytest.MonkeyPatch, spec: str) -> None:
    monkeypatch.setitem(registry._SPECS, Channel.EMAIL, f"{__name__}:{spec}")
    monkeypatch.setattr(originals, "_parser", cache(originals._parser.__wrapped__))


class SteppedStop(Event):
    """A wish to stop that comes by itself when a stepped clock is late enough: waiting moves the clock.

    `blink` is how long, in seconds, others get to do something meanwhile.
    """

    def __init__(self, clock: Clock, *, blink: float = 0.0, **after: float) -> None:
        super().__init__()
        self._clock, self._blink = clock, blink
        ends = Clock(clock())
        ends.step(**after)
        self._ends_at = ends()

    def wait(self, timeout: float | None = None) -> bool:
        self._clock.step(seconds=timeout or 0)
        super().wait(self._blink)
        return self.is_set()

    def is_set(self) -> bool:
        return super().is_set() or self._clock() >= self._ends_at


class Outage:
    """A PostgreSQL that is killed when this is called, and on its way back from that moment on.

    Another thread brings it back, and must live as long as the server: `end` hands it back to this one.
    """

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._over = Event()
        self._thread = Thread(target=self._bring_back)

    def __call__(self) -> None:
        self._server.kill()
        self._thread.start()

    def end(self) -> None:
        """Leave a server that runs."""
        if self._thread.ident is not None:
            self._over.set()
            self._thread.join()
            self._server.kill()
            self._server.start()

    def _bring_back(self) -> None:
        self._server.start()
        self._over.wait()
