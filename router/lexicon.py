"""Finds many words and phrases in a text in one pass, by a look-up per word."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import NamedTuple

from router.stems import beginnings, is_form, uses_turkish_letters
from router.tokens import folded, normal

_CACHE_LIMIT = 50_000
_LONGEST_TOKEN = 40
_NEARNESS = (1.0, 0.85, 0.7)
"""What a phrase weighs when none, one or two other words stand between two of its words."""

_SPOKEN = re.compile("(?<=[^aeıioöuü])([ıiuü]yo)(?=(?:lar|m|z|sun|sunuz|du|dur|mus|muş)?$)")
"""`yanıyo`, `kokuyolar`: what is spoken without its r is typed so, too."""

_Rests = Sequence[tuple[str, tuple[int, ...]]]
"""Phrases, each with those of its stems that are still to be found."""


class Match(NamedTuple):
    """A phrase found from word `start` to word `end` (exclusive); `nearness` is 1 in one piece."""

    phrase: str
    start: int
    end: int
    nearness: float


@dataclass(frozen=True, slots=True)
class _Word:
    """What a word of a text stands for: whole phrases, stems, and by second stem the phrases it may begin."""

    phrases: tuple[str, ...]
    stems: frozenset[int]
    begins: Mapping[int, _Rests]
    lacks: Callable[[Set[int]], bool]
    """Whether none of some stems is a second one in `begins`: asked so often that it is kept bound."""


_NOTHING = _Word((), frozenset(), {}, frozenset[int]().isdisjoint)
"""Most words: no phrase has them."""
_Stems = Sequence[Set[int]]
"""The stems that each word of a text may be a form of."""
_NOBODYS: _Stems = [frozenset[int]()] * len(_NEARNESS)
"""Behind the last word of a text."""


class Lexicon:
    """Built once from phrases. Each word of a phrase is a stem; a text is searched for all of them, in order.

    `readings` says how to understand words that are often typed without their Turkish letters.
    """

    def __init__(self, phrases: Iterable[str], *, readings: Mapping[str, str]) -> None:
        self._readings = readings
        self._stems: dict[str, int] = {}
        self._by_beginning: defaultdict[str, list[str]] = defaultdict(list)
        self._longest = 0
        self._words: dict[frozenset[int], _Word] = {frozenset(): _NOTHING}
        self._whole: dict[int, str] = {}
        self._begins: defaultdict[int, list[tuple[str, tuple[int, ...]]]] = defaultdict(list)
        self._known: tuple[dict[str, _Word], dict[str, _Word]] = ({}, {})
        for phrase in dict.fromkeys(map(normal, phrases)):
            self._add(phrase, tuple(map(self._stem_id, phrase.split())))

    def matches(self, tokens: Sequence[str]) -> list[Match]:
        """Every phrase among the words of a text, at each place where one starts."""
        known = self._known[uses_turkish_letters(" ".join(tokens))]
        # The caches are shared by threads and may be emptied between two steps.
        met = list(map(known.get, tokens))
        words = [word or self._learn(token, known) for word, token in zip(met, tokens, strict=True)]
        stems: list[Set[int]] = [word.stems for word in words]
        stems += _NOBODYS
        found: list[Match] = []
        for start, word in enumerate(words):
            if word is _NOTHING:
                continue
            if word.phrases:
                found += [Match(phrase, start, start + 1, 1.0) for phrase in word.phrases]
            if not word.begins:
                continue
            lacks = word.lacks
            if not (lacks(stems[start + 1]) and lacks(stems[start + 2]) and lacks(stems[start + 3])):
                _find_from(stems, start, word.begins, found)
        return found

    def _learn(self, token: str, known: dict[str, _Word]) -> _Word:
        if len(token) > _LONGEST_TOKEN:
            return _NOTHING
        if len(known) > _CACHE_LIMIT:
            known.clear()
        read = self._readings.get(token) or _written_out(token)
        key, strict = folded(read), known is self._known[True]
        sizes = range(1, min(len(key), self._longest) + 1)
        candidates = {stem for size in sizes for stem in self._by_beginning.get(key[:size], ())}
        stems = frozenset(self._stems[stem] for stem in candidates if is_form(read, stem, strict=strict))
        if stems not in self._words:
            self._words[stems] = self._word(stems)
        known[token] = self._words[stems]
        return self._words[stems]

    def _word(self, stems: frozenset[int]) -> _Word:
        begins: defaultdict[int, list[tuple[str, tuple[int, ...]]]] = defaultdict(list)
        for stem in sorted(stems):
            for phrase, rest in self._begins.get(stem, ()):
                begins[rest[0]].append((phrase, rest[1:]))
        return _Word(
            phrases=tuple(self._whole[stem] for stem in sorted(stems) if stem in self._whole),
            stems=stems,
            begins=dict(begins),
            lacks=frozenset(begins).isdisjoint,
        )

    def _stem_id(self, stem: str) -> int:
        if stem not in self._stems:
            self._stems[stem] = len(self._stems)
            for beginning in beginnings(stem):
                self._by_beginning[beginning].append(stem)
                self._longest = max(self._longest, len(beginning))
        return self._stems[stem]

    def _add(self, phrase: str, stems: tuple[int, ...]) -> None:
        if len(stems) == 1:
            self._whole[stems[0]] = phrase
        elif stems:
            self._begins[stems[0]].append((phrase, stems[1:]))


def _find_from(stems: _Stems, start: int, begins: Mapping[int, _Rests], found: list[Match]) -> None:
    """Add the phrases that begin at a word."""
    seconds = begins.keys()
    for position, nearness in enumerate(_NEARNESS, start + 1):
        for stem in sorted(seconds & stems[position]):
            for phrase, rest in begins[stem]:
                end, further = _rest_ends(rest, stems, position) if rest else (position + 1, 1.0)
                if end:
                    found.append(Match(phrase, start, end, nearness * further))


def _written_out(token: str) -> str:
    return _SPOKEN.sub(r"\1r", token) if "yo" in token else token  # most words need no pattern


def _rest_ends(rest: Sequence[int], stems: _Stems, at: int) -> tuple[int, float]:
    """Where a phrase ends whose next stems must follow a word, and how near; (0, 0) if they do not."""
    total = 1.0
    for stem in rest:
        for position, nearness in enumerate(_NEARNESS, at + 1):
            if position < len(stems) and stem in stems[position]:
                at, total = position, total * nearness
                break
        else:
            return 0, 0.0
    return at + 1, total
