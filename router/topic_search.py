"""Finds topics by what somebody types, letter by letter: pure, for people who know what they look for.

The classifier weighs a citizen's whole text; this ranks names and words of topics by a few typed letters.
"""

from collections.abc import Iterable, Mapping

from domain.decisions import Topic
from domain.text import words

NAME_WEIGHT = 3.0
"""A word of the topic's name counts as much as this; its other words by their own weight."""
_WHOLE, _BEGUN, _INFLECTED = 1.0, 0.8, 0.7
_SHORTEST_STEM = 3
Terms = Mapping[str, float]


class TopicIndex:
    """The folded words of every topic."""

    def __init__(self, topics: Iterable[Topic]) -> None:
        self._terms = {topic.code: _terms(topic) for topic in topics}
        self._names = {topic.code: " ".join(words(topic.name)) for topic in topics}

    def search(self, text: str, most: int) -> list[str]:
        """The codes of the topics that fit best, those that know most of the typed words first; empty for a
        text without words."""
        typed = words(text)[:12]
        ranked = []
        for code, terms in self._terms.items():
            fits = [fit for word in typed if (fit := _fit(word, terms))]
            if fits:
                ranked.append((-len(fits), -sum(fits), self._names[code], code))
        return [code for *_, code in sorted(ranked)[:most]]


def _terms(topic: Topic) -> Terms:
    terms: dict[str, float] = {}
    weighted = [(topic.name, NAME_WEIGHT), *topic.words.items()]
    for phrase, weight in weighted:
        for word in words(phrase):
            terms[word] = max(weight, terms.get(word, 0.0))
    return terms


def _fit(typed: str, terms: Terms) -> float:
    return max((_likeness(typed, term) * weight for term, weight in terms.items()), default=0.0)


def _likeness(typed: str, term: str) -> float:
    if typed == term:
        return _WHOLE
    if term.startswith(typed):
        return _BEGUN
    # The words of topics are stems: "konteyner" is found by "konteynerler".
    return _INFLECTED if len(term) >= _SHORTEST_STEM and typed.startswith(term) else 0.0
