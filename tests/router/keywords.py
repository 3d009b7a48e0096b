"""Keywords, cues and places by themselves: what the learned classifier has beside its models."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from config.cues import Cues
from domain.decisions import Classification, Question, Topic
from domain.vocabulary import CaseKind, Priority
from router.deciding import MOST_RANKED, alternatives, decide
from router.places import PlaceFinder
from router.reading import Reader, Reading
from router.scoring import Ranked

_USUAL = (1.0, 0.5, 0.25)
"""What a topic's usual kinds weigh, most likely first."""


class KeywordClassifier:
    """Implements `router.contracts.Classifier` from topics, cues and places, without learning anything."""

    def __init__(self, topics: Mapping[str, Topic], cues: Cues, places: PlaceFinder) -> None:
        self._topics = topics
        self._places = places
        self._reader = Reader(topics.values(), cues)
        phrases = [*self._reader.words.phrases(), *self._reader.signals.phrases()]
        self.version = hashlib.sha256("\n".join(phrases).encode()).hexdigest()

    def classify(self, questions: Sequence[Question]) -> list[Classification]:
        """One classification per question, in order. Never raises for a text, whatever it holds."""
        return [self._one(question, self._reader.question(question)) for question in questions]

    def _one(self, question: Question, reading: Reading) -> Classification:
        signals, dangers = self._reader.signals, reading.dangers
        ranked = self._reader.words.rank(reading.found, MOST_RANKED)
        ranked = decide(ranked, dangers, question.topic_hint, self._topics)
        best = ranked[0] if ranked else None
        degree, discreet = signals.confidentiality(reading.found) or (None, "")
        return Classification(
            kind=self._kind(reading, best.topic.kinds if best else ()),
            topic=best.topic.code if best else None,
            confidence=best.confidence if best else 0.0,
            place=self._places.find(reading.text, known=question.place),
            alternatives=alternatives(ranked),
            reasons=self._reasons(best, reading, (*dangers.phrases, discreet)),
            life_safety=bool(dangers.phrases) or _surely_dangerous(best),
            confidentiality=degree,
            sure=best is not None and best.sure,
        )

    def _kind(self, reading: Reading, usual: Sequence[CaseKind]) -> CaseKind:
        scores: dict[CaseKind, float] = dict.fromkeys((*usual, CaseKind.REQUEST, *CaseKind), 0.0)
        for kind, weight in zip(usual, _USUAL, strict=False):
            scores[kind] += weight
        said = self._reader.signals.kind_scores(reading.found, danger=bool(reading.dangers.phrases))
        for kind, weight in said.items():
            scores[kind] += weight
        return max(scores, key=lambda kind: scores[kind])

    def _reasons(self, best: Ranked | None, reading: Reading, signs: Iterable[str]) -> tuple[str, ...]:
        words = self._reader.words.reasons(best.topic, reading.found) if best else []
        return tuple(dict.fromkeys((*words, *filter(None, signs))))


def _surely_dangerous(best: Ranked | None) -> bool:
    return best is not None and best.topic.priority is Priority.LIFE_SAFETY and best.sure
