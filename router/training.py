"""Trains models. scikit-learn and scipy are loaded when there is something to train, and nowhere else."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from router import calibration
from router.features import Vocabulary, learn
from router.fitting import Fitted, for_labels, separated
from router.inner_layer import COLUMNS, narrowed
from router.model import Facts, Model, softmax
from router.model_file import Numbers
from router.scorer import MOST_WORDS
from router.tokens import tokens

TARGET_PRECISION = 0.97
"""Share of right answers among those a model calls sure."""
_TRUST = 0.07
"""What evidence counts beside a model's scores. Held-out examples would have more of it, sentences like those
learned from less; see docs/classifier.md."""
_TRUST_BESIDE_ODDS = 0.7
"""The same beside the scores of an inner layer, which are logarithms of odds."""
_FOLDS = 5

_SIGN = 0.5
"""What a sign is beside a text's words, which are 1 long together. Measured on examples labelled apart."""

Evidence = Callable[[Sequence[Sequence[str]], Sequence[str]], NDArray[np.float32]]
"""What else speaks for labels (columns) in texts given as words (rows); zeros where nothing does."""
Signs = Callable[[Sequence[Sequence[str]]], NDArray[np.float32]]
"""What is learned from beside words: 1 for each sign (columns) that texts given as words (rows) have."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A text whose label is known. A `weight` of 2 counts like having it twice.

    A `hint` is no message but words that go with a label, such as its name: learned from, never judged.
    """

    text: str
    label: str
    weight: float = 1.0
    hint: bool = False


def train(
    samples: Sequence[Sample],
    *,
    target_precision: float = TARGET_PRECISION,
    evidence: Evidence | None = None,
    signs: Signs | None = None,
) -> Model:
    """A model of the labels that occur. The same samples give the same bytes.

    Confidence and thresholds come from held-out folds: each sample is judged by a model that has not seen it.
    Raises ValueError for fewer than two labels among the samples that are no hints.
    """
    labels = tuple(sorted({sample.label for sample in samples if not sample.hint}))
    if len(labels) < 2:
        raise ValueError("there must be examples of two labels at least")
    known = sorted((s for s in samples if s.label in labels), key=lambda s: (s.label, s.text, s.weight))
    lesson = _Lesson(known, labels, evidence, signs)
    scores, judged = lesson.held_out(), lesson.judged
    right = lesson.right[judged]
    factor = calibration.sharpness(scores, right, lesson.weights[judged])
    likely = softmax(np.float32(factor) * scores)
    limits = calibration.thresholds(likely, right, target_precision)
    return Model(
        labels=labels,
        vocabulary=lesson.vocabulary,
        numbers={**lesson.numbers(), "thresholds": limits, "rarity": lesson.vocabulary.rarity},
        sharpness=factor,
        trust=lesson.trust,
        facts=Facts(
            inputs=digest_of(samples),
            counts=dict(sorted(Counter(s.label for s in known if not s.hint).items())),
            target_precision=target_precision,
            figures=calibration.figures(likely, right, limits),
        ),
    )


def digest_of(samples: Sequence[Sample]) -> str:
    """What tells these samples from all others, whatever their order."""
    lines = sorted(f"{s.label}\t{s.weight}\t{s.hint}\t{s.text}" for s in samples)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


class _Lesson:
    """Samples as numbers: a matrix of features, the right labels, weights, folds."""

    def __init__(
        self,
        samples: Sequence[Sample],
        labels: Sequence[str],
        evidence: Evidence | None,
        signs: Signs | None,
    ) -> None:
        self.labels = labels
        texts = [tokens(sample.text)[:MOST_WORDS] for sample in samples]
        self.vocabulary = learn(texts)
        self.matrix = _matrix(self.vocabulary, texts, signs)
        self.right = np.array([labels.index(sample.label) for sample in samples])
        self.weights = np.array([sample.weight for sample in samples], np.float32)
        self.judged = np.array([not sample.hint for sample in samples])
        self.folds = _folds(samples)
        self.evidence = (
            evidence(texts, labels) if evidence else np.zeros((len(texts), len(labels)), np.float32)
        )

    @property
    def trust(self) -> float:
        """What evidence counts beside the scores."""
        return _TRUST_BESIDE_ODDS if self._is_wide else _TRUST

    def held_out(self) -> NDArray[np.float32]:
        """The scores of the judged samples, each by a model that has not seen it."""
        scores = np.zeros((len(self.right), len(self.labels)), np.float32)
        for fold in range(_FOLDS):
            unseen = self.judged & (self.folds == fold)
            if unseen.any():
                scores[unseen] = self._fitted(~unseen).scores(self.matrix[unseen])
        scores += np.float32(self.trust) * self.evidence
        judged: NDArray[np.float32] = scores[self.judged]
        return judged

    def numbers(self) -> Numbers:
        """What all samples teach: weights as bytes, each column's scale, each label's constant, the inner
        layer and the weights of signs where there are any."""
        fitted = self._fitted(np.ones(len(self.right), bool))
        weights, signs = np.split(fitted.weights, [len(self.vocabulary.rarity)])
        scales = np.maximum(np.abs(weights).max(axis=0), 1e-9) / 127
        return {
            "weights": np.rint(weights / scales).astype(np.int8),
            "scales": scales.astype(np.float32),
            "constants": fitted.constants,
            **({} if fitted.layer is None else {"layer": fitted.layer}),
            **({"signs": np.float32(_SIGN) * for_labels(signs, fitted.layer)} if len(signs) else {}),
        }

    @property
    def _is_wide(self) -> bool:
        return len(self.labels) > COLUMNS

    def _fitted(self, seen: NDArray[np.bool_]) -> Fitted:
        fit = narrowed if self._is_wide else separated
        some = np.flatnonzero(seen).astype(np.int32)
        return fit(self.matrix[some], self.right[some], self.weights[some], len(self.labels))


def _matrix(vocabulary: Vocabulary, texts: Sequence[Sequence[str]], signs: Signs | None) -> Any:
    """The features of texts as a sparse matrix, rows of length 1 but for what words share; then signs."""
    from scipy.sparse import csr_array, hstack

    bags = [vocabulary.text(text) for text in texts]
    starts = np.cumsum([0, *(len(bag.ids) for bag in bags)], dtype=np.int32)  # liblinear knows no longer ones
    values = np.concatenate([bag.values / max(bag.square, 1e-9) ** 0.5 for bag in bags])
    ids = np.concatenate([bag.ids for bag in bags])
    matrix = csr_array((values, ids, starts), shape=(len(bags), len(vocabulary.rarity)))
    matrix.sum_duplicates()
    if signs is None:
        return matrix
    return hstack([matrix, csr_array(np.float32(_SIGN) * signs(texts))], format="csr")


def _folds(samples: Sequence[Sample]) -> NDArray[np.int64]:
    """A fold for each sample: each label's are spread over all, equal texts stay together."""
    chosen: dict[str, int] = {}
    dealt: defaultdict[str, int] = defaultdict(int)
    for sample in sorted(samples, key=lambda s: hashlib.sha256(s.text.encode()).digest()):
        if sample.text not in chosen:
            chosen[sample.text] = dealt[sample.label] % _FOLDS
            dealt[sample.label] += 1
    return np.array([chosen[sample.text] for sample in samples])
