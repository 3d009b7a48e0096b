"""Tells the language of a text that does not look Turkish."""

from functools import cache
from typing import TYPE_CHECKING

from domain.decisions import TURKISH

if TYPE_CHECKING:
    from lingua import LanguageDetector

LONGEST_SAMPLE = 500
"""Characters that are looked at: more tell nothing new."""
_SUREST = 0.6
"""The share of certainty another language must have over Turkish and the rest to be believed."""


def language_of(text: str) -> str:
    """The ISO 639-1 code of a text's language among those the desk meets; Turkish where that is not clear."""
    best = _detector().compute_language_confidence_values(text[:LONGEST_SAMPLE])[0]
    return best.language.iso_code_639_1.name.lower() if best.value >= _SUREST else TURKISH


@cache
def _detector() -> "LanguageDetector":
    # Loaded when it is first needed: most processes never meet another language, and its models are large.
    from lingua import Language, LanguageDetectorBuilder

    known = (
        Language.TURKISH,
        Language.ENGLISH,
        Language.ARABIC,
        Language.RUSSIAN,
        Language.GERMAN,
        Language.PERSIAN,
        Language.FRENCH,
        Language.UKRAINIAN,
        Language.SPANISH,
    )
    return LanguageDetectorBuilder.from_languages(*known).with_low_accuracy_mode().build()
