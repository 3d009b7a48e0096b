"""What people send over BiP: its content types, in the desk's terms (Discover API, "Content Types")."""

import mimetypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from math import isfinite
from urllib.parse import unquote, urlsplit

from connectors.bip.values import Json, child, number, text
from domain.errors import UnreadableMessageError
from domain.messages import Attachment, Place
from domain.text import storable

_MOST_FILES = 20
_TEMPLATES = ("tmmSingle", "tmmMultiple", "tmmPoll", "tmmQuickReply", "tmmCarousel")


class Kind(IntEnum):
    """The types of the published pages."""

    TEXT = 0
    PHOTO = 2
    AUDIO = 3
    VIDEO = 4
    STICKER = 5
    CAPS = 6
    LOCATION = 7
    RICH = 8
    FINISH_LINE = 9
    CONTACT = 10
    TEMPLATE = 13
    DOCUMENT = 14


LETTERS = {
    "T": Kind.TEXT, "I": Kind.PHOTO, "A": Kind.AUDIO, "V": Kind.VIDEO, "S": Kind.STICKER,
    "C": Kind.CAPS, "L": Kind.LOCATION, "R": Kind.RICH,
}  # fmt: skip
"""How the older push writes them."""
_FILES = {
    Kind.PHOTO: ("photo", "image/jpeg"),
    Kind.AUDIO: ("audio", "audio/mpeg"),
    Kind.VIDEO: ("video", "video/mp4"),
    Kind.STICKER: ("sticker", "image/png"),
    Kind.CAPS: ("caps", "image/jpeg"),
    Kind.DOCUMENT: ("document", "application/octet-stream"),
}


@dataclass(frozen=True, kw_only=True)
class Understood:
    """What some contents say together. `silent` when they say nothing to anybody, as a tapped poll does."""

    text: str
    attachments: tuple[Attachment, ...] = ()
    place: Place | None = None
    silent: bool = False


def understand(contents: Sequence[Json]) -> Understood:
    """The words, files and place of these contents. Raises UnreadableMessageError for one that has nothing of
    what its type needs."""
    read = [_one(content) for content in contents]
    return Understood(
        text="\n".join(each.text for each in read if each.text),
        attachments=tuple(a for each in read for a in each.attachments)[:_MOST_FILES],
        place=next((each.place for each in read if each.place), None),
        silent=all(each.silent for each in read),
    )


def _one(content: Json) -> Understood:
    kind = number(content, "type")
    if kind == Kind.LOCATION:
        return _location(content)
    if kind == Kind.CONTACT:
        return Understood(text="\n".join(_card(child(content, "vCard"))))
    if kind == Kind.DOCUMENT and child(content, "document"):
        document = child(content, "document")
        return _file(Kind.DOCUMENT, text(document, "filepath"), text(document, "filename"))
    if kind in _FILES:
        return _file(Kind(kind), text(content, "message"), text(content, "filename"))
    if kind in (Kind.RICH, Kind.TEMPLATE):
        return _rich(content)
    if kind == Kind.FINISH_LINE:
        return Understood(text="", silent=True)
    if content.get("message") is None:
        raise UnreadableMessageError("The content holds no message")
    return Understood(text=text(content, "message"))


def _file(kind: Kind, address: str, name: str) -> Understood:
    if not address:
        raise UnreadableMessageError("The content names no file")
    path = _path_of(address)
    if path is None:
        return Understood(text=address)
    usual, media_type = _FILES[kind]
    given = name.strip() or storable(unquote(path.rpartition("/")[2]))
    guessed = mimetypes.guess_type(given)[0] or mimetypes.guess_type(path)[0]
    attachment = Attachment(
        name=given.replace("/", "_").replace("\\", "_").strip() or usual,
        media_type=guessed or media_type,
        content=None,
        note="not fetched yet",
        source=address,
    )
    return Understood(text="", attachments=(attachment,))


def _path_of(address: str) -> str | None:
    """The path of a web address; None of other words, and of a damaged one: it would be asked for in vain."""
    if not address.isprintable():
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return parts.path if parts.scheme in ("https", "http") and parts.netloc else None


def _location(content: Json) -> Understood:
    for spot in (child(content, "location"), child(content, "data"), content):
        pairs = [(spot.get("lat"), spot.get("lon")), (spot.get("latitude"), spot.get("longitude"))]
        for latitude, longitude in pairs:
            if latitude is not None and longitude is not None:
                return _spot(spot, latitude, longitude)
    raise UnreadableMessageError("The location has no coordinates")


def _spot(spot: Json, latitude: object, longitude: object) -> Understood:
    words = "\n".join(line for line in (text(spot, "title"), text(spot, "desc")) if line.strip())
    north, east = _degrees(latitude, 90), _degrees(longitude, 180)
    if north is None or east is None:
        return Understood(text=f"{words}\n{storable(f'{latitude} {longitude}')}".strip())
    address = words.replace("\n", ", ") or None
    return Understood(text=words, place=Place(address=address, latitude=north, longitude=east))


def _degrees(value: object, most: float) -> float | None:
    try:
        degrees = float(str(value).replace(",", "."))
    except ValueError:
        return None
    return degrees if isfinite(degrees) and abs(degrees) <= most else None


def _card(card: Json) -> Iterator[str]:
    if not card:
        raise UnreadableMessageError("The contact is empty")
    yield " ".join(word for word in (text(card, "name"), text(card, "surname")) if word)
    yield from (storable(n) for n in _several(card, "phonenumbers") if isinstance(n, str))
    for address in _several(card, "addresses"):
        if isinstance(address, dict):
            parts = (text(address, name) for name in ("address", "postalcode", "city", "country"))
            yield " ".join(part for part in parts if part)


def _several(value: Json, name: str) -> Sequence[object]:
    found = value.get(name)
    return found if isinstance(found, list) else ()


def _rich(content: Json) -> Understood:
    words = text(content, "message") or "\n".join(_titles(content))
    if words:
        return Understood(text=words)
    if content.get("pollid") is None and content.get("optionid") is None:
        raise UnreadableMessageError("The rich content holds no words")
    return Understood(text="", silent=True)


def _titles(content: Json) -> Iterator[str]:
    for part in (content, *(child(content, form) for form in _TEMPLATES)):
        for name in ("title", "description", "name"):
            if found := text(part, name).strip():
                yield found
