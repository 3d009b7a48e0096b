"""Every connector says in one way which earlier delivery a message is the new wording of (T4)."""

from pathlib import Path

import pytest

from domain.messages import ALBUM, EDITS
from domain.vocabulary import Channel
from pipeline.originals import parse_original

HERE = Path(__file__).parent
SAMPLES = [
    (Channel.TELEGRAM, "edited.json"),
    (Channel.TELEGRAM, "edited_caption.json"),
    (Channel.TELEGRAM, "channel_post_edited.json"),
    (Channel.WHATSAPP, "edit_text.json"),
    (Channel.WHATSAPP, "edit_caption.json"),
    (Channel.FACEBOOK, "edit.json"),
    (Channel.FACEBOOK, "change_comment_edited.json"),
    (Channel.X, "edited.json"),
    (Channel.X, "edited_modern.json"),
]
PLAIN = [
    (Channel.TELEGRAM, "text.json"),
    (Channel.WHATSAPP, "text_about_product.json"),
    (Channel.FACEBOOK, "text_answer.json"),
    (Channel.FACEBOOK, "change_comment.json"),
]


def headers(channel: Channel, name: str) -> dict[str, str]:
    [message] = parse_original(channel, (HERE / channel / "samples" / name).read_bytes())
    assert message.headers.get(EDITS) in (None, message.in_reply_to)
    return dict(message.headers)


@pytest.mark.parametrize(("channel", "name"), SAMPLES, ids=lambda each: str(each))
def test_an_edit_names_what_it_edits(channel: Channel, name: str) -> None:
    assert headers(channel, name)[EDITS]


@pytest.mark.parametrize(("channel", "name"), PLAIN, ids=lambda each: str(each))
def test_what_is_no_edit_names_nothing(channel: Channel, name: str) -> None:
    assert EDITS not in headers(channel, name)


def test_an_albums_messages_have_their_album_in_common() -> None:
    first, second = (headers(Channel.TELEGRAM, f"album_{n}.json") for n in ("first", "second"))
    assert first[ALBUM] == second[ALBUM]
