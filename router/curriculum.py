"""What the shipped models learn: topics, kinds and verdicts, from examples, names, keywords and cues."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from config.cues import Cues
from config.examples import Examples, ShippedExamples
from domain.decisions import Topic
from router.model import Model
from router.reading import Reader, Reading
from router.training import TARGET_PRECISION, Evidence, Sample, train

CASE = "case"
"""The verdict on whatever the desk must deal with."""
_NO_CASE_TOPIC = "konu-disi"
_EVERY = 4
"""One in so many examples of topics stands for cases among the verdicts."""


def topic_samples(examples: Examples, topics: Mapping[str, Topic]) -> list[Sample]:
    """The example sentences of these topics."""
    return [Sample(text, code) for code in topics for text in examples.get(code, ())]


def train_topics(
    samples: Sequence[Sample],
    topics: Mapping[str, Topic],
    cues: Cues,
    *,
    target_precision: float = TARGET_PRECISION,
) -> Model:
    """A model of topics that learns from their names and words too, and to trust their keywords."""
    return train(
        [*samples, *hints(topics)],
        target_precision=target_precision,
        evidence=by_keywords(Reader(topics.values(), cues)),
    )


def kind_samples(examples: ShippedExamples) -> list[Sample]:
    """The example sentences of every kind."""
    return [Sample(text, kind) for kind, texts in examples.kinds.items() for text in texts]


def train_kinds(samples: Sequence[Sample], cues: Cues) -> Model:
    """A model of what citizens want, from words and moods, beside the cues."""
    reader = Reader((), cues)
    return train(samples, evidence=by_cues(reader), signs=reader.moods.signs)


def verdict_samples(examples: ShippedExamples) -> list[Sample]:
    """The example sentences of every verdict, and some of most topics as cases."""
    judged = [Sample(text, verdict) for verdict, texts in examples.verdicts.items() for text in texts]
    cases = (texts[::_EVERY] for code, texts in examples.topics.items() if code != _NO_CASE_TOPIC)
    return [*judged, *(Sample(text, CASE) for texts in cases for text in texts)]


def train_verdicts(samples: Sequence[Sample]) -> Model:
    """A model of what is no case at all."""
    return train(samples)


def by_keywords(reader: Reader) -> Evidence:
    """The scores of topics' words as evidence."""
    return _evidence(reader, lambda reading: reader.words.scores(reading.found))


def by_cues(reader: Reader) -> Evidence:
    """The weights of cues for kinds as evidence."""
    return _evidence(reader, lambda reading: kind_scores(reader, reading))


def kind_scores(reader: Reader, reading: Reading) -> Mapping[str, float]:
    """What the cues in a text weigh for each kind."""
    weights = reader.signals.kind_scores(reading.found, danger=bool(reading.dangers.phrases))
    return {kind.value: weight for kind, weight in weights.items()}


def rows(scores: Sequence[Mapping[str, float]], columns: Mapping[str, int]) -> NDArray[np.float32]:
    """Scores by label as the rows of a matrix; labels without a column are left out."""
    table = np.zeros((len(scores), len(columns)), np.float32)
    for row, found in enumerate(scores):
        for label, score in found.items():
            if label in columns:
                table[row, columns[label]] = score
    return table


def _evidence(reader: Reader, scores: Callable[[Reading], Mapping[str, float]]) -> Evidence:
    def evidence(texts: Sequence[Sequence[str]], labels: Sequence[str]) -> NDArray[np.float32]:
        columns = {label: column for column, label in enumerate(labels)}
        return rows([scores(reader.read(tokens)) for tokens in texts], columns)

    return evidence


def hints(topics: Mapping[str, Topic]) -> Iterator[Sample]:
    """The names and words of topics, to be learned from but not judged."""
    for topic in topics.values():
        yield Sample(topic.name, topic.code, hint=True)
        yield Sample(" ".join((topic.name, *topic.words)), topic.code, hint=True)
