"""How a text becomes septets: 3GPP TS 23.038 alphabets, for gateways that take user data and not text."""

from collections.abc import Sequence
from functools import cache

from domain.gsm import SmsEncoding
from domain.gsm_tables import DEFAULT, ESCAPE, EXTENSION, TURKISH_LOCKING, TURKISH_SINGLE

_BASES = {
    SmsEncoding.GSM7: DEFAULT,
    SmsEncoding.GSM7_TURKISH_SINGLE: DEFAULT,
    SmsEncoding.GSM7_TURKISH_BOTH: TURKISH_LOCKING,
}


def septets(text: str, encoding: SmsEncoding) -> list[int]:
    """The unpacked septets of a text, escapes included. Raises ValueError for a character that the encoding
    lacks; `domain.gsm.plan` chooses one that lacks none."""
    table = _table(encoding)
    try:
        return [septet for character in text for septet in table[character]]
    except KeyError as error:
        raise ValueError(f"{encoding} has no {error.args[0]!r}") from None


def pack_septets(unpacked: Sequence[int], fill_bits: int = 0) -> bytes:
    """Eight septets in seven octets (6.1.2.1), behind as many zero bits as the header before them needs.

    Seven spare bits at the end hold a carriage return, which no phone shows or takes for an `@`."""
    bits, length = 0, fill_bits
    for septet in unpacked:
        bits |= septet << length
        length += 7
    if -length % 8 == 7:
        bits |= 0x0D << length
    return bits.to_bytes((length + 7) // 8, "little")


@cache
def _table(encoding: SmsEncoding) -> dict[str, tuple[int, ...]]:
    base = _BASES[encoding]
    shifted = EXTENSION if encoding is SmsEncoding.GSM7 else TURKISH_SINGLE
    table: dict[str, tuple[int, ...]] = {c: (ESCAPE, code) for code, c in shifted.items()}
    return table | {c: (code,) for code, c in enumerate(base) if code != ESCAPE}
