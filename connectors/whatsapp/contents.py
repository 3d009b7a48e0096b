"""What a message holds, by its type (Cloud API, "messages webhook reference"). Nothing of it is dropped: what
is no text becomes a file or a line of text."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from connectors.json_values import as_bytes, degrees, object_in
from connectors.whatsapp.reading import Json, list_in, objects_in, text_in
from domain.errors import UnreadableMessageError
from domain.messages import Attachment, Place
from domain.text import storable

_ENDINGS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "video/mp4": ".mp4",
    "video/3gpp": ".3gp",
    "audio/aac": ".aac",
    "audio/amr": ".amr",
    "audio/mp4": ".m4a",
    "audio/mpeg": ".mp3",
    "audio/ogg": ".ogg",
    "application/pdf": ".pdf",
    "text/plain": ".txt",
}
MEDIA_SOURCE = "media:"


@dataclass(frozen=True, kw_only=True)
class Content:
    """What somebody said. `notes` are kept beside the message as its headers."""

    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    place: Place | None = None
    edits: str | None = None
    notes: dict[str, str] = field(default_factory=dict)


def content_of(item: Json) -> Content:
    """The content of a message. Raises UnreadableMessageError for a type that is not known yet, or one whose
    parts are missing: it can be read again when it is."""
    kind = text_in(item, "type")
    read = _READERS.get(kind)
    if read is None:
        raise UnreadableMessageError("The message has a type that is not known")
    return read(item, kind)


def _text(item: Json, kind: str) -> Content:
    words = object_in(item, kind)
    if not isinstance(words.get("body"), str):
        raise UnreadableMessageError("The text message has no text")
    return Content(text=words["body"])


def _media(item: Json, kind: str) -> Content:
    media = object_in(item, kind)
    identifier = storable(text_in(media, "id"))
    if not identifier and objects_in(item, "errors"):  # WhatsApp itself could not get the file (131052)
        return _unsupported(item, kind)
    if not identifier:
        raise UnreadableMessageError("The message names no file")
    media_type = text_in(media, "mime_type") or "application/octet-stream"
    name = text_in(media, "filename") or f"{kind}{_ENDINGS.get(media_type.partition(';')[0].strip(), '')}"
    whole = identifier.isprintable()
    file = Attachment(
        name=name,
        media_type=media_type,
        content=None,
        note="not fetched yet" if whole else "WhatsApp names it by a damaged id",
        source=f"{MEDIA_SOURCE}{identifier}" if whole else None,
    )
    return Content(text=text_in(media, "caption"), attachments=(file,))


def _location(item: Json, kind: str) -> Content:
    where = object_in(item, kind)
    lines = [text_in(where, name) for name in ("name", "address", "url")]
    place = place_at(where.get("latitude"), where.get("longitude"), lines[1] or lines[0])
    if place is None and not any(lines):
        raise UnreadableMessageError("The location has neither coordinates nor words")
    return Content(text="\n".join(filter(None, lines)), place=place)


def place_at(latitude: object, longitude: object, address: str) -> Place | None:
    """The place with these WGS 84 degrees, None when they are none."""
    north, east = degrees(latitude, 90), degrees(longitude, 180)
    if north is None or east is None:
        return None
    return Place(latitude=north, longitude=east, address=address or None)


def _contacts(item: Json, kind: str) -> Content:
    cards = objects_in(item, kind)
    if not cards:
        raise UnreadableMessageError("The message has no contact")
    card = _json_file("contacts.json", list_in(item, kind))
    return Content(text="\n".join(_card_line(each) for each in cards), attachments=(card,))


def _card_line(card: Json) -> str:
    name = text_in(object_in(card, "name"), "formatted_name")
    phones = [text_in(phone, "phone") for phone in objects_in(card, "phones")]
    mails = [text_in(mail, "email") for mail in objects_in(card, "emails")]
    return " ".join(filter(None, [name, *phones, *mails]))


def _button(item: Json, kind: str) -> Content:
    button = object_in(item, kind)
    return Content(text=text_in(button, "text"), notes=_note("payload", text_in(button, "payload")))


def _interactive(item: Json, kind: str) -> Content:
    answer = object_in(item, kind)
    form = text_in(answer, "type")
    if form in ("button_reply", "list_reply"):
        chosen = object_in(answer, form)
        return Content(text=text_in(chosen, "title"), notes=_note("payload", text_in(chosen, "id")))
    if form == "nfm_reply":
        return _filled_form(object_in(answer, form))
    raise UnreadableMessageError("The answer has a form that is not known")


def _filled_form(reply: Json) -> Content:
    text, answers = text_in(reply, "body"), text_in(reply, "response_json")
    lines = [text, *_answer_lines(answers)]
    files = [_json_file("form.json", answers)] if answers else []
    return Content(text="\n".join(filter(None, lines)), attachments=tuple(files))


def _answer_lines(answers: str) -> Iterator[str]:
    try:
        value = json.loads(answers)
    except (ValueError, RecursionError):
        return
    for name, answer in value.items() if isinstance(value, dict) else ():
        if name != "flow_token" and isinstance(answer, str | int | float):
            yield f"{name}: {answer}"


def _order(item: Json, kind: str) -> Content:
    order = object_in(item, kind)
    return Content(text=text_in(order, "text"), attachments=(_json_file("order.json", order),))


def _unsupported(item: Json, kind: str) -> Content:
    """What somebody sent and WhatsApp cannot pass on: an operator must know that there was something."""
    codes = [text_in(error, "code") for error in objects_in(item, "errors")]
    sort = text_in(object_in(item, "unsupported"), "type")
    note = " ".join(filter(None, ["WhatsApp does not pass this on", sort, *codes]))
    missing = Attachment(name=sort or kind, media_type="application/octet-stream", content=None, note=note)
    return Content(attachments=(missing,))


def _edit(item: Json, kind: str) -> Content:
    edit = object_in(item, kind)
    edited = object_in(edit, "message")
    if edited.get("type") == kind:
        raise UnreadableMessageError("The edited message is an edit itself")
    original = text_in(edit, "original_message_id")
    return replace(content_of(edited), edits=original or None)


def _json_file(name: str, value: object) -> Attachment:
    return Attachment(name=name, media_type="application/json", content=as_bytes(value))


def _note(name: str, value: str) -> dict[str, str]:
    return {f"whatsapp-{name}": value} if value else {}


_READERS: dict[str, Callable[[Json, str], Content]] = {
    "text": _text,
    **dict.fromkeys(("image", "video", "audio", "voice", "document", "sticker"), _media),
    "location": _location,
    "contacts": _contacts,
    "button": _button,
    "interactive": _interactive,
    "order": _order,
    **dict.fromkeys(("unsupported", "unknown", "errors"), _unsupported),
    "edit": _edit,
}
