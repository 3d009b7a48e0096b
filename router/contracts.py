"""What the pipeline asks of the router; a learned classifier replaces the deterministic one behind this."""

from collections.abc import Sequence
from typing import Protocol

from domain.decisions import Classification, Question

REVIEW_BELOW = 0.5
"""A topic found by keywords with less confidence than this is looked at by a person first."""


class Classifier(Protocol):
    """Decides what messages are about, a whole batch at a time."""

    version: str

    def classify(self, questions: Sequence[Question]) -> list[Classification]:
        """One classification per question, in order. Never raises for a text, whatever it holds."""
        ...
