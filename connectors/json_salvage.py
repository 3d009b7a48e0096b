"""A provider's answer with an item that is no JSON: torn out, so that it holds up none of the others (W4)."""

import json
import re

_DECODER = json.JSONDecoder(strict=False)
_NEXT_ITEM = re.compile(r',\s*(?=\{\s*")')
"""Within a text that was escaped as it must be, `{` is never followed by a bare quote."""
_AFTER_ITEM = re.compile(r"\s*(?:,|\Z)")
_BLANK = re.compile(r"\s*")


def salvaged(body: bytes, name: str) -> list[bytes] | None:
    """The items of the list under a name of an object, readable or not, each as the bytes it came in.

    None when there is no such list, or no end to it: then the answer broke off, and nothing of it is ours.
    What cannot be told apart from an unreadable item stays with it, so that no byte between two is lost.
    """
    text = body.decode("utf-8-sig", "surrogateescape")
    opening = re.match(r'\s*\{(?:\s*"\w*"\s*:\s*(?:"[^"]*"|[\w.+-]+)\s*,)*\s*"' + name + r'"\s*:\s*\[', text)
    end = text.rfind("]")
    if opening is None or end < opening.end() or not _closes(text[end:]):
        return None
    pieces = _pieces(text[opening.end() : end])
    return [piece.encode("utf-8", "surrogateescape") for piece in pieces if piece.strip()]


def _closes(rest: str) -> bool:
    """Whether this is the end of a list, of its object and of the answer, and nothing else."""
    try:
        return isinstance(json.loads('{"":[' + rest, strict=False), dict)
    except (ValueError, RecursionError):
        return False


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    position = _blank_until(text, 0)
    while position < len(text):
        found = _readable(text, position) or _NEXT_ITEM.search(text, position)
        end, after = found.span() if found else (len(text), len(text))
        pieces.append(text[position:end])
        position = _blank_until(text, after)
    return pieces


def _readable(text: str, position: int) -> re.Match[str] | None:
    """What follows the item here; None when it cannot be read, or when something else follows."""
    try:
        return _AFTER_ITEM.match(text, _DECODER.raw_decode(text, position)[1])
    except (ValueError, RecursionError):
        return None


def _blank_until(text: str, position: int) -> int:
    found = _BLANK.match(text, position)
    return found.end() if found else position
