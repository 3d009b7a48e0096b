"""Answers in public, which only ask for a private message (X5): where they go, what refusals mean."""

import pytest

from connectors.base import Inviting
from connectors.facebook import FacebookConnector
from domain.errors import ConnectionFailedError, DeskError, PermanentError, RecipientRejectedError
from tests.connectors.building import Build
from tests.connectors.facebook.accounts import at
from tests.servers import facebook
from tests.servers.facebook import FacebookServer
from tests.servers.standin import Fault, json_answer

WORDS = "Merhaba, lütfen bize özel mesaj gönderin."
POST = f"{facebook.PAGE}_1"


@pytest.fixture
def server(server: FacebookServer) -> FacebookServer:
    """A page on whose wall somebody wrote, and somebody else beneath."""
    beneath = facebook.comment(1, 7, at(-1), "Bizde de")
    wall = facebook.post(1, at(-2), "Lamba yanmıyor", author=facebook.CITIZEN, comments=[beneath])
    server.posts = [wall]
    return server


@pytest.mark.parametrize(
    ("label", "item", "on"),
    [("a post", POST, POST), ("a comment", "1_7", "1_7"), ("an edited comment", "1_7:a1b2", "1_7")],
    ids=["post", "comment", "edited"],
)
def test_an_invitation_stands_under_what_was_written_and_has_an_id(
    label: str, item: str, on: str, desk: FacebookConnector, server: FacebookServer
) -> None:
    assert isinstance(desk, Inviting)
    identifier = desk.invite(item, WORDS)
    assert server.answers == [{"id": identifier, "on": on, "message": WORDS}]


def test_an_account_that_is_told_not_to_answer_in_public_asks_meta_nothing(
    build: Build, server: FacebookServer
) -> None:
    assert build(invite_in_public=False).invite(POST, WORDS) is None
    assert server.calls == []


@pytest.mark.parametrize("item", ["", "m_abc", f"{facebook.PAGE}/messages", "1_7/../me"])
def test_what_is_no_item_of_the_page_is_not_asked_for(
    item: str, desk: FacebookConnector, server: FacebookServer
) -> None:
    with pytest.raises(RecipientRejectedError):
        desk.invite(item, WORDS)
    assert server.calls == []


def test_an_item_that_is_gone_and_a_right_that_is_missing_are_refusals_for_good(
    desk: FacebookConnector, server: FacebookServer
) -> None:
    server.gone.add(POST)
    with pytest.raises(PermanentError):
        desk.invite(POST, WORDS)
    server.token["scopes"].remove("pages_manage_engagement")
    with pytest.raises(PermanentError):
        desk.invite("1_7", WORDS)
    assert server.answers == []


ODD: list[tuple[str, Fault, type[DeskError]]] = [
    ("no id", Fault(answer=json_answer(200, {"success": True})), ConnectionFailedError),
    ("an id that is none", Fault(answer=json_answer(200, {"id": 7})), ConnectionFailedError),
    ("a broken line", Fault(drop=True), ConnectionFailedError),
]


@pytest.mark.parametrize(("label", "fault", "error"), ODD, ids=[row[0].replace(" ", "-") for row in ODD])
def test_an_answer_without_an_id_may_be_tried_again(
    label: str, fault: Fault, error: type[DeskError], desk: FacebookConnector, server: FacebookServer
) -> None:
    server.fail_next(fault)
    with pytest.raises(error):
        desk.invite(POST, WORDS)
