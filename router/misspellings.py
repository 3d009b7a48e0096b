"""Finds the name that a word misses by one letter: left out, too many, another, or two changed about."""

from collections import defaultdict
from collections.abc import Iterable

SHORTEST = 7
"""A shorter word has too many neighbours that are words of their own."""


class Misspellings:
    """Built once: a name is found under itself less one letter, as every word one edit away is."""

    def __init__(self, names: Iterable[str]) -> None:
        found: defaultdict[str, set[str]] = defaultdict(set)
        for name in names:
            for short in (name, *_shortened(name)):
                found[short].add(name)
        self._names = dict(found)

    def nearest(self, word: str) -> str | None:
        """The one name that is one edit away and begins alike; None when there is none or more than one."""
        if len(word) < SHORTEST - 1:
            return None
        near = {
            name
            for short in self._names.keys() & {word, *_shortened(word)}
            for name in self._names[short]
            if name[0] == word[0] and _one_edit(word, name)
        }
        return near.pop() if len(near) == 1 else None


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
