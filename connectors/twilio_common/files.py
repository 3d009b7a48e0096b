"""The files of a message at Twilio: named by a form or a resource, fetched later (G12)."""

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.twilio_common.forms import Form, number
from connectors.twilio_common.resources import text_of
from domain.messages import Attachment

_MOST_MEDIA = 20
_ENDINGS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/heic": ".heic",
    "video/mp4": ".mp4",
    "audio/ogg": ".ogg",
    "video/3gpp": ".3gp",
    "audio/amr": ".amr",
    "audio/mpeg": ".mp3",
    "text/plain": ".txt",
    "text/vcard": ".vcf",
    "text/x-vcard": ".vcf",
    "application/pdf": ".pdf",
}


def form_files(form: Form, prefix: str) -> Iterator[Attachment]:
    """The files a webhook form names, called `<prefix>-1.jpg` and so on."""
    for index in range(min(number(form.first("NumMedia")), _MOST_MEDIA)):
        kind = form.first(f"MediaContentType{index}") or "application/octet-stream"
        yield _file(prefix, index, kind, form.first(f"MediaUrl{index}"))


def resource_files(item: Mapping[str, Any], prefix: str) -> Iterator[Attachment]:
    """The files a Message resource counts; their list is asked for when they are fetched."""
    links = item.get("subresource_uris")
    media = text_of(links.get("media")) if isinstance(links, dict) else ""
    for index in range(min(number(text_of(item.get("num_media"))), _MOST_MEDIA)):
        yield _file(prefix, index, "application/octet-stream", f"{media}#{index}" if media else "")


def _file(prefix: str, index: int, media_type: str, source: str) -> Attachment:
    """A file to be fetched, or one that is told as missing: a damaged address would be tried in vain."""
    ending = _ENDINGS.get(media_type.partition(";")[0].strip().lower(), "")
    there = bool(source) and source.isprintable()
    missing = "its address is damaged" if source else "its address is missing"
    return Attachment(
        name=f"{prefix}-{index + 1}{ending}",
        media_type=media_type,
        content=None,
        note="not fetched yet" if there else missing,
        source=source if there else None,
    )
