"""What the classifier listens for beside topics, read from `cues.toml` beside this file."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.taxonomy import FOLDER
from domain.errors import NotConfiguredError
from domain.vocabulary import CaseKind, Confidentiality


@dataclass(frozen=True, kw_only=True)
class Danger:
    """Phrases that mean danger to life, and the topic such a message has.

    They mean none where a word of `unless` stands in the text, except `despite` it one of those does too.
    """

    topic: str
    phrases: tuple[str, ...]
    unless: tuple[str, ...] = ()
    despite: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Over:
    """What says that a danger is past: phrases of `done` and `after` together, where no word of `present` and
    no verb of what goes on stands, save those of `writing`."""

    done: tuple[str, ...]
    after: tuple[str, ...]
    present: frozenset[str]
    writing: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Cues:
    """Phrases as they are written, each of their words a stem.

    `kinds` weighs phrases for what a citizen wants. A danger is not meant within a `calm` phrase, nor where a
    `negation` follows with nothing but words of `between` in between, and none of `taken_back` behind it.
    `readings` says how words typed without Turkish letters are to be read. `verbs` are stems that ask for a
    deed where they command; `no_verbs` only look like commands.
    """

    kinds: Mapping[CaseKind, Mapping[str, float]]
    dangers: tuple[Danger, ...]
    calm: tuple[str, ...]
    negation: frozenset[str]
    taken_back: frozenset[str]
    between: frozenset[str]
    over: Over
    confidentiality: Mapping[Confidentiality, tuple[str, ...]]
    readings: Mapping[str, str]
    verbs: tuple[str, ...]
    no_verbs: tuple[str, ...]


def load_cues(folder: Path = FOLDER) -> Cues:
    """The cues of a folder's `cues.toml`. Raises NotConfiguredError that says what is wrong with it."""
    try:
        entries = tomllib.loads((folder / "cues.toml").read_text(encoding="utf-8"))
        return Cues(
            kinds={CaseKind(kind): _weights(listed) for kind, listed in entries["kinds"].items()},
            dangers=tuple(map(_danger, entries["life_safety"])),
            calm=tuple(phrase for calm in entries["calm"] for phrase in calm["phrases"]),
            negation=frozenset(entries["negation"]["words"]),
            taken_back=frozenset(entries["negation"]["taken_back"]),
            between=frozenset(entries["negation"]["between"]),
            over=_over(entries["over"]),
            confidentiality={
                Confidentiality(degree): tuple(phrases)
                for degree, phrases in entries["confidentiality"].items()
            },
            readings=dict(entries["readings"]),
            verbs=tuple(entries["commands"]["verbs"]),
            no_verbs=tuple(entries["commands"]["misleading"]),
        )
    except (OSError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise NotConfiguredError(f"cues.toml cannot be used: {error}") from error


def _danger(entry: Mapping[str, Any]) -> Danger:
    return Danger(
        topic=entry["topic"],
        phrases=tuple(entry["phrases"]),
        unless=tuple(entry.get("unless", ())),
        despite=tuple(entry.get("despite", ())),
    )


def _over(entry: Mapping[str, list[str]]) -> Over:
    return Over(
        done=tuple(entry["done"]),
        after=tuple(entry["after"]),
        present=frozenset(entry["present"]),
        writing=frozenset(entry["writing"]),
    )


def _weights(listed: Mapping[str, list[str]]) -> dict[str, float]:
    return {phrase: float(weight) for weight, phrases in listed.items() for phrase in phrases}
