"""What a visitor of the chat means by a line, as far as a few fixed phrases tell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.text import words
from domain.vocabulary import ChatQuestion

LONGEST_WISH = 8
"""Words of a line that asks for a person; a longer one complains about somebody."""


class Intent(StrEnum):
    """What a line is. Only one that tells says something about the matter."""

    GREETING = "greeting"
    YES = "yes"
    NO = "no"
    SKIP = "skip"
    FINISH = "finish"
    PERSON = "person"
    TELLS = "tells"


@dataclass(frozen=True, kw_only=True)
class Phrases:
    """`whole` are entire lines, folded; the words of `person_wanted` are beginnings, one after the other."""

    whole: Mapping[Intent, frozenset[str]]
    person_wanted: Sequence[Sequence[str]]


def intent_of(text: str, phrases: Phrases, asked: ChatQuestion | None = None) -> Intent:
    """What a line means as an answer to what was asked last.

    A phrase of several meanings (a wish for a good day opens and ends talks) is read by the question, and an
    empty line, or one of signs only, skips.
    """
    tokens = words(text)
    if not tokens:
        return Intent.TELLS if any(c.isalnum() for c in text) else Intent.SKIP
    line = " ".join(tokens)
    for intent in _order(asked):
        if line in phrases.whole.get(intent, ()):
            return intent
    if len(tokens) <= LONGEST_WISH and any(_stands(phrase, tokens) for phrase in phrases.person_wanted):
        return Intent.PERSON
    return Intent.TELLS


def _order(asked: ChatQuestion | None) -> Sequence[Intent]:
    if asked is ChatQuestion.CONFIRM:  # whether there is more: "none" is an end there
        return [Intent.PERSON, Intent.YES, Intent.NO, Intent.FINISH, Intent.SKIP, Intent.GREETING]
    opening = [Intent.GREETING, Intent.FINISH] if asked in (None, ChatQuestion.WHAT) else [Intent.FINISH]
    return [Intent.PERSON, Intent.YES, Intent.NO, Intent.SKIP, *opening, Intent.GREETING]


def _stands(phrase: Sequence[str], tokens: Sequence[str]) -> bool:
    places = range(len(tokens) - len(phrase) + 1)
    return any(
        all(token.startswith(stem) for token, stem in zip(tokens[at:], phrase, strict=False)) for at in places
    )
