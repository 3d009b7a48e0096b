"""What the mixed day must know of a channel: its account, its citizens, and what left to them."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, ClassVar, Self

import httpx
from pydantic import BaseModel

from domain.urn import Urn
from domain.vocabulary import Channel
from tests.kill.mails import ROUTED, UNSURE

PATIENCE = 15.0
"""Seconds our calls to a stand-in may take: one that a busy machine answers too late is made again."""
_MARK = re.compile(r"Kayıt ([a-z-]+-\d+)")


class Source(ABC):
    """One account. Used as a context manager: its stand-in runs inside."""

    name: ClassVar[str]
    channel: ClassVar[Channel]
    phones: ClassVar[str] = ""
    """How its citizens' numbers begin, three digits of its own."""
    server: Any = None

    def __enter__(self) -> Self:
        if self.server is not None:
            self.server.__enter__()
        return self

    def __exit__(self, *raised: Any) -> None:
        if self.server is not None:
            context: AbstractContextManager[Any] = self.server
            context.__exit__(None, None, None)

    def settings(self) -> BaseModel | None:
        """The account as an operator would configure it; None where every desk has it."""
        return None

    def key(self, number: int) -> str:
        """By what the row of this citizen's message is known."""
        return f"{self.name}-{number}"

    def text(self, number: int) -> str:
        """What this citizen writes: every fourth report is routed at once."""
        return f"{ROUTED if number % 4 == 0 else UNSURE} Kayıt {self.key(number)}"

    def phone(self, number: int) -> str:
        """The citizen's number, without a plus."""
        return f"90{self.phones}{1_000_000 + number}"

    def recipient(self, number: int) -> Urn | None:
        """Whom the receipt goes to; None where nobody gets one."""
        return Urn("tel", f"+{self.phone(number)}") if self.phones else None

    def left(self) -> Counter[str]:
        """How much left to whom by this account's own stand-in."""
        return Counter()


class Calling(Source):
    """It calls us; each call brings `several` messages."""

    several: ClassVar[int] = 1
    insists: ClassVar[bool] = True
    """Whether it calls again until it is answered well."""

    @abstractmethod
    def call(self, numbers: Sequence[int]) -> httpx.Request:
        """The call that brings what these citizens wrote. Its address is below the desk's own."""


class Asked(Source):
    """We ask it."""

    @abstractmethod
    def arrive(self, numbers: Sequence[int]) -> None:
        """These citizens write."""


def key_of(text: str) -> str | None:
    """By what a row is known that says who wrote it."""
    found = _MARK.search(text)
    return found[1] if found else None
