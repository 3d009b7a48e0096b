"""Trains models. scikit-learn is loaded here, when it is asked to train, and nowhere else."""

import hashlib
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from router import calibration
from router.features import Vocabulary, learn
from router.model import Facts, Model, softmax
from router.model_file import Numbers
from router.scorer import MOST_WORDS
from router.tokens import tokens

TARGET_PRECISION = 0.97
"""Share of right answers among those a model calls sure."""
_TRUST = 0.07
"""What evidence counts beside a model's scores. Held-out examples would have more of it, sentences like those
learned from less; see docs/classifier.md."""
_FOLDS = 5
_STRENGTH = 1.0
_ROUNDS = 8
"""Passes over the examples: more of them make no better model, measured by topics."""
_TOLERANCE = 0.1
_ABSENT = -1.0
"""The score of a label that a fold has no example of."""

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
    numbers = lesson.fitted(np.ones(len(known), bool))
    return Model(
        labels=labels,
        vocabulary=lesson.vocabulary,
        numbers={**numbers, "thresholds": limits, "rarity": lesson.vocabulary.rarity},
        sharpness=factor,
        trust=_TRUST,
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

    def held_out(self) -> NDArray[np.float32]:
        """The scores of the judged samples, each by a model that has not seen it."""
        scores = np.zeros((len(self.right), len(self.labels)), np.float32)
        for fold in range(_FOLDS):
            unseen = self.judged & (self.folds == fold)
            if unseen.any():
                weights, constants = self._coefficients(~unseen)
                scores[unseen] = self.matrix[unseen] @ weights + constants
        scores += np.float32(_TRUST) * self.evidence
        judged: NDArray[np.float32] = scores[self.judged]
        return judged

    def fitted(self, seen: NDArray[np.bool_]) -> Numbers:
        """Weights as bytes, the scale of each label's, each label's constant, and the weights of signs."""
        weights, constants = self._coefficients(seen)
        weights, signs = np.split(weights, [len(self.vocabulary.names)])
        scales = np.maximum(np.abs(weights).max(axis=0), 1e-9) / 127
        return {
            "weights": np.rint(weights / scales).astype(np.int8),
            "scales": scales.astype(np.float32),
            "constants": constants,
            **({"signs": np.float32(_SIGN) * signs} if len(signs) else {}),
        }

    def _coefficients(self, seen: NDArray[np.bool_]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.svm import LinearSVC

        machine = LinearSVC(C=_STRENGTH, max_iter=_ROUNDS, tol=_TOLERANCE, dual=True, random_state=0)
        with warnings.catch_warnings():
            # The last digits of the weights do not matter: they are rounded to bytes.
            warnings.simplefilter("ignore", ConvergenceWarning)
            some = np.flatnonzero(seen).astype(np.int32)
            machine.fit(self.matrix[some], self.right[some], sample_weight=self.weights[some])
        weights = np.zeros((self.matrix.shape[1], len(self.labels)), np.float32)
        constants = np.full(len(self.labels), _ABSENT, np.float32)
        # Two labels have one line between them: what speaks for one speaks against the other.
        both = len(machine.classes_) == 2
        weights[:, machine.classes_] = (
            np.vstack([-machine.coef_, machine.coef_]) if both else machine.coef_
        ).T
        constants[machine.classes_] = (
            np.concatenate([-machine.intercept_, machine.intercept_]) if both else machine.intercept_
        )
        return weights, constants


def _matrix(vocabulary: Vocabulary, texts: Sequence[Sequence[str]], signs: Signs | None) -> Any:
    """The features of texts as a sparse matrix, rows of length 1 but for what words share; then signs."""
    from scipy.sparse import csr_array, hstack

    bags = [vocabulary.text(text) for text in texts]
    starts = np.cumsum([0, *(len(bag.ids) for bag in bags)], dtype=np.int32)  # liblinear knows no longer ones
    values = np.concatenate([bag.values / max(bag.square, 1e-9) ** 0.5 for bag in bags])
    ids = np.concatenate([bag.ids for bag in bags])
    matrix = csr_array((values, ids, starts), shape=(len(bags), len(vocabulary.names)))
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
