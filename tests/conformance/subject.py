"""What the suite must be able to make happen to a connector, whatever its provider."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, ClassVar, Self

from pydantic import BaseModel

from connectors.base import WebhookRequest
from domain.urn import Urn
from domain.vocabulary import Channel
from tests.servers.standin import Answer, Fault, StandIn, json_answer

PUBLIC = "http://127.0.0.1:8153"
"""Where a desk that was told nothing is reached, as its providers know it."""
NOON = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
EXPIRED = Fault(answer=json_answer(401, {"error": "token expired"}))


ILLNESSES = {
    "answers 503": Fault(answer=Answer(status=503, body=b"overloaded")),
    "breaks the line": Fault(drop=True),
    "answers with a page": Fault(answer=Answer(status=200, body=b"<html>bakim</html>")),
    "lets the token expire": None,
}
"""How a provider that speaks HTTP may be ill; what it says of an expired token is its own."""


class Subject(ABC):
    """One channel as one provider serves it. Used as a context manager: its stand-in runs inside."""

    name: ClassVar[str]
    channel: ClassVar[Channel]
    secrets: ClassVar[Sequence[str]] = ()
    """What must never be seen in a log, an error, a page or a plain column."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: Any) -> None:
        return

    @property
    def now(self) -> datetime:
        """The time at which the provider believes itself to be."""
        return NOON

    @abstractmethod
    def settings(self) -> BaseModel:
        """An account at the stand-in, as an operator would configure it."""


class AtProvider(Subject):
    """A subject whose provider is a stand-in that speaks HTTP and fails on demand."""

    expired: ClassVar[Fault] = EXPIRED
    """What the provider answers once the account's token is no longer good."""

    def __init__(self) -> None:
        self.server = self.make_server()

    @abstractmethod
    def make_server(self) -> Any:
        """The stand-in."""

    def __enter__(self) -> Self:
        self.server.__enter__()
        return self

    def __exit__(self, *raised: Any) -> None:
        context: AbstractContextManager[StandIn] = self.server
        context.__exit__(None, None, None)

    @property
    def now(self) -> datetime:
        moment: datetime = getattr(self.server, "clock", NOON)
        return moment

    def break_down(self, fault: Fault) -> None:
        """From now on every call of ours goes wrong."""
        self.server.faults.clear()
        self.server.fail_next(*[fault] * 500)

    def fall_ill(self, illness: str) -> None:
        """The provider becomes ill in one of the ways of `ILLNESSES`."""
        self.break_down(ILLNESSES[illness] or self.expired)

    def recover(self) -> None:
        """The provider is well again."""
        self.server.faults.clear()


class Called(Subject):
    """Its provider calls us."""

    batches: ClassVar[bool] = True
    """Whether one call may hold several messages."""
    in_part: ClassVar[int] = 200
    """The answer to a call that was taken but for one bad item."""

    @abstractmethod
    def call(self, texts: Sequence[str], *, bad: bool = False) -> WebhookRequest:
        """The call that brings these texts, the same ones always under the same ids; `bad` puts an item in
        their middle that nobody can understand. The path is what follows the account's address."""

    @abstractmethod
    def forge(self, call: WebhookRequest) -> WebhookRequest:
        """The same call by somebody who does not know the secret."""


class Polled(Subject):
    """We ask its provider."""

    spoils: ClassVar[bool] = True
    """Whether the provider can hand over an item that nobody understands."""
    illnesses: ClassVar[Sequence[str]] = tuple(ILLNESSES)
    known_by: ClassVar[str] = "text"
    """The SQL expression by which a message's text is found again in its row."""

    @abstractmethod
    def arrive(self, texts: Sequence[str], *, bad: bool = False) -> None:
        """Citizens write these texts to the desk; `bad` puts something in their middle that nobody can
        understand."""

    @abstractmethod
    def fall_ill(self, illness: str) -> None:
        """From now on the source cannot be read, for one of the reasons in `illnesses`."""

    @abstractmethod
    def recover(self) -> None:
        """The source can be read again."""


class Sends(Subject):
    """It can answer."""

    recipient: ClassVar[Urn]


def mark(text: str) -> str:
    """A number of 32 hexadecimal digits for a text, always the same."""
    return sha256(text.encode()).hexdigest()[:32]
