"""Where a text may be cut without breaking a sign: the rules of Unicode UAX #29 that phones' texts need."""

import unicodedata

_JOINER = "\u200d"


def graphemes(text: str) -> list[str]:
    """The text in pieces a reader sees as one sign: base and accents, emoji sequences, flags, CR LF."""
    pieces: list[str] = []
    for char in text:
        if pieces and _belongs(pieces[-1], char):
            pieces[-1] += char
        else:
            pieces.append(char)
    return pieces


def _belongs(piece: str, char: str) -> bool:
    if char == "\n":
        return piece == "\r"
    if piece in ("\r", "\n"):
        return False
    if _is_flag_half(char):
        return len(piece) == 1 and _is_flag_half(piece)
    return piece[-1] == _JOINER or _extends(char)


def _extends(char: str) -> bool:
    tone_or_tag = "\U0001f3fb" <= char <= "\U0001f3ff" or "\U000e0020" <= char <= "\U000e007f"
    return char == _JOINER or tone_or_tag or unicodedata.category(char) in ("Mn", "Me", "Mc")


def _is_flag_half(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"
