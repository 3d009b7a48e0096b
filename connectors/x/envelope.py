"""Takes an original apart into single items, each with an original of its own that reads the same (W4).

Three forms come in: one polled item as it is stored (`data`, what it refers to in `includes`, ours is
`for_user_id`), a whole answer of the API (`data` is a list), and an event of the X Activity API (`data` holds
`event_uuid`, `event_type`, `payload`; docs.x.com, "X Activity API event payload examples").
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from connectors.json_values import read_object
from connectors.received_ids import hashed_id
from connectors.x.values import Json, child, children, ident, text
from domain.errors import UnreadableMessageError

_POSTS = frozenset({"post.mention.create", "post.reply.create", "post.quote.create"})
_MESSAGES = frozenset({"dm.received"})
_SEALED = frozenset({"chat.received"})
_IGNORED = (
    "post.create", "post.delete", "post.repost", "like.", "follow.", "mute.", "block.", "profile.",
    "spaces.", "news.", "dm.sent", "dm.read", "dm.indicate_typing", "chat.",
)  # fmt: skip
"""What happens on X and is no message to us: ours, or nobody's words."""


class Kind(StrEnum):
    """What an item is."""

    POST = "post"
    MESSAGE = "message"
    SEALED = "sealed"
    REVOKED = "revoked"
    IGNORED = "ignored"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One item: `us` is the account it was for, where the original tells; `raw` is its own original."""

    kind: Kind
    item: Json
    includes: Json
    us: str
    raw: bytes
    event: str = ""

    @property
    def key(self) -> str:
        """What the item is known by, at each delivery and however it came; the event's own id, which is
        another at each subscription, only where there is nothing better (X0)."""
        prefix = {Kind.POST: "post", Kind.MESSAGE: "dm"}.get(self.kind)
        number = ident(self.item, "id")
        if prefix and number:
            return f"{prefix}:{number}"
        return f"event:{self.event}" if self.event else hashed_id(self.raw)


def pieces(raw: bytes) -> Sequence[Piece]:
    """The items of an original. Raises UnreadableMessageError when the whole is none."""
    value = read_object(raw)
    data = value.get("data")
    if isinstance(data, list):
        return [each for item in data for each in _pieces({**value, "data": item}, None)]
    if not isinstance(data, dict):
        raise UnreadableMessageError("The original holds no data")
    return list(_pieces(value, raw))


def singles(page: Json, user: str) -> list[bytes]:
    """The items of an answer, each as an original of its own with what it refers to."""
    data = page.get("data")
    includes = child(page, "includes")
    found = []
    for item in data if isinstance(data, list) else ():
        kept = _referred(item, includes) if isinstance(item, dict) else {}
        found.append(_written({"for_user_id": user, "data": item} | ({"includes": kept} if kept else {})))
    return found


def _pieces(value: Json, raw: bytes | None) -> Iterator[Piece]:
    data = child(value, "data")
    if "payload" in data or "." in text(data, "event_type"):
        yield from _of_event(value, data, raw)
        return
    yield Piece(
        kind=_kind_of(data),
        item=data,
        includes=child(value, "includes"),
        us=ident(value, "for_user_id"),
        raw=_written(value) if raw is None else raw,
    )


def _kind_of(item: Json) -> Kind:
    if "dm_conversation_id" in item or "sender_id" in item or "event_type" in item:
        return Kind.MESSAGE
    return Kind.POST if item else Kind.UNKNOWN


def _of_event(value: Json, data: Json, raw: bytes | None) -> Iterator[Piece]:
    payload, kind = child(data, "payload"), _kind_of_event(text(data, "event_type"))
    old = payload.get("direct_message_events") if kind is Kind.MESSAGE else None
    several = old if isinstance(old, list) and old else [payload]
    for item in several:
        alone = raw if raw is not None and len(several) == 1 else None
        if alone is None:
            inner = {"payload": {**payload, "direct_message_events": [item]}} if several is old else {}
            alone = _written({**value, "data": {**data, **inner}})
        yield Piece(
            kind=kind if isinstance(item, dict) and (item or kind in _EMPTY_MAY_BE) else Kind.UNKNOWN,
            item=item if isinstance(item, dict) else {},
            includes=_includes(value, data, payload),
            us=ident(child(data, "filter"), "user_id"),
            raw=alone,
            event=text(data, "event_uuid"),
        )


_EMPTY_MAY_BE = frozenset({Kind.IGNORED, Kind.SEALED, Kind.REVOKED})


def _kind_of_event(name: str) -> Kind:
    exact = {_POSTS: Kind.POST, _MESSAGES: Kind.MESSAGE, _SEALED: Kind.SEALED}
    for names, kind in exact.items():
        if name in names:
            return kind
    if name.startswith("oauth."):
        return Kind.REVOKED
    return Kind.IGNORED if name.startswith(_IGNORED) else Kind.UNKNOWN


def _includes(value: Json, data: Json, payload: Json) -> Json:
    """What an event refers to. Older direct messages name their people in a map of the payload."""
    found = child(data, "includes") or child(payload, "includes") or child(value, "includes")
    people = child(payload, "users")
    users = [
        {"id": key, "name": text(who, "name"), "username": text(who, "username") or text(who, "screen_name")}
        for key, each in people.items()
        if isinstance(each, dict) and (who := child(each, "data") or each)
    ]
    return {**found, "users": [*children(found, "users"), *users]} if users else found


def _referred(item: Json, includes: Json) -> dict[str, Any]:
    """The part of an answer's includes that an item names: so its original is understood by itself."""
    parents = {ident(each, "id") for each in children(item, "referenced_tweets", "referenced_posts")}
    posts = [each for each in children(includes, "tweets", "posts") if ident(each, "id") in parents]
    people = {ident(each, "author_id", "sender_id") for each in (item, *posts)}
    media = child(item, "attachments").get("media_keys")
    keys = {key for key in media if isinstance(key, str)} if isinstance(media, list) else set()
    wanted: Mapping[str, list[Json]] = {
        "users": [each for each in children(includes, "users") if ident(each, "id") in people],
        "media": [each for each in children(includes, "media") if text(each, "media_key") in keys],
        "places": [
            each
            for each in children(includes, "places")
            if text(each, "id") and text(each, "id") == text(child(item, "geo"), "place_id")
        ],
        "tweets": posts,
    }
    return {name: found for name, found in wanted.items() if found}


def _written(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode("ascii")
