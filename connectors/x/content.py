"""What posts and direct messages have in common: words, links, files, a place, what they refer to."""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from connectors.x.values import Json, child, children, finite, ident, identifier, listed, text
from domain.messages import Attachment, Place

_ESCAPES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
"""The three signs X escapes in texts ("Counting characters")."""
_LONGEST_NAME = 100
_NAME = re.compile(r"[^A-Za-z0-9._-]")
_TYPES = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif",
          "webp": "image/webp", "mp4": "video/mp4", "m4a": "audio/mp4"}  # fmt: skip
_PENDING = "not fetched yet"


def words(item: Json, said: str) -> str:
    """A text as a person reads it: signs unescaped, shortened links as what they stand for."""
    for link in children(child(item, "entities"), "urls"):
        short, long = text(link, "url"), text(link, "expanded_url")
        of_a_file = "media_key" in link or text(link, "display_url").startswith(("pic.", "pic "))
        if short and long.startswith(("https://", "http://")) and not of_a_file:
            said = said.replace(short, long)
    for escaped, plain in _ESCAPES:
        said = said.replace(escaped, plain)
    return said


def user_of(includes: Json, number: str) -> Json:
    """The person with a number, an empty object when X names none."""
    return next((each for each in children(includes, "users") if ident(each, "id") == number), {})


def references(item: Json) -> Sequence[tuple[str, str]]:
    """Kind (`replied_to`, `quoted`, `retweeted`) and id of each post that this one refers to."""
    found = children(item, "referenced_tweets", "referenced_posts")
    return [(text(each, "type"), number) for each in found if (number := ident(each, "id"))]


def post_of(includes: Json, number: str) -> Json:
    """A post that is referred to, empty when it is deleted, protected or simply not there (X4)."""
    return next((each for each in children(includes, "tweets", "posts") if ident(each, "id") == number), {})


def place(item: Json, includes: Json) -> Place | None:
    """Where a post says it was written: the exact point where it has one, the name of the area else."""
    geo = child(item, "geo")
    longitude, latitude = _point(child(geo, "coordinates"))
    identity = text(geo, "place_id")
    area = next((each for each in children(includes, "places") if text(each, "id") == identity), {})
    name = text(area, "full_name") if identity else ""
    if latitude is None and not name:
        return None
    return Place(address=name or None, latitude=latitude, longitude=longitude)


def attachments(item: Json, includes: Json) -> tuple[Attachment, ...]:
    """The files an item names, each once, none fetched yet."""
    keys = [key for key in listed(child(item, "attachments"), "media_keys") if isinstance(key, str)]
    by_key = {text(each, "media_key"): each for each in children(includes, "media")}
    found = [_named(by_key.get(key, {}), key) for key in dict.fromkeys(keys)]
    old = child(child(child(child(item, "message_create"), "message_data"), "attachment"), "media")
    return (*found, *([_named(_modern(old), ident(old, "id"))] if old else ()))


def _point(coordinates: Json) -> tuple[float | None, float | None]:
    pair = [finite(each) for each in listed(coordinates, "coordinates")]
    if len(pair) < 2 or pair[0] is None or pair[1] is None:
        return None, None
    inside = abs(pair[0]) <= 180 and abs(pair[1]) <= 90
    return (pair[0], pair[1]) if inside else (None, None)


def _named(media: Json, key: str) -> Attachment:
    source = _source(media)
    ending = urlsplit(source).path.rpartition(".")[2].casefold() if source else ""
    media_type = _TYPES.get(ending, "application/octet-stream")
    kind = text(media, "type") or "file"
    name = _NAME.sub("_", f"{kind}-{key}")[:_LONGEST_NAME]
    return Attachment(
        name=f"{name}.{ending}" if ending in _TYPES else name,
        media_type=media_type,
        content=None,
        note=_PENDING if source else "X names no address for this file: it stays there",
        source=source or None,
    )


def _source(media: Json) -> str:
    """The best address of a file: a photo's own, of a video the version with most bits a second."""
    videos = [each for each in children(media, "variants") if text(each, "content_type") == "video/mp4"]
    best = max(videos, key=_rate, default={})
    found = text(best, "url") or text(media, "url") or text(media, "preview_image_url")
    return found if _is_address(found) else ""


def _rate(variant: Json) -> float:
    return finite(variant.get("bit_rate", variant.get("bitrate"))) or 0


def _modern(old: Json) -> Json:
    """A file of an older direct message in the fields of a newer one."""
    return {
        "type": text(old, "type"),
        "url": text(old, "media_url_https"),
        "variants": child(old, "video_info").get("variants"),
    }


def _is_address(found: str) -> bool:
    try:
        return urlsplit(found).scheme in ("https", "http")
    except ValueError:
        return False


def post_references(item: Json, own: str) -> Iterator[str]:
    """The posts a post belongs to, the oldest first: its conversation's first one, what it was before an
    edit, what it quotes, what it answers."""
    history = [identifier(e) for e in listed(item, "edit_history_tweet_ids", "edit_history_post_ids")]
    quoted = [number for kind, number in references(item) if kind != "replied_to"]
    answered = [number for kind, number in references(item) if kind == "replied_to"]
    conversation = [ident(item, "conversation_id")]
    every = dict.fromkeys(n for n in (*conversation, *quoted, *answered, *history) if n and n != own)
    yield from (f"post:{number}" for number in every)
