"""The learned classifier: trained models beside keywords, and signals that outrank both."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from config.cues import Cues
from domain.decisions import TURKISH, Classification, Question, Topic
from domain.vocabulary import CaseKind, NotACase, Priority
from router.curriculum import CASE, kind_scores, rows
from router.deciding import MOST_RANKED, alternatives, decide
from router.languages import language_of
from router.model import Likely
from router.model_set import Models
from router.places import PlaceFinder
from router.reading import Reader, Reading
from router.scorer import Scorer
from router.scoring import Ranked

_MOST_REASONS = 5
_LEAST_SHARE = 0.15
"""What a word must speak for the topic, measured by the word that says most, to be told as a reason."""
_FAMILIAR = 0.5
"""The share of known words under which a text may be in another language."""
_USUAL = (0.4, 0.3, 0.1)
"""What a topic's usual kinds add to a kind's score, most likely first."""
_AGREED = 0.9
_BY_WORDS = 0.4
"""Confidences of the model and of the keywords from which on their agreement is sure, too: they err apart."""
_DANGER = 0.6
"""The probability of all topics that are a danger to life from which on a text counts as one ..."""
_DANGER_REPORTED = 0.06
"""... or from which on it does if it sounds like a report of danger, too."""
_TAKEN_OVER = 0.25
"""The share of the likeliest topic's probability that all dangers need for one of them to be the topic."""
_LEAD = 0.1
"""How much more a text must sound like a report of danger than like anything else."""
_REPORTING = (CaseKind.DANGER, CaseKind.REQUEST)
"""Who reports a danger mostly asks for somebody to come: that is no reason to think of no danger."""

_SENTENCE = 3
"""Words that may say something, whatever the language."""
_LINK = re.compile(r"\b(?:https?://|www\.)\S+")


