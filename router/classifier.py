"""The deterministic classifier: weighs the words of every topic, and can always say why."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from config.cues import Cues
from domain.decisions import Alternative, Classification, Question, Topic
from domain.vocabulary import Priority
from router.contracts import REVIEW_BELOW
from router.lexicon import Lexicon, Match
from router.places import PlaceFinder
from router.scoring import Ranked, TopicWords
from router.signals import Dangers, Signals
from router.tokens import tokens as words_of

HINT_CONFIDENCE = 0.95
"""A person chose the topic on a form."""
DANGER_CONFIDENCE = 0.9
"""A phrase that means danger to life stands in the text, whatever else it says."""
LONGEST_TEXT = 20_000
"""Characters that are read: what a message is about stands on its first pages."""
MOST_ALTERNATIVES = 3
_MOST_RANKED = 8
"""More than are told: some may be struck out."""


class KeywordClassifier:
    """Implements `router.contracts.Classifier` from topics, cues and places, without learning anything."""

    def __init__(self, topics: Mapping[str, Topic], cues: Cues, places: PlaceFinder) -> None:
        self._topics = topics
        self._places = places
        self._words = TopicWords(topics.values())
        self._signals = Signals(cues)
        phrases = [*self._words.phrases(), *self._signals.phrases()]
        self._lexicon = Lexicon(phrases, readings=cues.readings)
        self.version = f"keywords-1.{_digest(phrases)}"

    def classify(self, questions: Sequence[Question]) -> list[Classification]:
        """One classification per question, in order. Never raises for a text, whatever it holds."""
        return [self._one(question) for question in questions]

    def _one(self, question: Question) -> Classification:
        text = "\n".join(filter(None, (question.subject, question.text)))[:LONGEST_TEXT]
        tokens = words_of(text)
        matches = self._lexicon.matches(tokens)
        found = _nearest(matches)
        dangers = self._signals.dangers(matches, tokens)
        ranked = self._decide(self._words.rank(found, _MOST_RANKED), dangers, question.topic_hint)
        best = ranked[0] if ranked else None
        degree, discreet = self._signals.confidentiality(found) or (None, "")
        return Classification(
            kind=self._signals.kind(found, best.topic.kinds if best else (), danger=bool(dangers.phrases)),
            topic=best.topic.code if best else None,
            confidence=best.confidence if best else 0.0,
            place=self._places.find(text, known=question.place),
            alternatives=tuple(
                Alternative(topic=other.topic.code, confidence=other.confidence)
                for other in ranked[1 : 1 + MOST_ALTERNATIVES]
            ),
            reasons=self._reasons(best, found, (*dangers.phrases, discreet)),
            life_safety=bool(dangers.phrases) or _surely_dangerous(best),
            confidentiality=degree,
        )

    def _decide(self, ranked: list[Ranked], dangers: Dangers, hint: str | None) -> list[Ranked]:
        """The ranking after what outweighs words: a danger to life, then the topic a person chose."""
        if dangers.denied:
            ranked = [other for other in ranked if other.topic.priority is not Priority.LIFE_SAFETY]
        if dangers.topic:
            named = ranked and ranked[0].topic.priority is Priority.LIFE_SAFETY
            return self._preferred(
                ranked, ranked[0].topic.code if named else dangers.topic, DANGER_CONFIDENCE
            )
        return self._preferred(ranked, hint, HINT_CONFIDENCE) if hint else ranked

    def _preferred(self, ranked: list[Ranked], code: str, confidence: float) -> list[Ranked]:
        topic = self._topics.get(code)
        if topic is None:
            return ranked
        score = next((other.score for other in ranked if other.topic is topic), 0.0)
        sure = max(confidence, *(o.confidence for o in ranked if o.topic is topic), 0.0)
        return [Ranked(topic, score, sure), *(other for other in ranked if other.topic is not topic)]

    def _reasons(
        self, best: Ranked | None, found: Mapping[str, Match], signs: Iterable[str]
    ) -> tuple[str, ...]:
        words = self._words.reasons(best.topic, found) if best else []
        return tuple(dict.fromkeys((*words, *filter(None, signs))))


def _surely_dangerous(best: Ranked | None) -> bool:
    return (
        best is not None and best.topic.priority is Priority.LIFE_SAFETY and best.confidence >= REVIEW_BELOW
    )


def _nearest(matches: Iterable[Match]) -> dict[str, Match]:
    found: dict[str, Match] = {}
    for match in matches:
        known = found.get(match.phrase)
        if known is None or known.nearness < match.nearness:
            found[match.phrase] = match
    return found


def _digest(phrases: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(phrases).encode()).hexdigest()[:8]
