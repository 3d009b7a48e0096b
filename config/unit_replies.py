"""What units' replies are read by, from `unit_replies.toml` beside this file."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from config.taxonomy import FOLDER
from domain.errors import NotConfiguredError
from domain.text import words
from domain.vocabulary import UnitReplyKind

Words = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ReplyWords:
    """Folded words: what commands are called, what says nothing, what casts doubt, what plain words mean.

    `commands` and `phrases` are rows of words; a phrase's last word is the beginning of one.
    """

    commands: Mapping[Words, UnitReplyKind]
    phrases: Mapping[UnitReplyKind, tuple[str, ...]]
    polite: frozenset[str]
    doubt: frozenset[str]
    farewells: tuple[Words, ...]
    numbers: Mapping[Words, int]


@lru_cache
def load_reply_words(folder: Path = FOLDER) -> ReplyWords:
    """The words of a folder's `unit_replies.toml`. Raises NotConfiguredError that says what is wrong."""
    try:
        entries = tomllib.loads((folder / "unit_replies.toml").read_text(encoding="utf-8"))
        return ReplyWords(
            commands={
                tuple(words(command)): UnitReplyKind(kind)
                for kind, commands in entries["commands"].items()
                for command in commands
            },
            phrases={
                UnitReplyKind(kind): tuple(" ".join(words(phrase)) for phrase in phrases)
                for kind, phrases in entries["phrases"].items()
            },
            polite=_folded(entries["polite"]),
            doubt=_folded(entries["doubt"]),
            farewells=tuple(tuple(words(line)) for line in entries["farewells"]),
            numbers={tuple(words(name)): int(value) for name, value in entries["numbers"].items()},
        )
    except (OSError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise NotConfiguredError(f"unit_replies.toml cannot be used: {error}") from error


def _folded(listed: list[str]) -> frozenset[str]:
    return frozenset(word for line in listed for word in words(line))
