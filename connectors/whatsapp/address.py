"""Who somebody is on WhatsApp (W9): a phone number, or an id that WhatsApp made for one business alone."""

import re
from collections.abc import Iterator

from domain.text import storable
from domain.urn import Urn, phone_urn

SCHEME = "whatsapp"
_PREFIX = "whatsapp:"
_SIGNS = re.compile(r"[\s().-]")
_DIGITS = re.compile(r"[0-9]{5,15}")
_USER_ID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}")


def whatsapp_urn(text: str) -> Urn | None:
    """The address in a text: `whatsapp:905...` for a number however it is spelt, `whatsapp:TR.123` for a
    business-scoped user id, None for nothing. What is neither is kept as it is: a new kind of id."""
    plain = storable(text).strip().removeprefix(_PREFIX).strip()
    digits = _SIGNS.sub("", plain).removeprefix("+")
    if _DIGITS.fullmatch(digits):
        return Urn(SCHEME, digits)
    return Urn(SCHEME, plain) if plain else None


def is_number(urn: Urn) -> bool:
    """Whether the address is a phone number."""
    return urn.scheme == SCHEME and bool(_DIGITS.fullmatch(urn.path))


def is_user_id(urn: Urn) -> bool:
    """Whether the address is a business-scoped user id (BSUID), which has no phone number in it."""
    return urn.scheme == SCHEME and bool(_USER_ID.fullmatch(urn.path))


def person(*ids: str) -> tuple[Urn | None, tuple[Urn, ...]]:
    """The sender and their further addresses, from every id a message names them by.

    A number goes before a user id, since somebody who hides theirs later is still known by the id then. The
    phone number is an address too: WhatsApp has verified that it is theirs.
    """
    found = list(dict.fromkeys(urn for text in ids if (urn := whatsapp_urn(text))))
    known = sorted(found, key=lambda urn: not is_number(urn))
    if not known:
        return None, ()
    return known[0], tuple(dict.fromkeys([*_phones(known), *known[1:]]))


def _phones(known: list[Urn]) -> Iterator[Urn]:
    for urn in known:
        phone = phone_urn(f"+{urn.path}") if is_number(urn) else None
        if phone:
            yield phone
