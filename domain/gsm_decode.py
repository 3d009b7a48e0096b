"""What an incoming short message says: 3GPP TS 23.038 alphabets, TS 23.040 user data headers.

A national language table is used only when the user data header says so (S5).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain.gsm_tables import DEFAULT, ESCAPE, EXTENSION, TURKISH, TURKISH_LOCKING, TURKISH_SINGLE

_CONCAT_8, _CONCAT_16, _SINGLE_SHIFT, _LOCKING_SHIFT = 0x00, 0x08, 0x24, 0x25


@dataclass(frozen=True, kw_only=True)
class Concatenation:
    """One part of several: part `number` (from 1) of `total` under the sender's `reference`."""

    reference: int
    total: int
    number: int


@dataclass(frozen=True, kw_only=True)
class UserDataHeader:
    """The information elements the desk knows; `octets` is the header's whole length, 0 without one."""

    octets: int = 0
    concatenation: Concatenation | None = None
    single_shift: int | None = None
    locking_shift: int | None = None


NO_HEADER = UserDataHeader()


def read_header(data: bytes) -> UserDataHeader:
    """The user data header at the start of the data (TS 23.040, 9.2.3.24). Unknown or broken elements are
    passed over, so that whatever text follows is still read; never raises."""
    octets = min(1 + data[0], len(data)) if data else 0
    concatenation: Concatenation | None = None
    shifts: dict[int, int | None] = {_SINGLE_SHIFT: None, _LOCKING_SHIFT: None}
    for element, value in _elements(data[1:octets]):
        if element in shifts and len(value) == 1:
            shifts[element] = value[0]
        else:
            concatenation = _concatenation(element, value) or concatenation
    return UserDataHeader(
        octets=octets,
        concatenation=concatenation,
        single_shift=shifts[_SINGLE_SHIFT],
        locking_shift=shifts[_LOCKING_SHIFT],
    )


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    position = 0
    while position + 2 <= len(data):
        end = position + 2 + data[position + 1]
        yield data[position], data[position + 2 : end]
        position = end


def _concatenation(element: int, value: bytes) -> Concatenation | None:
    wide = {_CONCAT_8: 1, _CONCAT_16: 2}.get(element)
    if wide is None or len(value) != wide + 2:
        return None
    total, number = value[wide:]
    if not 1 <= number <= total:
        return None  # the standard says to ignore such an element
    return Concatenation(reference=int.from_bytes(value[:wide], "big"), total=total, number=number)


def unpack_septets(octets: bytes, count: int, fill_bits: int = 0) -> list[int]:
    """The first `count` septets packed into the octets behind `fill_bits` (TS 23.038, 6.1.2.1); fewer when
    the octets end before."""
    bits = int.from_bytes(octets, "little") >> fill_bits
    whole = max(0, (len(octets) * 8 - fill_bits) // 7)
    return [bits >> (7 * i) & 0x7F for i in range(min(count, whole))]


def decode_septets(septets: Sequence[int], header: UserDataHeader = NO_HEADER) -> str:
    """The text of unpacked septets. A character that the shift table lacks is read from the main table, as
    TS 23.038 asks; an escape at the very end says nothing."""
    base = TURKISH_LOCKING if header.locking_shift == TURKISH else DEFAULT
    shifted = TURKISH_SINGLE if header.single_shift == TURKISH else EXTENSION
    text, escaped = [], False
    for septet in septets:
        if escaped:
            text.append(shifted.get(septet, " " if septet == ESCAPE else base[septet & 0x7F]))
        elif septet != ESCAPE:
            text.append(base[septet & 0x7F])
        escaped = septet == ESCAPE and not escaped
    return "".join(text)
