"""Turkish number plates: a province's two digits, one to three letters, two to five digits.

Half of Turkish is short words between numbers (`20 ve 300`, `12 ay 150 lira`), so letters that are a word or
a unit count only beside the word "plaka", and small letters only where something else speaks for a plate.
"""

import re
from collections.abc import Iterator

from domain.personal import PersonalSpan
from domain.text import fold
from domain.vocabulary import PersonalData
from router.plate_words import DOOR, METROBUS_LETTERS, PLATE_LIKE, SPEAKS_OF_A_LINE, SPEAKS_OF_A_VEHICLE

_LETTER = "[A-PR-VYZa-pr-vyzıİ]"
_GAP = r"(?: ?[./–-] ?| {0,2}|\u00a0)"
_PLATE = re.compile(
    rf"[0-8][0-9]{_GAP}(?:"
    rf"{_LETTER}{{3}}{_GAP}[0-9]{{2,3}}|{_LETTER}{{2}}{_GAP}[0-9]{{3,4}}|{_LETTER}{_GAP}[0-9]{{4,5}})(?![0-9])"
)
_INSIDE_A_WORD = re.compile(r"[^\W_]$|[0-9][.,:]$")
_GOES_ON = re.compile(
    r"(?![a-zçğıöşü]{1,3}(?![^\W_])|plaka)[^\W_]|[.,:][0-9]| ?(?:[tT][lL]|lira|₺|%|kWh?|m[23²³])\b"
)
"""Letters or digits that belong to it; a short ending (`34 ABC 123lü`) does not."""
_NAMED_BEFORE = re.compile(r"plaka\w*[^\n]{0,12}$")
_NAMED_AFTER = re.compile(r"^\W{0,3}\w{0,5}\W{0,2}plaka")
_VEHICLE, _LINE, _DOOR = map(re.compile, (SPEAKS_OF_A_VEHICLE, SPEAKS_OF_A_LINE, DOOR))
_VOWEL = re.compile("[aeiou]")
_REACH = 40
_PROVINCES = 81
_HOME, _FOR_HIRE = "34", "TM"
"""Istanbul, where most plates in its citizens' words come from, with its taxis and minibuses."""


def plates(text: str) -> Iterator[PersonalSpan]:
    """The number plates of a text, in order."""
    at = 0
    while found := _PLATE.search(text, at):
        if _stands_alone(text, found) and _is_plate(text, found):
            yield PersonalSpan(PersonalData.PLATE, *found.span())
            at = found.end()
        else:
            at = found.start() + 2


def _stands_alone(text: str, found: re.Match[str]) -> bool:
    start, end = found.span()
    alone = not (_INSIDE_A_WORD.search(text, max(0, start - 2), start) or _GOES_ON.match(text, end))
    return alone and 1 <= int(text[start : start + 2]) <= _PROVINCES


def _is_plate(text: str, found: re.Match[str]) -> bool:
    start, end = found.span()
    left, right = text[max(0, start - _REACH) : start], text[end : end + _REACH]
    before, after = fold(left), fold(right)
    if _NAMED_BEFORE.search(before) or _NAMED_AFTER.search(after):
        return True
    plate, letters = found.group(), "".join(filter(str.isalpha, found.group()))
    vehicle = bool(_VEHICLE.search(before) or _VEHICLE.search(after))
    home, unlikely = plate.startswith(_HOME), fold(letters) in PLATE_LIKE
    if _is_line(plate, letters, before, after):
        return False
    if len(letters) == 1:
        known = vehicle or letters in _FOR_HIRE or not unlikely
        return known and (home or (vehicle and not unlikely)) and not _DOOR.search(before)
    emphatic = letters.isupper() and not (left + right).isupper()
    likely = plate.isalnum() or home or vehicle or not _VOWEL.search(fold(letters))
    return not unlikely and (emphatic or likely)


def _is_line(plate: str, letters: str, before: str, after: str) -> bool:
    """Whether it is a Metrobüs line and a number behind it."""
    of_a_line = plate.startswith(_HOME) and fold(letters) in METROBUS_LETTERS
    return of_a_line and bool(_LINE.search(before) or _LINE.search(after))
