"""What a single model says of texts, without the keywords and moods that the classifier weighs in."""

from collections.abc import Sequence

from router.model import Likely, Model
from router.tokens import tokens


def told(model: Model, texts: Sequence[str]) -> list[list[Likely]]:
    """Every label of each text, the likeliest first."""
    scores = model.scorer.sums([tokens(text) for text in texts]).scores[0]
    return model.best(model.likely(scores), len(model.labels))
