"""Finds a street address in a text as its writer spelled it."""

import re
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet

from config.places import PlaceWords
from router.gazetteer import ENDINGS

_WORD = re.compile(r"[a-z0-9]+")
_GAP = re.compile(r"\.? {0,2}")
_NUMBER = re.compile(
    r"(?:['’]?[a-z]{1,4})?[\s,.]*(?:(?:dis )?(?:kapi )?no|numara|n)\s*[.:]?\s*"
    r"(\d{1,4}(?: ?[/-] ?[a-z0-9]{1,4}| ?[a-z]\b)?)"
)
_NO_NAME = re.compile(r".+(?:[dt][ae]ki|[dt][iu]g[iu](?:m|miz|n|niz)?|m[ae]y[ae]n)")
"""Words, folded, that describe a street and never name one: the one beside, where we live, not lit."""
_BARE_NUMBER = re.compile(r"\.?\s{0,2}(\d{1,4}(?:/\d{1,4})?)(?=\s*(?:[,/.\n]|$))")
_MOST_WORDS = 4
_LONGEST_NAME = 150
"""Letters before a street word among which its name is looked for."""
_MOST_UNCAPITALISED = 2


class AddressFinder:
    """Finds `... Caddesi No:12` and its like; built once from the words streets are written with."""

    def __init__(self, words: PlaceWords) -> None:
        self._words = words
        entries = sorted(words.street, key=len)  # the longest reading of `bulvarinda` is the last one kept
        self._bases = {entry + ending: entry for entry in entries for ending in _endings_of(entry)}

    @property
    def street_words(self) -> AbstractSet[str]:
        """The folded words that make a street of the name before them, such as `caddesinde` or `sk`."""
        return self._bases.keys()

    def find(
        self, shown: str, folded: str, tokens: Sequence[str], is_district: Callable[[str], bool]
    ) -> str | None:
        """The first street in a text with its house number, as written; None where there is none.

        `shown` is the text in NFC, `folded` the same letter by letter, `tokens` the words of that: most texts
        have no street among them.
        """
        if self._bases.keys().isdisjoint(tokens):
            return None
        for start, end in _places_of(self._bases.keys() & set(tokens), folded):
            base = self._bases[folded[start:end]]
            first = self._first(shown, folded, _words_before(folded, start), start, is_district)
            if first is not None:
                street = " ".join(shown[first : start + len(base)].split())
                number = _house_number(folded, end)
                return f"{street} No:{number}" if number else street
        return None

    def _first(
        self,
        shown: str,
        folded: str,
        before: Sequence[tuple[int, int]],
        street: int,
        is_district: Callable[[str], bool],
    ) -> int | None:
        """Where the street's name begins, going back from the street word; None when nothing names it."""
        first, capitals, count = None, False, 0
        for start, end in reversed(before):
            token = folded[start:end]
            gap_ok = _GAP.fullmatch(folded, end, first if first is not None else street)
            if not gap_ok or self._is_no_name(token) or count == _MOST_WORDS:
                break
            capital = shown[start].isupper() or shown[start].isdigit()
            if count and ((capitals and not capital) or is_district(token)):
                break
            if count >= _MOST_UNCAPITALISED and not capital:
                break
            first, capitals, count = start, capitals or capital, count + 1
        return first

    def _is_no_name(self, token: str) -> bool:
        is_word = token in self._words.not_street or token in self._bases
        return is_word or _NO_NAME.fullmatch(token) is not None


def _endings_of(entry: str) -> tuple[str, ...]:
    """Abbreviations take no endings: `sk` is a street, `ski` is not."""
    return ("", *ENDINGS) if len(entry) > 4 else ("",)


def _places_of(wanted: AbstractSet[str], folded: str) -> list[tuple[int, int]]:
    """Where these words stand in a text, in order."""
    endings = re.finditer(f"(?:{'|'.join(sorted(wanted))})(?![a-z0-9])", folded)
    spans = [match.span() for match in endings]
    return [(start, end) for start, end in spans if not (start and _WORD.match(folded, start - 1, start))]


def _words_before(folded: str, start: int) -> list[tuple[int, int]]:
    """The words right before a place, at most as many as a street's name has."""
    since = max(start - _LONGEST_NAME, 0)
    spans = [match.span() for match in _WORD.finditer(folded, since, start)]
    if since and spans and spans[0][0] == since:
        del spans[0]  # perhaps only the end of a word
    return spans[-_MOST_WORDS:]


def _house_number(folded: str, end: int) -> str | None:
    match = _NUMBER.match(folded, end) or _BARE_NUMBER.match(folded, end)
    return match.group(1).replace(" ", "").upper() if match else None
