"""One type for every address a person can be reached at: `tel:+905321234567`, `mailto:a@b.example`."""

import re
from dataclasses import dataclass

import phonenumbers

_SHORT_CODE = re.compile(r"^\d{3,6}$")
_LONGEST_LINE, _MOST_LINES, _FEWEST_LETTERS = 60, 6, 5
_LONGEST_MAIL = 64 + 1 + 255
"""RFC 5321, section 4.5.3.1; no index takes ten times as many."""
_ADDRESS = re.compile(r"^[^@\s<>\",;:]+@[^@\s<>\",;:]+\.[^@\s<>\",;:]+$")


@dataclass(frozen=True)
class Urn:
    """An address with its scheme; equal text means the same address."""

    scheme: str
    path: str

    def __str__(self) -> str:
        return f"{self.scheme}:{self.path}"

    @classmethod
    def parse(cls, text: str) -> "Urn":
        """Read what `str(urn)` wrote. Raises ValueError for a text without a scheme."""
        scheme, colon, path = text.partition(":")
        if not (scheme and colon and path):
            raise ValueError(f"not an address: {text!r}")
        return cls(scheme, path)


def phone_urn(text: str, region: str = "TR") -> Urn | None:
    """The phone number in a text as `tel:` with E.164 digits, or None when there is no possible number.

    Knows 05xx, 5xx, 0090 and landlines of the region; short codes stay as written (`tel:1530`).
    """
    compact = re.sub(r"[\s().-]", "", text)
    if _SHORT_CODE.match(compact):
        return Urn("tel", compact)
    try:
        number = phonenumbers.parse(compact, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return Urn("tel", phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def can_receive_sms(urn: Urn) -> bool:
    """Whether the address is a mobile number (or one whose kind the numbering plan does not tell)."""
    if urn.scheme != "tel" or not urn.path.startswith("+"):
        return False
    kinds = phonenumbers.PhoneNumberType
    kind = phonenumbers.number_type(phonenumbers.parse(urn.path))
    return kind in (kinds.MOBILE, kinds.FIXED_LINE_OR_MOBILE)


def mail_urn(text: str) -> Urn | None:
    """The mail address in a text as `mailto:` with its domain in lower case, or None when it is none, or
    longer than any."""
    address = text.strip().strip("<>").strip()
    if len(address) > _LONGEST_MAIL or not _ADDRESS.match(address):
        return None
    local, _, domain = address.rpartition("@")
    return Urn("mailto", f"{local}@{domain.lower()}")


def letter_urn(name: str | None, address: str) -> Urn | None:
    """The postal address in a text as `letter:` with its lines, the person's name first, between bars; None
    where nothing in it could be one."""
    lines = [" ".join(line.replace("|", "/").split()) for line in (name or "", *address.splitlines())]
    kept = [line[:_LONGEST_LINE] for line in lines if line]
    where = kept[1:] if name else kept
    if sum(map(str.isalpha, "".join(where))) < _FEWEST_LETTERS:
        return None
    return Urn("letter", "|".join(kept[:_MOST_LINES]))


def letter_lines(urn: Urn) -> list[str]:
    """The lines of a `letter:` address, as they stand on an envelope."""
    return urn.path.split("|")
