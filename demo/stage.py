"""What the players share: the desk, its stand-ins and accounts, and what has been handed over so far."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from demo import accounts, providers
from demo.ledger import Ledger
from demo.mailroom import Mailroom
from demo.people import Person
from demo.providers import HTTP_SECRET, PROVIDERS
from demo.refusal import NotTakenError
from demo.script import Line
from domain.errors import ConnectionFailedError
from domain.vocabulary import Channel
from pipeline.connecting import webhook_url
from pipeline.desk import Desk
from pipeline.waiting import until
from store.records import Account

_BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
_PATIENCE = 60.0
_OURS = {
    Channel.WEBFORM: "webform",
    Channel.WEBCHAT: "webchat",
    Channel.MOBILE: "mobile",
    Channel.CALL_CENTRE: "call_centre",
    Channel.CONTACT_POINT: "contact_point",
    Channel.FIELD: "field",
}


@dataclass(frozen=True, kw_only=True)
class Handed:
    """What a player handed over and was told to be safe: to which account, how many messages of them can be
    read and how many nobody can, and words that must stand in the message (empty where they are read from
    pictures)."""

    account: str
    key: str
    words: str = ""
    good: int = 1
    bad: int = 0


@dataclass
class Stage:
    """One run. `number` grows from run to run, so that every external id is new."""

    desk: Desk
    client: httpx.Client
    servers: dict[str, Any]
    accounts: dict[str, Account]
    ledger: Ledger
    mailroom: Mailroom
    folder: Path
    number: int
    handed: list[Handed] = field(default_factory=list)
    ids: dict[str, Any] = field(default_factory=dict)
    serials: "count[int]" = field(default_factory=count)

    def person(self, line: Line) -> Person:
        """Who speaks."""
        return Person(number=line.who, run=self.number)

    def mark(self, line: Line) -> str:
        """A number of 32 hexadecimal digits for this line in this run."""
        return hashlib.sha256(f"{self.number}.{line.key}".encode()).hexdigest()[:32]

    def serial(self) -> int:
        """A number that no message had before, in this run or an earlier one."""
        return self.number * 1000 + next(self.serials)

    def hook(self, account: str) -> str:
        """Where providers call this account."""
        return webhook_url(self.desk, self.accounts[account])

    def words(self, line: Line, text: str = "") -> str:
        """The line's words with the number they name. Raises ConnectionFailedError where there is no case."""
        said = text or line.text
        return said.replace("{number}", self.number_of(line.after)) if "{number}" in said else said

    def number_of(self, key: str) -> str:
        """The number of the case that a line became."""
        return self._found(lambda: self.ledger.number_of(self._row(key)), f"the case of {key}")

    def receipt_of(self, key: str) -> str:
        """The Message-ID of the receipt that was mailed for a line."""
        return self._found(lambda: self.ledger.receipt_of(self._row(key)), f"the receipt of {key}")

    def _found(self, look: Callable[[], str | None], what: str) -> str:
        until(lambda: look() is not None, what, _PATIENCE)
        return look() or ""

    def _row(self, key: str) -> Handed:
        found = next((each for each in self.handed if each.key == key), None)
        if found is None:
            raise NotTakenError(f"{key} was not handed over")
        return found

    def send(self, make: Callable[[], httpx.Response], *fine: int) -> httpx.Response:
        """Make a call, again while the desk is silent or asks for patience, as providers do. Raises
        NotTakenError."""
        answers: list[httpx.Response] = []

        def answered() -> bool:
            with suppress(httpx.TransportError):
                answers.append(make())
                return answers[-1].status_code not in (404, 502, 503)
            return False

        with suppress(ConnectionFailedError):
            until(answered, "the desk", _PATIENCE)
        if not answers:
            raise NotTakenError("the desk did not answer in time")
        if answers[-1].status_code not in (fine or (200,)):
            raise NotTakenError(f"HTTP {answers[-1].status_code}: {answers[-1].text[:200]}")
        return answers[-1]


def new_number(now: datetime) -> int:
    """The run's number: seconds since 2026 began."""
    return int((now - _BEGINNING).total_seconds())


@contextmanager
def staged(desk: Desk) -> Iterator[Stage]:
    """Stand-ins that run, accounts at them that are still switched off, and a client to call the desk by."""
    with ExitStack() as stack:
        servers = providers.start(stack)
        folder = (desk.settings.var_dir / "gosteri").resolve()
        known = _accounts(desk, servers, folder)
        client = stack.enter_context(httpx.Client(base_url=desk.settings.public_url, timeout=60))
        mailroom = stack.enter_context(Mailroom())
        yield Stage(
            desk=desk,
            client=client,
            servers=servers,
            accounts=known,
            ledger=Ledger.begun(desk, known),
            mailroom=mailroom,
            folder=folder,
            number=new_number(desk.now()),
        )


def _accounts(desk: Desk, servers: dict[str, Any], folder: Path) -> dict[str, Account]:
    found = {
        each.account: accounts.put(
            desk, each.channel, each.account, {"base_url": servers[each.account].url, **each.settings}
        )
        for each in PROVIDERS
    }
    if centre := servers.get("gosteri-smpp"):
        given = providers.settings_of_centre(centre)
        found["gosteri-smpp"] = accounts.put(desk, Channel.SMS, "gosteri-smpp", given)
    for name, (channel, given) in providers.folders(folder).items():
        found[name] = accounts.put(desk, channel, name, given)
    found["gosteri-http"] = accounts.put(desk, Channel.HTTP, "gosteri-http", {"secret": HTTP_SECRET})
    for name in ("gosteri-eposta", "gosteri-boru"):
        found[name] = accounts.put(desk, Channel.EMAIL, name, {})
    with desk.uow() as uow:
        ours = {name: uow.accounts.by_name(name) for name in _OURS.values()}
    return found | {name: account for name, account in ours.items() if account}
