"""Answers in public, which only ask for a private message (X5): where they go, what refusals mean."""

import pytest

from connectors.base import Inviting
from connectors.x import XConnector
from domain.errors import DeskError, PermanentError, RecipientRejectedError
from tests.connectors.building import Build
from tests.servers.x import XServer

WORDS = "Merhaba, lütfen bize özel mesaj gönderin."


def test_an_invitation_stands_under_the_post_and_has_an_id(desk: XConnector, server: XServer) -> None:
    assert isinstance(desk, Inviting)
    post = server.mention("Lamba yanmıyor")["id"]
    identifier = desk.invite(f"post:{post}", WORDS)
    assert [(each["parent"], each["text"]) for each in server.answers] == [(post, WORDS)]
    assert identifier == f"post:{server.answers[0]['id']}"


def test_an_account_that_is_told_not_to_answer_in_public_asks_x_nothing(
    build: Build, server: XServer
) -> None:
    assert build(invite_in_public=False).invite("post:1", WORDS) is None
    assert server.calls == []


IMPOSSIBLE: list[tuple[str, str, str, type[DeskError]]] = [
    ("a direct message", "dm:17", WORDS, RecipientRejectedError),
    ("no number", "post:ayse", WORDS, RecipientRejectedError),
    ("a path", "post:1/../2", WORDS, RecipientRejectedError),
    ("too many words", "post:17", "a" * 281, PermanentError),
]


@pytest.mark.parametrize(
    ("label", "post", "words", "error"), IMPOSSIBLE, ids=[row[0].replace(" ", "-") for row in IMPOSSIBLE]
)
def test_what_x_would_refuse_is_not_asked(
    label: str, post: str, words: str, error: type[DeskError], desk: XConnector, server: XServer
) -> None:
    with pytest.raises(error):
        desk.invite(post, words)
    assert server.calls == []


@pytest.mark.parametrize("label", ["gone", "closed"])
def test_a_post_that_is_gone_or_takes_no_answer_is_refused_for_good(
    label: str, desk: XConnector, server: XServer
) -> None:
    post = server.mention("Lamba yanmıyor")["id"]
    if label == "gone":
        server.posts.clear()
    else:
        server.unanswerable.add(post)
    with pytest.raises(PermanentError):
        desk.invite(f"post:{post}", WORDS)
    assert server.answers == []
