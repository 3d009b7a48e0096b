"""Finds the name that a word misses by one letter: left out, too many, another, or two changed about."""

from collections import defaultdict
from collections.abc import Iterable

SHORTEST = 7
"""A shorter word has too many neighbours that are words of their own."""
_END = 3
"""Letters at either end of a name of SHORTEST, of which one edit can reach only one."""


class Misspellings:
    """Built once, from names of SHORTEST letters or more: a name is found under itself less one letter, as
    every word one edit away is."""

    def __init__(self, names: Iterable[str]) -> None:
        found: defaultdict[str, set[str]] = defaultdict(set)
        heads, tails = set[str](), set[str]()
        for name in names:
            heads.add(name[:_END])
            tails.add(name[0] + name[-_END:])
            for short in (name, *_shortened(name)):
                found[short].add(name)
        self._names = dict(found)
        self._heads, self._tails = heads, tails

    def nearest(self, word: str) -> str | None:
        """The one name that is one edit away and begins alike; None when there is none or more than one."""
        if len(word) < SHORTEST - 1 or not self._may_be_one(word):
            return None
        near = {
            name
            for short in self._names.keys() & {word, *_shortened(word)}
            for name in self._names[short]
            if name[0] == word[0] and _one_edit(word, name)
        }
        return near.pop() if len(near) == 1 else None

    def _may_be_one(self, word: str) -> bool:
        """One edit leaves a name's beginning or its end as it is: most words have neither."""
        return word[:_END] in self._heads or word[0] + word[-_END:] in self._tails


def _shortened(word: str) -> list[str]:
    return [word[:i] + word[i + 1 :] for i in range(1, len(word))]


def _one_edit(one: str, other: str) -> bool:
    if len(one) != len(other):
        return abs(len(one) - len(other)) == 1
    wrong = [i for i, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(wrong) == 2 and wrong[1] == wrong[0] + 1:
        first, second = wrong
        return one[first] == other[second] and one[second] == other[first]
    return len(wrong) <= 1
