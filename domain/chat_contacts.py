"""Phone numbers and mail addresses that stand in what somebody types."""

import re

import phonenumbers

from domain.urn import Urn, mail_urn

_MAIL = re.compile(r"[^\s@<>(),;:\"]{1,64}@[^\s@<>(),;:\"]{1,190}")
_LONGEST = 4000
"""Characters that are looked at; nobody needs more to say how to be reached."""


def find_contacts(text: str, region: str = "TR") -> tuple[Urn, ...]:
    """The addresses in a text, phone numbers first, each once, in the order they stand there."""
    text = text[:_LONGEST]
    mails = [mail_urn(found.rstrip(".!?'’")) for found in _MAIL.findall(text)]
    # What looks like a number within an address is none.
    matches = phonenumbers.PhoneNumberMatcher(_MAIL.sub(" ", text), region)
    phones = [
        Urn("tel", phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164))
        for match in matches
    ]
    return tuple(dict.fromkeys([*phones, *(urn for urn in mails if urn)]))
