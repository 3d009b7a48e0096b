"""Weighs the words of topics.

A topic's score adds up, for each of its words found in a text: the word's weight, less the more topics share
it, more the more words the phrase has, less the farther apart they stand. The confidence in the best topic is

    (1 - exp(-score / EVIDENCE)) * (FLOOR + (1 - FLOOR) * lead)        lead = 1 - rival / score

It grows with the evidence and with the lead over the next topic, and stays within 0 and 1. A rival that the
same unit solves counts half: the case arrives in the right place either way.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from domain.decisions import Topic
from router.contracts import REVIEW_BELOW
from router.lexicon import Match
from router.tokens import normal

EVIDENCE = 1.5
FLOOR = 0.3
_SAME_UNIT = 0.5
_PER_WORD = 0.4
_MOST_REASONS = 5


@dataclass(frozen=True, slots=True)
class Ranked:
    """A topic with its score and the confidence that it is the right one, between 0 and 1.

    `sure` says that this is enough to act on without a person.
    """

    topic: Topic
    score: float
    confidence: float
    sure: bool = False


class TopicWords:
    """The words of all topics with what each is worth. Built once."""

    def __init__(self, topics: Iterable[Topic]) -> None:
        self._topics = {topic.code: topic for topic in topics}
        words = [(t, normal(word), weight) for t in self._topics.values() for word, weight in t.words.items()]
        shared = Counter(word for _, word, _ in words)
        self._effects: defaultdict[str, list[tuple[Topic, float]]] = defaultdict(list)
        for topic, word, weight in words:
            self._effects[word].append((topic, weight * _phrase_factor(word) / math.sqrt(shared[word])))

    def phrases(self) -> Iterable[str]:
        """Every word and phrase of every topic."""
        return self._effects.keys()

    def rank(self, found: Mapping[str, Match], most: int) -> list[Ranked]:
        """At most so many of the topics that found phrases speak for, best first; equals in a fixed order."""
        ranked = sorted(self.scores(found).items(), key=lambda item: (-item[1], item[0]))
        sure = [self._confidence(ranked), *(_doubtful(score, ranked) for _, score in ranked[1:most])]
        return [
            Ranked(self._topics[code], score, sure[place], sure[place] >= REVIEW_BELOW)
            for place, (code, score) in enumerate(ranked[:most])
        ]

    def scores(self, found: Mapping[str, Match]) -> dict[str, float]:
        """The score of each topic that found phrases speak for, by its code."""
        scores: defaultdict[str, float] = defaultdict(float)
        for phrase, match in found.items():
            for topic, worth in self._effects.get(phrase, ()):
                scores[topic.code] += worth * match.nearness
        return scores

    def reasons(self, topic: Topic, found: Mapping[str, Match]) -> list[str]:
        """The found phrases that speak for a topic, the weightiest first."""
        worth = {
            phrase: value * match.nearness
            for phrase, match in found.items()
            for other, value in self._effects.get(phrase, ())
            if other is topic
        }
        return sorted(worth, key=lambda phrase: (-worth[phrase], phrase))[:_MOST_REASONS]

    def _confidence(self, ranked: Sequence[tuple[str, float]]) -> float:
        if not ranked:
            return 0.0
        unit = self._topics[ranked[0][0]].unit
        same = [self._topics[code].unit == unit for code, _ in ranked]
        rivals = [score * (_SAME_UNIT if same[at] else 1.0) for at, (_, score) in enumerate(ranked) if at]
        return confidence(ranked[0][1], max(rivals, default=0.0))


def confidence(score: float, rival: float) -> float:
    """How sure a score makes us, given the best rival's: see the module's formula."""
    if score <= 0:
        return 0.0
    lead = 1 - min(rival / score, 1.0)
    return (1 - math.exp(-score / EVIDENCE)) * (FLOOR + (1 - FLOOR) * lead)


def _doubtful(score: float, ranked: Sequence[tuple[str, float]]) -> float:
    return confidence(score, score) * score / ranked[0][1]


def _phrase_factor(phrase: str) -> float:
    return 1 + _PER_WORD * phrase.count(" ")
