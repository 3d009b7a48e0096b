"""Packs short messages bit by bit: an encoder for the tests alone, since the desk sends whole texts."""

from domain.gsm_tables import DEFAULT, TURKISH_LOCKING, TURKISH_SINGLE


def encode(
    text: str, *, header: bytes = b"", single: bool = False, locking: bool = False
) -> tuple[bytes, int]:
    """The user data of a text and its TP-UDL, packed bit by bit: an encoder for the tests alone."""
    base, septets = (TURKISH_LOCKING if locking else DEFAULT), []
    for char in text:
        if char in base:
            septets.append(base.index(char))
        else:
            assert single
            septets += [0x1B, next(code for code, c in TURKISH_SINGLE.items() if c == char)]
    bits = [int(b) for octet in header for b in reversed(f"{octet:08b}")]
    bits += [0] * (-len(bits) % 7)
    length = len(bits) // 7 + len(septets)
    bits += [int(b) for septet in septets for b in reversed(f"{septet:07b}")]
    bits += [0] * (-len(bits) % 8)
    octets = [sum(bit << i for i, bit in enumerate(bits[n : n + 8])) for n in range(0, len(bits), 8)]
    return bytes(octets), length
