"""The numbers citizens know a case by.

The application number is `YYYY-NNNNNNN-C`: year, running number (seven digits, more when a year needs them)
and a check digit by ISO/IEC 7064 MOD 11,10, so that a number mistyped on the phone is caught before any
look-up. The security number has six digits from a cryptographic source.
"""

import re
import secrets
from collections.abc import Callable

# Begins with a digit, though (?<!\d) could stand first: so a text is searched in a third of the time.
_FORM = re.compile(r"(\d\d{3})(?<!\d{5})[-\s./]?(\d{7,9})[-\s./]?(\d)(?!\d)")
SECURITY_DIGITS = 6


def check_digit(digits: str) -> int:
    """The ISO/IEC 7064 MOD 11,10 check digit of a string of digits."""
    product = 10
    for digit in digits:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10


def application_number(year: int, running: int) -> str:
    """The application number for the year's running number, check digit included."""
    digits = f"{year:04d}{running:07d}"
    return f"{digits[:4]}-{digits[4:]}-{check_digit(digits)}"


def parse_application_number(text: str) -> str | None:
    """The application number that a text consists of, however it is spaced; None when it is not one."""
    match = _FORM.fullmatch(text.strip())
    return _canonical(match) if match else None


def find_application_numbers(text: str) -> list[str]:
    """Every valid application number that stands in a longer text, in order."""
    found = (_canonical(match) for match in _FORM.finditer(text))
    return [number for number in found if number]


def _canonical(match: re.Match[str]) -> str | None:
    year, running, check = match.groups()
    if check_digit(f"{int(year):04d}{int(running):07d}") != int(check):
        return None
    return application_number(int(year), int(running))


def security_number(below: Callable[[int], int] = secrets.randbelow) -> str:
    """A fresh six-digit security number."""
    return f"{below(10**SECURITY_DIGITS):0{SECURITY_DIGITS}d}"
