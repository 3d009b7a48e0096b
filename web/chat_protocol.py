"""What a visitor's browser and the web chat say to one another, as docs/channels/webchat.md has it."""

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from pipeline.chats import Spoken
from web.templating import say

LONGEST_FRAME = 20 * 1024
"""Bytes: four thousand characters of any kind, escaped, and their envelope."""


class _Frame(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Hello(_Frame):
    """The first word: who comes back shows its token and the last line it has."""

    type: Literal["hello"]
    token: str = Field(default="", max_length=400)
    last_seen: int = Field(default=0, ge=0, le=2**31 - 1)


class Say(_Frame):
    """A line. The same `client_id` again is the same line."""

    type: Literal["say"]
    client_id: str = Field(pattern="^[A-Za-z0-9_-]{8,64}$")
    text: str


class Seen(_Frame):
    """The visitor has the lines up to this one."""

    type: Literal["seen"]
    seq: int = Field(ge=0, le=2**31 - 1)


class Typing(_Frame):
    """The visitor is typing."""

    type: Literal["typing"]


class Finish(_Frame):
    """The visitor wants the chat closed and what was said taken."""

    type: Literal["finish"]


class Ping(_Frame):
    """Is anybody there?"""

    type: Literal["ping"]


Frame = Hello | Say | Seen | Typing | Finish | Ping
_FRAME: TypeAdapter[Frame] = TypeAdapter(Annotated[Frame, Field(discriminator="type")])


def read_frame(text: str) -> Frame | None:
    """The frame, or None for what is none."""
    if len(text) > LONGEST_FRAME:
        return None
    try:
        return _FRAME.validate_json(text.encode("utf-8", "replace"))
    except ValidationError:
        return None


def line(spoken: Spoken) -> dict[str, Any]:
    """A line as it is sent."""
    told = {"seq": spoken.seq, "author": spoken.author, "text": spoken.text, "at": spoken.at.isoformat()}
    return told | ({"client_id": spoken.client_id} if spoken.client_id else {})


def error(code: str, *, client_id: str = "", **values: object) -> dict[str, Any]:
    """What went wrong, with a sentence for the visitor."""
    told = {"type": "error", "code": code, "text": say("chat_trouble", code, **values)}
    return told | ({"client_id": client_id} if client_id else {})


def dump(frame: dict[str, Any]) -> str:
    """The frame as text."""
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))