class LearnedClassifier:
    """Implements `router.contracts.Classifier`.

    Topics the model does not know, which an operator added, are found by their words alone; topics that are
    gone are never returned.
    """

    def __init__(self, topics: Mapping[str, Topic], cues: Cues, places: PlaceFinder, models: Models) -> None:
        self._topics = topics
        self._places = places
        self._models = models
        self._reader = Reader(topics.values(), cues)
        self._columns = {label: at for at, label in enumerate(models.topics.labels)}
        self._kinds = {label: at for at, label in enumerate(models.kinds.labels)}
        self._scorer = Scorer(models.topics.weights, models.kinds.weights, models.verdicts.weights)
        self._present = np.array([label in topics for label in models.topics.labels])
        self._dangerous = np.array([_is_danger(topics.get(label)) for label in models.topics.labels])
        self._new = {code for code in topics if code not in self._columns}
        self.version = models.version

    def classify(self, questions: Sequence[Question]) -> list[Classification]:
        """One classification per question, in order. Never raises for a text, whatever it holds."""
        readings = [self._reader.question(question) for question in questions]
        found = self._found(readings)
        ranked = [
            self._in_danger(each, decide(self._ranked(each), each.reading.dangers, hint, self._topics))
            for hint, each in zip((question.topic_hint for question in questions), found, strict=True)
        ]
        told = self._words(readings, [some[0].topic if some else None for some in ranked])
        return list(map(self._one, questions, found, ranked, told))

    def _found(self, readings: Sequence[Reading]) -> "list[_Found]":
        models, reader = self._models, self._reader
        sums = self._scorer.sums([reading.tokens for reading in readings])
        topics, kinds, verdicts = sums.scores
        keywords = rows([reader.words.scores(reading.found) for reading in readings], self._columns)
        cues = rows([kind_scores(reader, reading) for reading in readings], self._kinds)
        signs = reader.moods.signs([reading.tokens for reading in readings])
        likely = models.topics.likely(models.topics.with_evidence(topics, keywords)) * self._present
        return list(
            map(
                _Found,
                readings,
                models.topics.best(likely, MOST_RANKED),
                (likely @ self._dangerous).tolist(),
                models.kinds.with_signs(models.kinds.with_evidence(kinds, cues), signs),
                (best for best, *_ in models.verdicts.best(models.verdicts.likely(verdicts), 1)),
                sums.familiar.tolist(),
            )
        )

    def _one(
        self, question: Question, found: "_Found", ranked: Sequence[Ranked], words: Iterable[str]
    ) -> Classification:
        reading, dangers = found.reading, found.reading.dangers
        best = ranked[0] if ranked else None
        in_danger = bool(dangers.phrases) or self._surely_dangerous(found, best)
        language = _language(found)
        degree, discreet = self._reader.signals.confidentiality(reading.found) or (None, "")
        return Classification(
            kind=CaseKind.DANGER if in_danger else self._kind(found, best),
            topic=best.topic.code if best else None,
            confidence=best.confidence if best else 0.0,
            place=self._places.find(reading.text, known=question.place),
            alternatives=alternatives(ranked),
            reasons=tuple(dict.fromkeys((*words, *dangers.phrases, *filter(None, (discreet,))))),
            life_safety=in_danger,
            confidentiality=degree,
            sure=best is not None and best.sure,
            not_a_case=None if in_danger else _not_a_case(found, language),
            language=language,
        )

    def _ranked(self, found: "_Found") -> list[Ranked]:
        """The likeliest topics, best first; none where no word says anything."""
        if not found.says_something:
            return []
        ranked = [
            Ranked(self._topics[label], probability, probability, sure)
            for label, probability, sure in found.topics
            if label in self._topics
        ]
        if ranked and not ranked[0].sure and self._agreed(ranked[0], found.reading):
            ranked[0] = replace(ranked[0], sure=True)
        if ranked and ranked[0].sure and self._places.tells_only_where(found.reading.text):
            ranked[0] = replace(ranked[0], sure=False)
        if self._new:
            return self._with_new(ranked, found.reading)
        return ranked

    def _with_new(self, ranked: list[Ranked], reading: Reading) -> list[Ranked]:
        """The ranking with topics the model cannot know: the surest first, if its words say so surely."""
        by_words = self._reader.words.rank(reading.found, MOST_RANKED)
        everything = [*ranked, *(other for other in by_words if other.topic.code in self._new)]
        everything.sort(key=lambda other: -other.confidence)
        first = by_words[0] if by_words else None
        if first is None or not first.sure or first.topic.code not in self._new:
            return everything
        leading = replace(first, confidence=max(first.confidence, everything[0].confidence))
        return [leading, *(other for other in everything if other is not first)]

    def _agreed(self, best: Ranked, reading: Reading) -> bool:
        """Whether keywords alone would have come to the same topic."""
        if best.confidence < _AGREED:
            return False
        by_words = self._reader.words.rank(reading.found, 2)
        return bool(by_words) and by_words[0].topic is best.topic and by_words[0].confidence >= _BY_WORDS

    def _in_danger(self, found: "_Found", ranked: list[Ranked]) -> list[Ranked]:
        """The ranking of what is taken for a danger without a phrase of one: the likeliest danger comes
        before what nobody is sure of. Smoke on a balcony is the fire brigade's, however like a chimney's."""
        best = ranked[0] if ranked else None
        danger = next((other for other in ranked if _is_danger(other.topic)), None)
        if best is None or best.sure or danger is None or danger is best:
            return ranked
        if found.danger < best.confidence * _TAKEN_OVER or not self._surely_dangerous(found, best):
            return ranked
        first = replace(danger, confidence=best.confidence)
        return [first, *(other for other in ranked if other is not danger)]

    def _surely_dangerous(self, found: "_Found", best: Ranked | None) -> bool:
        """Whether a text without a phrase of danger is taken for one all the same."""
        dangers = found.reading.dangers
        if best is None or dangers.denied:
            return False
        if _is_danger(best.topic) and best.sure and not dangers.calm:
            return True
        others = [found.kinds[at] for kind, at in self._kinds.items() if kind not in _REPORTING]
        reported = found.kinds[self._kinds[CaseKind.DANGER]] > max(others) + _LEAD
        if dangers.calm:
            return reported and found.danger >= _DANGER
        return found.danger >= (_DANGER_REPORTED if reported else _DANGER)

    def _kind(self, found: "_Found", best: Ranked | None) -> CaseKind:
        """What is wanted where no life is in danger; what is usual for the topic counts."""
        weighed = found.kinds.copy()
        for kind, weight in zip(best.topic.kinds if best else (), _USUAL, strict=False):
            weighed[self._kinds[kind]] += weight
        weighed[self._kinds[CaseKind.DANGER]] = -np.inf
        return CaseKind(self._models.kinds.labels[int(weighed.argmax())])

    def _words(self, readings: Sequence[Reading], best: Sequence[Topic | None]) -> list[list[str]]:
        """The words that weighed most for the topic of each text, as the citizen wrote them."""
        columns = [self._columns.get(topic.code, -1) if topic else -1 for topic in best]
        telling = self._scorer.telling([reading.tokens for reading in readings], columns, _LEAST_SHARE)
        return [
            self._reader.words.reasons(topic, reading.found)
            if topic and topic.code in self._new
            else _as_written(reading, shares)
            for topic, reading, shares in zip(best, readings, telling, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class _Found:
    """What the models say of a text: the likeliest topics, how likely those of danger are together, scores of
    kinds, the likeliest verdict, the share of familiar words."""

    reading: Reading
    topics: Sequence[Likely]
    danger: float
    kinds: NDArray[np.float32]
    verdict: Likely
    familiar: float

    @property
    def says_something(self) -> bool:
        """Whether any word of it is known."""
        return bool(self.reading.found) or self.familiar > 0


def _as_written(reading: Reading, shares: Mapping[str, float]) -> list[str]:
    most = sorted(shares, key=lambda token: (-shares[token], token))[:_MOST_REASONS]
    return [reading.written[reading.tokens.index(token)] for token in most]


def _not_a_case(found: _Found, language: str) -> NotACase | None:
    """What is no case; of sentences in another language the models know nothing that would tell."""
    if language != TURKISH and len(_LINK.sub(" ", found.reading.text).split()) >= _SENTENCE:
        return None
    if not found.says_something:
        return NotACase.EMPTY
    verdict = found.verdict
    return NotACase(verdict.label) if verdict.sure and verdict.label != CASE else None


def _language(found: _Found) -> str:
    if found.familiar >= _FAMILIAR or not found.reading.tokens:
        return TURKISH
    return language_of(found.reading.text)


def _is_danger(topic: Topic | None) -> bool:
    return topic is not None and topic.priority is Priority.LIFE_SAFETY
