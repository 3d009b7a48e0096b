"""Istanbul's districts, neighbourhoods and landmarks, and the words around them."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.district_bounds import Outline, load_outlines
from config.landmarks import (
    Landmark,
    read_kind_words,
    read_landmarks,
    read_road_numbers,
    read_roads,
    split_entry,
)
from config.taxonomy import FOLDER
from domain.errors import NotConfiguredError
from domain.text import words
from domain.vocabulary import PlaceKind


@dataclass(frozen=True, kw_only=True)
class PlaceWords:
    """The words that say what a name in a text is; all folded.

    `weak` districts and `common` neighbourhoods are names that also mean something else; `never` are words
    that only look like a name with an ending. `between` words follow two districts that are meant alike, and
    what follows a province of `elsewhere` is not in Istanbul. `where` words say no more than names do. `spot`
    words stand after a name and mean a point in it. `shorter` tells how the last word of a long name is
    shortened.
    """

    weak: frozenset[str]
    between: frozenset[str]
    elsewhere: frozenset[str]
    where: frozenset[str]
    common: frozenset[str]
    common_but_at: frozenset[str]
    neighbourhood: tuple[str, ...]
    street: tuple[str, ...]
    landmark: frozenset[str]
    spot: tuple[str, ...]
    direction: frozenset[str]
    never: frozenset[str]
    before_person: frozenset[str]
    after_person: frozenset[str]
    not_street: frozenset[str]
    shorter: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class Places:
    """Every place the desk knows by name, written as people read it.

    `neighbourhoods` are a district's official ones. `localities` are names citizens use instead, each with
    the neighbourhood it lies in, or None. `aliases` are other ways to write a district. `famous` names the
    district that is meant when several have a neighbourhood of that name and nothing else is said.
    """

    neighbourhoods: Mapping[str, tuple[str, ...]]
    localities: Mapping[str, Mapping[str, str | None]]
    aliases: Mapping[str, tuple[str, ...]]
    famous: Mapping[str, str]
    words: PlaceWords
    landmarks: tuple[Landmark, ...]
    kind_words: Mapping[PlaceKind, tuple[str, ...]]
    road_numbers: tuple[tuple[str, str], ...]
    outlines: tuple[Outline, ...]


def load_places(folder: Path = FOLDER) -> Places:
    """The places of a folder's files. Raises NotConfiguredError, naming the fault."""
    names, extra = _read(folder / "places.toml"), _read(folder / "place_words.toml")
    roads, sights = _read(folder / "roads.toml"), _read(folder / "landmarks.toml")
    try:
        places = Places(
            neighbourhoods={d: tuple(n) for d, n in names["neighbourhoods"].items()},
            localities={d: dict(map(split_entry, n)) for d, n in extra["localities"].items()},
            aliases={d: tuple(n) for d, n in extra["aliases"].items()},
            famous=dict(extra["famous"]),
            words=_place_words(extra["words"], extra["shorter"]),
            landmarks=(*read_landmarks(sights), *read_roads(roads)),
            kind_words=read_kind_words(roads),
            road_numbers=read_road_numbers(roads),
            outlines=load_outlines(folder),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise NotConfiguredError(f"one of the files about places lacks {error}") from error
    _check(places)
    return places


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise NotConfiguredError(f"{path.name} cannot be read: {error}") from error


def _place_words(entry: Mapping[str, Sequence[str]], shorter: Mapping[str, Sequence[str]]) -> PlaceWords:
    folded = {key: tuple(" ".join(words(name)) for name in names) for key, names in entry.items()}
    return PlaceWords(
        weak=frozenset(folded["weak"]),
        between=frozenset(folded["between"]),
        elsewhere=frozenset(folded["elsewhere"]),
        where=frozenset(folded["where"]),
        common=frozenset(folded["common"]),
        common_but_at=frozenset(folded["common_but_at"]),
        neighbourhood=folded["neighbourhood"],
        street=folded["street"],
        landmark=frozenset(folded["landmark"]),
        spot=folded["spot"],
        direction=frozenset(folded["direction"]),
        never=frozenset(folded["never"]),
        before_person=frozenset(folded["before_person"]),
        after_person=frozenset(folded["after_person"]),
        not_street=frozenset(folded["not_street"]),
        shorter={long: tuple(short) for long, short in shorter.items()},
    )


def _check(places: Places) -> None:
    for district in (*places.localities, *places.aliases, *places.famous.values()):
        if district not in places.neighbourhoods:
            raise NotConfiguredError(f"place_words.toml names {district!r}, which places.toml does not have")
    named = [(d, *each) for d, names in places.localities.items() for each in names.items()]
    named += [(d, mark.name, n) for mark in places.landmarks for d, n in mark.spots]
    for district, name, neighbourhood in named:
        if neighbourhood not in (None, *places.neighbourhoods.get(district, ())):
            raise NotConfiguredError(f"{name!r} is put in the unknown {neighbourhood!r}, {district}")
        if district not in places.neighbourhoods:
            raise NotConfiguredError(f"{name!r} is put in {district!r}, which places.toml does not have")
