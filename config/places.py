"""Istanbul's districts and neighbourhoods, and the words around them, from the two files beside this one."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.taxonomy import FOLDER
from domain.errors import NotConfiguredError
from domain.text import words


@dataclass(frozen=True, kw_only=True)
class PlaceWords:
    """The words that say what a name in a text is; all folded.

    `weak` districts and `common` neighbourhoods are names that also mean something else.
    """

    weak: frozenset[str]
    common: frozenset[str]
    neighbourhood: tuple[str, ...]
    street: tuple[str, ...]
    landmark: frozenset[str]
    before_person: frozenset[str]
    after_person: frozenset[str]
    not_street: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Places:
    """Every place the desk knows by name, written as people read it.

    `neighbourhoods` are a district's official ones. `localities` are names citizens use instead, each with
    the neighbourhood it lies in, or None. `aliases` are other ways to write a district.
    """

    neighbourhoods: Mapping[str, tuple[str, ...]]
    localities: Mapping[str, Mapping[str, str | None]]
    aliases: Mapping[str, tuple[str, ...]]
    words: PlaceWords


def load_places(folder: Path = FOLDER) -> Places:
    """The places of a folder's two files. Raises NotConfiguredError, naming the fault."""
    names, extra = _read(folder / "places.toml"), _read(folder / "place_words.toml")
    try:
        places = Places(
            neighbourhoods={d: tuple(n) for d, n in names["neighbourhoods"].items()},
            localities={d: dict(map(_locality, n)) for d, n in extra["localities"].items()},
            aliases={d: tuple(n) for d, n in extra["aliases"].items()},
            words=_place_words(extra["words"]),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise NotConfiguredError(f"places.toml or place_words.toml lacks {error}") from error
    _check(places)
    return places


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise NotConfiguredError(f"{path.name} cannot be read: {error}") from error


def _locality(entry: str) -> tuple[str, str | None]:
    name, _, neighbourhood = entry.partition("/")
    return name, neighbourhood or None


def _place_words(entry: Mapping[str, Sequence[str]]) -> PlaceWords:
    folded = {key: tuple(" ".join(words(name)) for name in names) for key, names in entry.items()}
    return PlaceWords(
        weak=frozenset(folded["weak"]),
        common=frozenset(folded["common"]),
        neighbourhood=folded["neighbourhood"],
        street=folded["street"],
        landmark=frozenset(folded["landmark"]),
        before_person=frozenset(folded["before_person"]),
        after_person=frozenset(folded["after_person"]),
        not_street=frozenset(folded["not_street"]),
    )


def _check(places: Places) -> None:
    for district in (*places.localities, *places.aliases):
        if district not in places.neighbourhoods:
            raise NotConfiguredError(f"place_words.toml names {district!r}, which places.toml does not have")
    for district, names in places.localities.items():
        for name, neighbourhood in names.items():
            if neighbourhood and neighbourhood not in places.neighbourhoods[district]:
                raise NotConfiguredError(f"place_words.toml puts {name!r} in the unknown {neighbourhood!r}")
