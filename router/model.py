"""A trained model: an immutable artefact that says of texts which label they have, and how surely.

Only numpy and the file format are needed to use one; `router.training` makes it.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from router import model_file
from router.features import Vocabulary
from router.model_file import Numbers
from router.scorer import Scorer
from router.worth import Weights


class Likely(NamedTuple):
    """A label with its calibrated probability; `sure` says that it reaches the label's threshold."""

    label: str
    probability: float
    sure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is told of a model beside its numbers.

    `inputs` is the digest of what it was trained on, `counts` how many examples each label had, `figures`
    what was measured on held-out folds: accuracy, macro_f1, ece, coverage (share that is sure) and precision
    (of these), fractions of 1.
    """

    inputs: str
    counts: Mapping[str, int]
    target_precision: float
    figures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Model:
    """Made by `router.training.train` or `Model.from_bytes`; nothing about it changes afterwards.

    A text's probabilities are softmax(`sharpness` x (score + `trust` x evidence)): the evidence is what else
    speaks for a label, such as keywords, where the asker has some.
    """

    labels: tuple[str, ...]
    vocabulary: Vocabulary
    numbers: Numbers
    sharpness: float
    trust: float
    facts: Facts

    @cached_property
    def version(self) -> str:
        """Digest of the content: equal models have equal versions."""
        return model_file.digest(self._content(), self.numbers)

    @cached_property
    def scorer(self) -> Scorer:
        """Adds up what words are worth."""
        return Scorer(self.weights)

    @property
    def weights(self) -> Weights:
        """What a scorer adds up."""
        numbers = self.numbers
        return Weights(
            vocabulary=self.vocabulary,
            weights=numbers["weights"],
            scales=numbers["scales"],
            constants=numbers["constants"],
            layer=numbers.get("layer"),
        )

    def likely(self, scores: NDArray[np.float32]) -> NDArray[np.float32]:
        """The probabilities that scores mean."""
        return softmax(np.float32(self.sharpness) * scores)

    def with_evidence(
        self, scores: NDArray[np.float32], evidence: NDArray[np.float32] | None
    ) -> NDArray[np.float32]:
        """Scores with what else speaks for labels, as much as it is trusted."""
        return scores if evidence is None else scores + np.float32(self.trust) * evidence

    def with_signs(self, scores: NDArray[np.float32], signs: NDArray[np.float32]) -> NDArray[np.float32]:
        """Scores with what the signs of texts (`router.moods`) speak for labels, where it learned any."""
        learned = self.numbers.get("signs")
        return scores if learned is None else scores + signs @ learned

    def best(self, likely: NDArray[np.float32], most: int) -> list[list[Likely]]:
        """The likeliest labels of each text (rows), best first; equals in the order of labels."""
        count = min(most, likely.shape[1])
        found = np.argpartition(-likely, count - 1, axis=1)[:, :count]
        found.sort(axis=1)
        order = np.argsort(-np.take_along_axis(likely, found, axis=1), axis=1, kind="stable")
        found = np.take_along_axis(found, order, axis=1)
        values = np.take_along_axis(likely, found, axis=1)
        sure = values >= self.numbers["thresholds"][found]
        return [
            [Likely(self.labels[at], value, is_sure) for at, value, is_sure in zip(*row, strict=True)]
            for row in zip(found.tolist(), values.tolist(), sure.tolist(), strict=True)
        ]

    def to_bytes(self) -> bytes:
        """The whole model as a safetensors file. Equal models give equal bytes."""
        return model_file.write(self._content(), self.numbers)

    @classmethod
    def from_bytes(cls, raw: bytes) -> "Model":
        """The model in a file's bytes. Raises NotConfiguredError for anything damaged or not ours."""
        content, numbers = model_file.read(raw)
        with model_file.refusing_damage():
            return cls(
                labels=tuple(content["labels"]),
                vocabulary=Vocabulary(content["features"], numbers["rarity"]),
                numbers=numbers,
                sharpness=content["sharpness"],
                trust=content["trust"],
                facts=Facts(**content["facts"]),
            )

    def _content(self) -> dict[str, Any]:
        return {
            "labels": list(self.labels),
            "features": self.vocabulary.listed,
            "sharpness": self.sharpness,
            "trust": self.trust,
            "facts": asdict(self.facts),
        }


def softmax(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scores (rows) as probabilities that add up to 1."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    likely: NDArray[np.float32] = raised / raised.sum(axis=1, keepdims=True)
    return likely
