"""Finds by their endings what the verbs of a text do: ask for a deed, ask a question, propose, state.

In Turkish that stands in a verb's ending, mostly at a text's end, whatever the topic: a hole is there (var),
shall be filled (kapatılsın), or somebody asks when it will be (ne zaman). It tells kinds apart.
"""

import re
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from domain.text import fold
from router.tokens import folded

_LAST = 3
"""Words from the end of a text in which a verb most likely says what the text is for."""
_LONGEST_WORD = 40
_KEPT = 50_000

_COMMANDS = {
    "imperative": r"(?:t[iu]r|d[iu]r|t)?"
    r"(?:[iu]n(?:[iu]z)?|[iu]ver(?:in|iniz|sin|sinler)|s[ae]n[ae]|s[ae]n[iu]z[ae])",
    "optative": r"(?:t[iu]r|d[iu]r|t)?(?:[iu]?[ln]|n?il|d[iu]r[iu]l|t[iu]r[iu]l)?(?:s[iu]n|s[iu]nlar|sinler)",
}
"""Endings of verbs that ask for a deed; other words may end so too."""
_ENDINGS = {
    "deed": r".+(?:m[ae]si(?:ni|n[ae])?|m[ae]mizi)",
    "would you": r"m[iu]s[iu]n(?:[iu]z)?|.*[aeiu]rm[iu]s[iu]n[iu]z",
    "question": r"m[iu]|m[iu]y[iu][mz]|m[iu]d[iu]r"
    r"|.*(?:[aeiu]r|yor?|var|yok|di|ti|tu|mis|cak|cek)m[iu](?:y[iu][mz]|ydi)?",
    "what": r"nasil|ner(?:e|d|ey)[a-z]{0,4}|hangi.*|kac(?:ta|a|inci|ar|tan)?|kim(?:e|i|ler|den)?"
    r"|nedir|neler|zaman",
    "why": r"neden|niye|nicin",
    "can": r".*[ae]bil[ie]r|.*s[ae][km]",
    "if": r".{3,}s[ae]|.*s[ae]n[iu]z",
    "goes on": r".*[iu]yo(?:r|r?lar|ruz|z)?",
    "has happened": r".*m[iu]s(?:l[ae]r)?",
    "happened": r".*[dt][iu](?:l[ae]r|k)?",
    "formal": r"arz|rica.*|talep.*|talebi.*|istirham",
    "want": r"istiyo(?:m|z|ru[mz])|iste(?:mekte|ri|m)[a-z]{1,4}|isteg[a-z]+",
    "need": r"lazim|gerek(?:iyor|ir|li)?|sart",
    "should": r".*m[ae]l[iu](?:y[iu]z|s[iu]n[iu]z|dir)?",
    "please": r"lutfen|nolur",
    "hope": r"bekliyo(?:m|z|ru[mz])|bekleri[mz]|sevini.*|dileri[mz]",
}
_WISHES = ("formal", "want", "hope")
_WISHED = "deed wished"
_NONE = -1
_NAMES = (*_COMMANDS, *_ENDINGS)
SIGNS = (*_NAMES, *(f"last {name}" for name in _NAMES), _WISHED)
"""What is looked for, in the order of `Moods.signs`."""


class Moods:
    """Built once from stems of verbs that ask for a deed where they command, and words that only look so."""

    def __init__(self, verbs: Iterable[str], misleading: Iterable[str]) -> None:
        stems = "|".join(sorted(map(fold, verbs), key=len, reverse=True))
        commands = (f"((?:{stems})(?:y[iu]?)?(?:{ending}))" for ending in _COMMANDS.values())
        self._mood = re.compile("|".join((*commands, *(f"({ending})" for ending in _ENDINGS.values()))))
        self._misleading = frozenset(map(fold, misleading))
        self._known: dict[str, int] = {}

    def signs(self, texts: Sequence[Sequence[str]]) -> NDArray[np.float32]:
        """1 for each sign (columns) that each text (rows), given as words in lower case, has; else 0."""
        table = np.zeros((len(texts), len(SIGNS)), np.float32)
        for row, tokens in enumerate(texts):
            table[row, list(self._found(tokens))] = 1
        return table

    def _found(self, tokens: Sequence[str]) -> set[int]:
        met = map(self._known.get, tokens)  # shared by threads, and may be emptied between two steps
        moods = [self._of(token) if mood is None else mood for token, mood in zip(tokens, met, strict=True)]
        found = set(moods) - {_NONE}
        if _NAMES.index("deed") in found and any(_NAMES.index(wish) in found for wish in _WISHES):
            found.add(len(SIGNS) - 1)
        return found | {len(_NAMES) + mood for mood in moods[-_LAST:] if mood != _NONE}

    def _of(self, token: str) -> int:
        """The number of a word's mood, _NONE if it has none. Kept: words come again."""
        if len(self._known) >= _KEPT:
            self._known.clear()
        word = folded(token[:_LONGEST_WORD])
        match = None if word in self._misleading else self._mood.fullmatch(word)
        self._known[token] = mood = match.lastindex - 1 if match and match.lastindex else _NONE
        return mood
