"""Finds the names of places among folded words, whatever Turkish ending they carry."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from config.places import Places
from domain.text import words

_CACHE_LIMIT = 100_000
_SPLIT_ENDINGS = ("pasa", "koy")
_NEW = "yeni"


class Ending(Enum):
    """What a name's ending says: that something is there, that somebody comes or goes, or neither."""

    BARE = "bare"
    AT = "at"
    MOVING = "moving"
    OTHER = "other"


def _endings() -> dict[str, Ending]:
    at = "da de ta te nda nde daki deki taki teki ndaki ndeki dayim deyim dayiz deyiz dadir dedir"
    moving = "a e ya ye na ne dan den tan ten ndan nden"
    other = "i u yi yu ni nu in un nin nun li lu liler lular liyim luyum liyiz luyuz la le yla yle"
    pairs = ((at, Ending.AT), (moving, Ending.MOVING), (other, Ending.OTHER))
    return {suffix: ending for listed, ending in pairs for suffix in listed.split()}


ENDINGS: Mapping[str, Ending] = _endings()
"""Folded case endings, with what they say."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Name:
    """A name that places go by: `district` if it names one, `spots` the (district, neighbourhood) it may be.

    A `common` name means something else as often; a `weak` one is a district's that does.
    """

    key: str
    district: str | None
    spots: tuple[tuple[str, str | None], ...]
    common: bool
    weak: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A name at words `start` to `end` (exclusive), with what its ending says."""

    name: Name
    start: int
    end: int
    ending: Ending


class Gazetteer:
    """An index of every name and spelling, looked up word by word."""

    def __init__(self, places: Places) -> None:
        self._names = _names(places)
        self._lengths: dict[str, tuple[int, ...]] = _lengths(self._names)
        self._single: dict[str, tuple[Name, Ending] | None] = {}

    def get(self, key: str) -> Name | None:
        """The name with this folded spelling, or None."""
        return self._names.get(key)

    def find(self, tokens: Sequence[str]) -> list[Found]:
        """The names among folded words, the longest at each position, in order."""
        found: list[Found] = []
        end = 0
        for start, token in enumerate(tokens):
            if start < end or (token not in self._lengths and self._one(token) is None):
                continue
            match = self._at(tokens, start)
            if match:
                found.append(match)
                end = match.end
        return found

    def _at(self, tokens: Sequence[str], start: int) -> Found | None:
        for length in self._lengths.get(tokens[start], ()):
            if start + length > len(tokens):
                continue
            head = " ".join((*tokens[start : start + length - 1], ""))
            for stem, ending in _stems(tokens[start + length - 1]):
                name = self._names.get(head + stem)
                if name:
                    return Found(name=name, start=start, end=start + length, ending=ending)
        one = self._one(tokens[start])
        return Found(name=one[0], start=start, end=start + 1, ending=one[1]) if one else None

    def _one(self, token: str) -> tuple[Name, Ending] | None:
        try:
            return self._single[token]
        except KeyError:
            pass
        if len(self._single) > _CACHE_LIMIT:
            self._single.clear()
        matches = ((self._names.get(stem), ending) for stem, ending in _stems(token))
        match = next(((name, ending) for name, ending in matches if name), None)
        self._single[token] = match
        return match


def _stems(token: str) -> Iterator[tuple[str, Ending]]:
    yield token, Ending.BARE
    for cut in range(len(token) - 1, 2, -1):
        ending = ENDINGS.get(token[cut:])
        if ending:
            yield token[:cut], ending


def _lengths(names: Mapping[str, Name]) -> dict[str, tuple[int, ...]]:
    lengths: defaultdict[str, set[int]] = defaultdict(set)
    for key in names:
        parts = key.split()
        if len(parts) > 1:
            lengths[parts[0]].add(len(parts))
    return {head: tuple(sorted(found, reverse=True)) for head, found in lengths.items()}


def _names(places: Places) -> dict[str, Name]:
    districts = {key: d for d in places.neighbourhoods for key in _spellings(d)}
    districts |= {key: d for d, names in places.aliases.items() for n in names for key in _spellings(n)}
    spots: defaultdict[str, list[tuple[str, str | None]]] = defaultdict(list)
    for key, spot in _spots(places):
        if spot not in spots[key]:
            spots[key].append(spot)
    return {
        key: Name(
            key=key,
            district=districts.get(key),
            spots=tuple(spots.get(key, ())),
            common=key in places.words.common,
            weak=key in places.words.weak,
        )
        for key in districts.keys() | spots.keys()
    }


def _spots(places: Places) -> Iterator[tuple[str, tuple[str, str | None]]]:
    for district, names in places.neighbourhoods.items():
        for name in names:
            for key in (*_spellings(name), *_with_word(name)):
                yield key, (district, name)
    for district, localities in places.localities.items():
        for name, neighbourhood in localities.items():
            for key in _spellings(name):
                yield key, (district, neighbourhood)


def _spellings(name: str) -> set[str]:
    parts = words(name)
    spellings = {" ".join(parts), "".join(parts)}
    for ending in _SPLIT_ENDINGS:
        head = parts[-1].removesuffix(ending)
        if len(head) > 4 and head != parts[-1]:
            spellings.add(" ".join((*parts[:-1], head, ending)))
    return {key for key in spellings if not key.isdecimal() and len(key) > 2 and key != _NEW}


def _with_word(name: str) -> tuple[str, ...]:
    """`Yeni`, `Yeni Mahalle` and `Yenimahalle` are written in every way; `yeni` alone is no name."""
    if "".join(words(name)).removesuffix("mahalle") != _NEW:
        return ()
    return tuple(f"{_NEW}{word}" for word in (" mahallesi", " mahalle", " mah", "mahalle"))
