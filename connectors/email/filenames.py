"""Names of attached files that are safe to show and to save (E21)."""

import re
import unicodedata

from connectors.email.sniffing import ENDINGS

# Control and format characters, above all the bidirectional ones that make `fdp.exe` look like `exe.pdf`.
_UNSAFE = re.compile('[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff"<>:|?*]')
_BLANK = re.compile(r"\s+")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
_MAX_OCTETS = 200


def safe_name(wanted: str, media_type: str, number: int) -> str:
    """A display name without path, control characters or tricks, at most 200 octets, never empty.

    A file without a name is called `attachment-N` with the usual ending of its type.
    """
    name = unicodedata.normalize("NFC", wanted).replace("\\", "/").rstrip("/ ").rpartition("/")[2]
    name = _BLANK.sub(" ", _UNSAFE.sub("", name)).strip(". ")
    if not name:
        return f"attachment-{number}{ENDINGS.get(media_type, '')}"
    if _RESERVED.match(name):
        name = f"_{name}"
    return _shortened(name)


def _shortened(name: str) -> str:
    """Cut in the middle rather than at the end: the ending says what the file is."""
    if len(name.encode()) <= _MAX_OCTETS:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 20:
        stem, dot, ending = name, "", ""
    room = _MAX_OCTETS - len(f"{dot}{ending}".encode())
    return stem.encode()[:room].decode("utf-8", "ignore").rstrip(". ") + dot + ending
