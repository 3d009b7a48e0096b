"""Personal data that is a number. Passports have no check digit: the word beside them tells."""

import re
from collections.abc import Callable, Iterator, Mapping

from domain.numbers import parse_application_number
from domain.personal import PersonalSpan
from domain.vocabulary import PersonalData
from router.checksums import is_card_number, is_identity_number, is_tax_number, is_turkish_iban
from router.digit_runs import Beginning, Window, digit_runs
from router.personal_cues import Around
from router.personal_phones import phone

_APPLICATION_LENGTHS = (12, 13, 14)
_CARD_LENGTHS = (16, 15, 19)
_LAST_GROUP_OF_A_CARD = 3
_IBAN_HEAD = re.compile(r"T\s?R[\s:.-]{0,2}$", re.IGNORECASE)
_SPACES_AND_DASHES = re.compile(r"[^./()]*")
_PASSPORT_WORD = re.compile(r"[pP][aA][sS](?:[aAsS]|[sS][aA])?[pP][oO][rR][tT]")
_PASSPORT = re.compile(r"(?<![^\W_])(?:[A-Za-z]{1,2}|[A-Z] )?[0-9]{6,9}(?![^\W_])")
_PASSPORT_REACH = 45

_Look = Callable[[Beginning], Window | None]


def numbers(text: str) -> Iterator[PersonalSpan]:
    """The personal numbers of a text, in order. Our own application numbers are none."""
    for run in digit_runs(text):
        at = 0
        while at < len(run.groups):
            kind, window = _recognise(Beginning(run, at))
            if kind and window:
                yield PersonalSpan(kind, _with_head(text, window, kind), window.end)
            at += len(window.groups) if window else 1


def passports(text: str) -> Iterator[PersonalSpan]:
    """Passport numbers: letters and digits with the word for it close by."""
    if "port" not in text and "PORT" not in text:  # a fiftieth of what the pattern costs
        return
    for word in _PASSPORT_WORD.finditer(text):
        before, after = max(0, word.start() - _PASSPORT_REACH), word.end() + _PASSPORT_REACH
        found = _PASSPORT.search(text, word.end(), after) or _PASSPORT.search(text, before, word.start())
        if found:
            yield PersonalSpan(PersonalData.PASSPORT, *found.span())


def _recognise(at: Beginning) -> tuple[PersonalData | None, Window | None]:
    """What begins at a group; (None, window) for one of our own numbers."""
    if not at.can_be_one:
        return None, None
    if own := _application_number(at):
        return None, own
    for kind, look in _LOOKS.items():
        if window := look(at):
            return kind, window
    return None, None


def _application_number(at: Beginning) -> Window | None:
    for length in _APPLICATION_LENGTHS:
        window = at.get(length)
        if window and parse_application_number(at.text[window.start : window.end]):
            return window
    return None


def _iban(at: Beginning) -> Window | None:
    window = at.get(24)
    if window is None or not is_turkish_iban(window.digits):
        return None
    headed = _IBAN_HEAD.search(at.text, max(0, window.start - 5), window.start)
    return window if headed or Around(at.text, window.start, window.end).names_iban else None


def _card(at: Beginning) -> Window | None:
    for length in _CARD_LENGTHS:
        window = at.get(length)
        if window and min(window.sizes) >= _LAST_GROUP_OF_A_CARD and is_card_number(window.digits):
            return window if Around(at.text, window.start, window.end).allows_a_number else None
    return None


def _identity(at: Beginning) -> Window | None:
    window = at.get(11)
    if window is None or not _evenly_written(window) or not is_identity_number(window.digits):
        return None
    return window if Around(at.text, window.start, window.end).allows_a_number else None


def _tax(at: Beginning) -> Window | None:
    window = at.get(10)
    if window is None or not _evenly_written(window) or not is_tax_number(window.digits):
        return None
    around = Around(at.text, window.start, window.end)
    return window if around.names_tax and not around.is_measure else None


def _evenly_written(window: Window) -> bool:
    """Whether one and the same space or dash parts all groups, none of which is a lone digit."""
    alike = len(window.gaps) <= 1 and all(map(_SPACES_AND_DASHES.fullmatch, window.gaps))
    return alike and min(window.sizes) > 1


def _with_head(text: str, window: Window, kind: PersonalData) -> int:
    """Where the number begins with what belongs to it and is no digit: `TR`, `+`, an opening bracket."""
    start = window.start
    if kind is PersonalData.IBAN and (head := _IBAN_HEAD.search(text, max(0, start - 5), start)):
        return head.start()
    if kind is PersonalData.PHONE and text[start - 1 : start] in ("+", "("):
        start -= 1
        return start - (text[start - 1 : start] == "+")
    return start


_LOOKS: Mapping[PersonalData, _Look] = {
    PersonalData.IBAN: _iban,
    PersonalData.CARD: _card,
    PersonalData.IDENTITY_NUMBER: _identity,
    PersonalData.TAX_NUMBER: _tax,
    PersonalData.PHONE: phone,
}
"""In this order: the longest number first, and a phone only where nothing else is sure."""
