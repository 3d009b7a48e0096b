"""Which updates are messages of citizens, and what such a message is in the desk's terms.

Our own reader, not the library's objects: those refuse a whole list of updates for one value of another type
than they expect.
"""

import re
from collections.abc import Iterator

from connectors.telegram import content
from connectors.telegram.files import attachments
from connectors.telegram.kinds import CONTENT, SERVICE
from connectors.telegram.values import Json, child, moment, text, whole
from domain.errors import UnreadableMessageError
from domain.messages import ALBUM, EDITS, InboundMessage
from domain.urn import Urn, phone_urn
from domain.vocabulary import Channel, Verdict

POSTS = ("message", "edited_message", "channel_post", "edited_channel_post")
SCHEME = "telegram"
CHAT_TYPE = "chat_type"
PRIVATE = "private"
_COMMAND = re.compile(r"/(start|help|settings)(@\w+)?(\s+[\w-]{0,64})?", re.ASCII)
"""The commands every client offers by itself, with the payload a deep link may add: no words of anybody's."""


def update_message(update: Json, raw: bytes) -> InboundMessage | None:
    """The message an update brings, or None for an event that is none: a reaction, a vote, a member joining,
    a moving live location, a pressed start button. Raises UnreadableMessageError."""
    number = whole(update, "update_id")
    if number is None:
        raise UnreadableMessageError("The original is no update: it has no update_id")
    kind = next((name for name in POSTS if name in update), None)
    if kind is None:
        return None
    message = update[kind]
    if not isinstance(message, dict):
        raise UnreadableMessageError(f"{kind} holds something that is no message")
    edited = kind.startswith("edited_")
    return None if _is_event(message, edited) else _message(message, number if edited else None, raw)


def message_key(message: Json) -> str | None:
    """What a message is known by (T4): `message_id` counts within one chat only. None when it has neither."""
    chat, number = whole(child(message, "chat"), "id"), whole(message, "message_id")
    return None if chat is None or number is None else f"{chat}:{number}"


def _is_event(message: Json, edited: bool) -> bool:
    if edited and "location" in message and not CONTENT.keys() - {"location"} & message.keys():
        return True
    if message.get("is_automatic_forward") is True:
        return True
    if not CONTENT.keys() & message.keys():
        return bool(SERVICE & message.keys())
    return bool(_COMMAND.fullmatch(text(message, "text").strip()))


def _message(message: Json, edit: int | None, raw: bytes) -> InboundMessage:
    key = message_key(message)
    if key is None:
        raise UnreadableMessageError("The message has no number, or no chat")
    chat = child(message, "chat")
    private = text(chat, "type") == PRIVATE
    sender = _sender(message, private)
    answered = _answered(message)
    original = key if edit is not None else None
    references = (original, answered, _album(message))
    return InboundMessage(
        channel=Channel.TELEGRAM,
        external_id=key if edit is None else f"{key}:edit:{edit}",
        text=content.words(message),
        raw=raw,
        sender=Urn(SCHEME, str(sender)) if sender is not None else None,
        sender_name=_name(message) or None,
        recipients=() if private else (Urn(SCHEME, str(whole(chat, "id"))),),
        contacts=tuple(_own_number(message)),
        sent_at=(moment(message, "edit_date") if original else None) or moment(message, "date"),
        attachments=attachments(message),
        in_reply_to=original or answered,
        references=tuple(each for each in references if each),
        place=content.place(message),
        private=private,
        verdict=_verdict(message),
        charset="utf-8",
        headers=dict(_headers(message, original)),
    )


def _sender(message: Json, private: bool) -> int | None:
    chat = whole(child(message, "chat"), "id")
    if private:
        return chat
    # who writes in the name of a chat (an anonymous admin, a channel) has no other number
    return whole(child(message, "sender_chat"), "id") or whole(child(message, "from"), "id") or chat


def _name(message: Json) -> str:
    chat, person = child(message, "sender_chat"), child(message, "from") or child(message, "chat")
    names = " ".join(part for n in ("first_name", "last_name") if (part := text(person, n)))
    return text(chat, "title") or names or text(person, "title")


def _answered(message: Json) -> str | None:
    earlier = child(message, "reply_to_message")
    # in a forum every message "answers" the one that opened its topic
    return None if "forum_topic_created" in earlier else message_key(earlier)


def _album(message: Json) -> str | None:
    """The common reference of an album's messages, which come one by one and have one caption together."""
    album, chat = text(message, "media_group_id"), whole(child(message, "chat"), "id")
    return f"{chat}:album:{album}" if album else None


def _own_number(message: Json) -> Iterator[Urn]:
    """The sender's own phone number, which Telegram vouches for when the numbers of both users agree."""
    contact = child(message, "contact")
    owner, sender = whole(contact, "user_id"), whole(child(message, "from"), "id")
    if owner is not None and owner == sender:
        number = text(contact, "phone_number")
        digits = number if number.startswith(("+", "0")) else f"+{number}"
        if urn := phone_urn(digits):
            yield urn


def _verdict(message: Json) -> Verdict:
    machine = child(message, "from").get("is_bot") is True and not child(message, "sender_chat")
    return Verdict.AUTO_REPLY if machine or message.get("is_from_offline") is True else Verdict.ORDINARY


def _headers(message: Json, edits: str | None) -> Iterator[tuple[str, str]]:
    person, forwarded = child(message, "from"), child(message, "forward_origin")
    kinds = [name for name in CONTENT if name in message]
    found = {
        CHAT_TYPE: text(child(message, "chat"), "type"),
        "content": kinds[0] if kinds else "unknown",
        "username": text(person, "username"),
        "locale": text(person, "language_code"),
        ALBUM: text(message, "media_group_id"),
        "forwarded": text(forwarded, "type"),
        EDITS: edits or "",
    }
    yield from ((name, value) for name, value in found.items() if value)
