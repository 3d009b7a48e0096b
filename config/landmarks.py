"""Places known by a name of their own: landmarks of every district, and the roads everybody knows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.vocabulary import PlaceKind

_KINDS = {
    "squares": PlaceKind.SQUARE,
    "parks": PlaceKind.CITY_PARK,
    "coast": PlaceKind.COAST,
    "sights": None,
}


@dataclass(frozen=True, kw_only=True)
class Landmark:
    """A name that says where something is: the (district, neighbourhood) it lies in, or may lie in, and what
    kind of place it is. A bridge or a motorway has no spot."""

    name: str
    spots: tuple[tuple[str, str | None], ...] = ()
    kind: PlaceKind | None = None


def read_landmarks(districts: Mapping[str, Mapping[str, Sequence[str]]]) -> Iterator[Landmark]:
    """The landmarks of landmarks.toml. Raises KeyError for a kind it does not know."""
    for district, kinds in districts.items():
        for kind, entries in kinds.items():
            for entry in entries:
                name, neighbourhood = split_entry(entry)
                yield Landmark(name=name, spots=((district, neighbourhood),), kind=_KINDS[kind])


def read_roads(roads: Mapping[str, Any]) -> Iterator[Landmark]:
    """The named roads of roads.toml. Raises KeyError for a table that is missing."""
    for name in roads["highways"]["names"]:
        yield Landmark(name=name, kind=PlaceKind.HIGHWAY)
    for name, districts in roads["arteries"].items():
        spots = tuple((district, None) for district in districts)
        yield Landmark(name=name, spots=spots, kind=PlaceKind.ARTERY)


def read_kind_words(roads: Mapping[str, Any]) -> dict[PlaceKind, tuple[str, ...]]:
    """The words of roads.toml for each kind of place. Raises KeyError or ValueError, naming what is wrong."""
    return {PlaceKind(kind): tuple(words) for kind, words in roads["words"].items()}


def read_road_numbers(roads: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The letter and the number of each road that is known by one, such as ("E", "5")."""
    pairs = (number.partition("-") for number in roads["highways"]["numbers"])
    return tuple((letter, number) for letter, _, number in pairs)


def split_entry(entry: str) -> tuple[str, str | None]:
    """What `name` or `name/neighbourhood` says."""
    name, _, neighbourhood = entry.partition("/")
    return name, neighbourhood or None
