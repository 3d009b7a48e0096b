"""What kind of place a text speaks of: a motorway, a main artery, a square, a park, the coast, a street."""

import re
from collections.abc import Iterable, Mapping, Sequence

from domain.vocabulary import PlaceKind
from router.gazetteer import ENDINGS, Ending
from router.mentions import Mention

_RANK = {
    kind: rank
    for rank, kind in enumerate(
        (
            PlaceKind.HIGHWAY,
            PlaceKind.ARTERY,
            PlaceKind.CITY_PARK,
            PlaceKind.SQUARE,
            PlaceKind.COAST,
            PlaceKind.PARK,
            PlaceKind.STREET,
        )
    )
}
"""Which is told where a text names several alike."""
_Hit = tuple[PlaceKind, Ending]


class KindFinder:
    """Built once from the words for kinds of places and the roads that are known by a number."""

    def __init__(
        self, words: Mapping[PlaceKind, Iterable[str]], road_numbers: Iterable[tuple[str, str]]
    ) -> None:
        self._hits = {key: hit for kind, entries in words.items() for key, hit in _entries(kind, entries)}
        self._heads = {key.split()[0] for key in self._hits if " " in key}
        self._starts = self._heads | self._hits.keys()
        pairs = tuple(road_numbers)
        joined = {f"{letter}{digits}".lower() for letter, digits in pairs}
        self._signs = {digits for _, digits in pairs} | {j + e for j in joined for e in ("", *ENDINGS)}
        roads = "|".join(f"{letter}[- .]?{digits}" for letter, digits in pairs)
        self._numbered = re.compile(rf"(?<![\w'’`])(?:{roads})(?!\d)", re.IGNORECASE)

    def find(self, text: str, tokens: Sequence[str], mentions: Iterable[Mention]) -> PlaceKind | None:
        """The kind of place that something is told to be at, else the first by rank; None when none is named.

        A known name says more than a word: `Kadıköy'e 5 dakika` is no road, so numbers are looked for in the
        text as it is written.
        """
        hits = [(m.kind, m.ending) for m in mentions if m.kind]
        if not self._starts.isdisjoint(tokens):
            hits += self._worded(tokens)
        if not self._signs.isdisjoint(tokens) and self._numbered.search(text):
            hits.append((PlaceKind.HIGHWAY, Ending.AT))
        return min(hits, key=_order)[0] if hits else None

    def _worded(self, tokens: Sequence[str]) -> Iterable[_Hit]:
        for index, token in enumerate(tokens):
            if token not in self._starts:
                continue
            after = tokens[index + 1] if index + 1 < len(tokens) else ""
            hit = self._hits.get(f"{token} {after}") if token in self._heads else None
            hit = hit or self._hits.get(token)
            if hit:
                yield hit[0], ENDINGS.get(after, hit[1]) if hit[1] is Ending.BARE else hit[1]


def _order(hit: _Hit) -> tuple[bool, int]:
    kind, ending = hit
    return ending is not Ending.AT, _RANK[kind]


def _entries(kind: PlaceKind, entries: Iterable[str]) -> Iterable[tuple[str, _Hit]]:
    for entry in entries:
        word = entry.removesuffix("*")
        yield word, (kind, _told(word))
        if word != entry:
            yield from ((word + suffix, (kind, ending)) for suffix, ending in ENDINGS.items())


def _told(word: str) -> Ending:
    """What the ending of a word says that is listed with it, such as `parkta`."""
    return Ending.AT if word.endswith(("da", "daki", "ta", "taki")) else Ending.BARE
