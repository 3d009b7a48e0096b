"""A trained model: an immutable artefact that says of texts which label they have, and how surely.

Only numpy is needed to use one; `router.training` makes it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What a model thinks of a text.

    `confidence` is the calibrated probability that `label` is right. `sure` says that it reaches the label's
    threshold. `alternatives` are the next labels with their probabilities, best first.
    """

    label: str
    confidence: float
    sure: bool
    alternatives: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is told of a model beside its numbers.

    `inputs` is the digest of what it was trained on, `counts` how many examples each label had, `figures` what
    was measured on held-out folds (accuracy, macro_f1, ece, coverage, precision; fractions of 1).
    """

    inputs: str
    counts: Mapping[str, int]
    target_precision: float
    figures: Mapping[str, float] = field(default_factory=dict)


class Model:
    """Made by `router.training.train` or `Model.from_bytes`; nothing about it changes afterwards."""

    version: str
    """Digest of the content: equal models have equal versions."""
    labels: tuple[str, ...]
    facts: Facts

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        """One prediction per text, in order. Never raises for a text, whatever it holds."""
        raise NotImplementedError

    def threshold(self, label: str) -> float:
        """The confidence from which on a label is sure; above 1 when it never is."""
        raise NotImplementedError

    def to_bytes(self) -> bytes:
        """The whole model as a safetensors file. Equal models give equal bytes."""
        raise NotImplementedError

    @classmethod
    def from_bytes(cls, raw: bytes) -> "Model":
        """The model in a file's bytes. Raises NotConfiguredError for anything damaged or not ours."""
        raise NotImplementedError

    def describe(self) -> dict[str, Any]:
        """Version, labels and facts as plain values for JSON."""
        raise NotImplementedError
