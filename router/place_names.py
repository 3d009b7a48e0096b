"""Every name and spelling that places go by, folded, from the data."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from functools import lru_cache

from config.landmarks import Landmark
from config.places import Places
from domain.text import turkish_lower, words
from domain.vocabulary import PlaceKind

Spot = tuple[str, str | None]
"""A district, and the neighbourhood in it where that is known."""
_SPLIT_ENDINGS = ("pasa", "koy")
_NEW = "yeni"
_LETTERS = re.compile("[a-z0-9çğıöşüâîû]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Name:
    """A name that places go by: `district` if it names one, `spots` the (district, neighbourhood) it may be.

    A `common` name means something else as often, unless it is `placed` and something is told to be in it; a
    `weak` one is a district's that does. `famous` is the district that is meant when nothing else is said.
    `kind` is known for landmarks and roads. `letters` are its spellings in Turkish lower case, without gaps.
    """

    key: str
    letters: tuple[str, ...]
    district: str | None
    spots: tuple[Spot, ...]
    common: bool
    placed: bool
    weak: bool
    famous: str | None
    kind: PlaceKind | None


def names_of(places: Places) -> dict[str, Name]:
    """Every name by its folded spelling."""
    districts = {key: d for d in places.neighbourhoods for key in _spellings(d)}
    districts |= {key: d for d, names in places.aliases.items() for n in names for key in _spellings(n)}
    famous = {key: d for name, d in places.famous.items() for key in _spellings(name)}
    marks = {key: mark for mark in places.landmarks for key in _mark_spellings(mark, places.words.shorter)}
    spots: defaultdict[str, list[Spot]] = defaultdict(list)
    for key, spot in _spots(places):
        if spot not in spots[key]:
            spots[key].append(spot)
    letters: defaultdict[str, set[str]] = defaultdict(set)
    for key, name in _written(places):
        letters[key].add("".join(_LETTERS.findall(turkish_lower(name))))
    for key, mark in marks.items():
        spots[key] = list(mark.spots) or spots[key]
    return {
        key: Name(
            key=key,
            letters=tuple(sorted(letters[key])),
            district=districts.get(key),
            spots=tuple(spots.get(key, ())),
            common=key in places.words.common,
            placed=key in places.words.common_but_at,
            weak=key in places.words.weak,
            famous=famous.get(key),
            kind=marks[key].kind if key in marks else None,
        )
        for key in districts.keys() | spots.keys()
    }


def _written(places: Places) -> Iterator[tuple[str, str]]:
    """Every folded spelling with the name it stands for, as people write that."""
    for name in (*places.neighbourhoods, *(n for names in places.aliases.values() for n in names)):
        yield from ((key, name) for key in _spellings(name))
    for names in (*places.neighbourhoods.values(), *places.localities.values()):
        yield from ((key, name) for name in names for key in (*_spellings(name), *_with_word(name)))
    for mark in places.landmarks:
        yield from ((key, mark.name) for key in _mark_spellings(mark, places.words.shorter))


def _spots(places: Places) -> Iterator[tuple[str, Spot]]:
    for district, names in places.neighbourhoods.items():
        for name in names:
            for key in (*_spellings(name), *_with_word(name)):
                yield key, (district, name)
    for district, localities in places.localities.items():
        for name, neighbourhood in localities.items():
            for key in _spellings(name):
                yield key, (district, neighbourhood)


@lru_cache(maxsize=4_096)
def _spellings(name: str) -> Set[str]:
    parts = words(name)
    spellings = {" ".join(parts), "".join(parts)}
    for ending in _SPLIT_ENDINGS:
        head = parts[-1].removesuffix(ending)
        if len(head) > 4 and head != parts[-1]:
            spellings.add(" ".join((*parts[:-1], head, ending)))
    return frozenset(key for key in spellings if not key.isdecimal() and len(key) > 2 and key != _NEW)


def _mark_spellings(mark: Landmark, shorter: Mapping[str, tuple[str, ...]]) -> Set[str]:
    *head, last = words(mark.name)
    others = (" ".join((*head, short)) for short in shorter.get(last, ())) if head else ()
    return {*_spellings(mark.name), *others}


def _with_word(name: str) -> tuple[str, ...]:
    """`Yeni`, `Yeni Mahalle` and `Yenimahalle` are written in every way; `yeni` alone is no name."""
    if "".join(words(name)).removesuffix("mahalle") != _NEW:
        return ()
    return tuple(f"{_NEW}{word}" for word in (" mahallesi", " mahalle", " mah", "mahalle"))
