"""The SMS alphabets of 3GPP TS 23.038: default, its extension, and the Turkish national language tables."""

ESCAPE = 0x1B
TURKISH = 1
"""The national language identifier of Turkish (3GPP TS 23.040, 9.2.3.24.15 and 16)."""

_CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SIGNS = " !\"#¤%&'()*+,-./0123456789:;<=>?"

DEFAULT = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ"
    + _SIGNS
    + "¡"
    + _CAPITALS
    + "ÄÖÑÜ§¿"
    + _CAPITALS.lower()
    + "äöñüà"
)
"""The default alphabet (6.2.1): a septet is the index of its character."""

TURKISH_LOCKING = (
    "@£$¥€éùıòÇ\nĞğ\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bŞşßÉ"
    + _SIGNS
    + "İ"
    + _CAPITALS
    + "ÄÖÑÜ§ç"
    + _CAPITALS.lower()
    + "äöñüà"
)
"""The Turkish locking shift table (A.3.1): it stands in place of the default alphabet."""

EXTENSION = {
    0x0A: "\f",
    0x14: "^",
    0x28: "{",
    0x29: "}",
    0x2F: "\\",
    0x3C: "[",
    0x3D: "~",
    0x3E: "]",
    0x40: "|",
    0x65: "€",
}
"""What follows an escape in the default extension table (6.2.1.1)."""

TURKISH_SINGLE = EXTENSION | {
    0x47: "Ğ",
    0x49: "İ",
    0x53: "Ş",
    0x63: "ç",
    0x67: "ğ",
    0x69: "ı",
    0x73: "ş",
}
"""What follows an escape under the Turkish single shift table (A.2.1): the extension and seven letters."""
