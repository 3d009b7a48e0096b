"""What nobody meant to send: any JSON, damaged samples; and that a parser reads or refuses it (G3)."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from connectors.base import Parsing
from domain.errors import UnreadableMessageError

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def damaged(draw: st.DrawFn, samples: Sequence[Path]) -> bytes:
    """One of the samples, some of its bytes overwritten."""
    raw = draw(st.sampled_from(samples)).read_bytes()
    noise = draw(st.binary(max_size=60))
    place = draw(st.integers(0, len(raw)))
    return raw[:place] + noise + raw[place + len(noise) :]


@st.composite
def replaced(
    draw: st.DrawFn, samples: Sequence[Path], *, within: Callable[[Any], Any] = lambda value: value
) -> bytes:
    """One of the samples, one value in it, or within that part of it, replaced by another."""
    value = json.loads(draw(st.sampled_from(samples)).read_bytes().removeprefix(b"\xef\xbb\xbf"))
    spot = within(value)
    while True:
        key = draw(st.sampled_from(sorted(spot) if isinstance(spot, dict) else list(range(len(spot)))))
        if not (isinstance(spot[key], dict | list) and spot[key] and draw(st.booleans())):
            break
        spot = spot[key]
    spot[key] = draw(JSON_VALUES)
    return json.dumps(value).encode()


def reads_or_refuses(parser: Parsing, raw: bytes) -> None:
    """The parser refuses the bytes, or every message in them reads the same again and can be stored, and
    names no file that would be fetched in vain: by what cannot be printed."""
    try:
        messages = parser.parse(raw)
    except UnreadableMessageError:
        return
    for message in messages:
        assert parser.parse(message.raw) == [message]
        texts = (message.text, message.external_id, message.sender_name, message.in_reply_to, message.sender)
        for text in texts:
            str(text or "").encode("utf-8")
        assert all((file.source or "").isprintable() for file in message.attachments)
