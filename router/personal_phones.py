"""Telephone numbers: our own look at how the digits stand, and phonenumbers' word on whether they exist.

Asking phonenumbers to search a text costs 1.4 ms, to judge one candidate a thirtieth of that.
"""

import phonenumbers

from router.digit_runs import Beginning, Window
from router.personal_cues import Around

_SERVICE_SIZES = frozenset([(7,), (3, 4), (3, 1, 3), (3, 2, 2), (3, 3, 1)])
_LENGTHS = (14, 12, 11, 10)
"""Digits of a Turkish number with 0090, with 90, with 0, and bare."""
_BARE_LANDLINES = ("2", "3", "4")
"""In one piece and without the 0 they look like any ten digits, so something must name them."""
_FOREIGN_LENGTHS = range(15, 7, -1)
_SPLIT_AREA = (2, 2, 3, 2, 2)
"""`05 32 123 45 67`: the only way to break the code of an operator that no date looks like."""


def phone(at: Beginning) -> Window | None:
    """The groups from a group on that are a telephone number, or None."""
    return _abroad(at) or _here(at) or _service(at)


def _abroad(at: Beginning) -> Window | None:
    """A number with `+` or `00` and any country's code."""
    if not at.is_after("+") and not at.first.digits.startswith("00"):
        return None
    return next((w for n in _FOREIGN_LENGTHS if (w := at.get(n)) and _exists_abroad(w.digits)), None)


def _here(at: Beginning) -> Window | None:
    for length in _LENGTHS:
        window = at.get(length)
        if window and _is_written_so(at.text, window) and _exists_here(window.digits):
            return window
    return None


def _service(at: Beginning) -> Window | None:
    """A company's number of the form 444 x xxx."""
    window = at.get(7)
    if window is None or not window.digits.startswith("444") or window.sizes not in _SERVICE_SIZES:
        return None
    return window if Around(at.text, window.start, window.end).allows_a_number else None


def _exists_here(digits: str) -> bool:
    number = phonenumbers.PhoneNumber(country_code=90, national_number=int(digits[-10:]))
    return phonenumbers.is_valid_number_for_region(number, "TR")


def _exists_abroad(digits: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse("+" + digits.removeprefix("00")))
    except phonenumbers.NumberParseException:
        return False


def _is_written_so(text: str, window: Window) -> bool:
    """Whether the digits are grouped as people group a Turkish number, and called nothing else."""
    prefix = window.digits[:-10]
    if prefix not in ("", "0", "90", "0090") or not _well_grouped(window, len(prefix)):
        return False
    around = Around(text, window.start, window.end)
    alike = not prefix and len(window.groups) == 1 and window.digits.startswith(_BARE_LANDLINES)
    return around.allows_a_number and (around.names_phone or not alike)


def _well_grouped(window: Window, prefix: int) -> bool:
    """Whether the area code stands in one group, with nothing but the prefix before it."""
    if window.sizes == _SPLIT_AREA:
        return True
    ends, total = [], 0
    for size in window.sizes:
        total += size
        ends.append(total)
    inside = [end for end in ends if prefix < end < prefix + 3]
    lonely = [size for size, end in zip(window.sizes, ends, strict=True) if size == 1 and end > prefix]
    return not inside and (prefix > 0 or not lonely)
