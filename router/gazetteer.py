"""Finds the names of places among folded words, whatever Turkish ending they carry."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from config.places import Places
from router.misspellings import SHORTEST, Misspellings
from router.place_names import Name, names_of

_CACHE_LIMIT = 100_000
_LONG = 9
"""Neighbourhoods of so many letters are looked for by what they miss by one, as districts are."""


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
_LONGEST_ENDING = max(map(len, ENDINGS))
_LAST_LETTERS = frozenset(suffix[-1] for suffix in ENDINGS)


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
        self._names = names_of(places)
        self._misspellings = Misspellings(filter(self._is_safe, self._names))
        self._never = places.words.never
        self._lengths: dict[str, tuple[int, ...]] = _lengths(self._names)
        self._single: dict[str, tuple[Name, Ending] | None] = {}
        self._plain: set[str] = set()  # looked at before, and no names: most words

    def get(self, key: str) -> Name | None:
        """The name with this folded spelling, or None."""
        return self._names.get(key)

    def names_in(self, token: str) -> list[tuple[Name, Ending]]:
        """The names that a folded word may be, each with what the word's ending then says."""
        return [(self._names[stem], ending) for stem, ending in _stems(token) if stem in self._names]

    def find(self, tokens: Sequence[str]) -> list[Found]:
        """The names among folded words, the longest at each position, in order."""
        if self._plain.issuperset(tokens):
            return []
        found: list[Found] = []
        end = 0
        for start, token in enumerate(tokens):
            if token in self._plain or start < end:
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
            self._plain.clear()
        match = self._read(token)
        self._single[token] = match
        if match is None and token not in self._lengths:
            self._plain.add(token)
        return match

    def _read(self, token: str) -> tuple[Name, Ending] | None:
        if token in self._never:
            return None
        stems = _stems(token)
        for stem, ending in stems:
            name = self._names.get(stem)
            if name:
                return name, ending
        for stem, ending in stems:
            near = self._misspellings.nearest(stem)
            if near:
                return self._names[near], ending
        return None

    def _is_safe(self, key: str) -> bool:
        """Whether a word that misses this name by one letter means it nevertheless."""
        name = self._names[key]
        longest = SHORTEST if name.district and not name.weak else _LONG
        return " " not in key and len(key) >= longest and not name.common and name.kind is None


def _stems(token: str) -> list[tuple[str, Ending]]:
    stems = [(token, Ending.BARE)]
    if token[-1:] in _LAST_LETTERS:
        for cut in range(len(token) - 1, max(2, len(token) - 1 - _LONGEST_ENDING), -1):
            ending = ENDINGS.get(token[cut:])
            if ending:
                stems.append((token[:cut], ending))
    return stems


def _lengths(names: Mapping[str, Name]) -> dict[str, tuple[int, ...]]:
    lengths: defaultdict[str, set[int]] = defaultdict(set)
    for key in names:
        parts = key.split()
        if len(parts) > 1:
            lengths[parts[0]].add(len(parts))
    return {head: tuple(sorted(found, reverse=True)) for head, found in lengths.items()}
