"""Where others read along: one invitation a thread to write in private, nothing of the case in it (X5)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from config.accounts import seal
from config.taxonomy import load_taxonomy
from domain.messages import InboundMessage
from domain.urn import Urn
from domain.vocabulary import Channel, Medium, NotificationState, Template
from notifier.rendering import MEDIA, render, required_values
from pipeline.desk import Desk
from store.models import NotificationRow
from tests.connectors.facebook.accounts import settings as facebook_settings
from tests.connectors.x.accounts import settings as x_settings
from tests.fakes import make_message
from tests.pipeline.looking import case_of, notices_of, send_all, take_in
from tests.servers import facebook, x
from tests.servers.facebook import FacebookServer
from tests.servers.x import XServer

SECRET = "Kadıköy Bahariye Caddesi 17 numarada oturan komşum çöplerini sokağa atıyor"


@dataclass
class Place:
    """A channel with public posts, its stand-in and our account there."""

    channel: Channel
    server: Any
    account: int

    def post(self, author: str = "1500000000000000002", **given: Any) -> InboundMessage:
        """Somebody writes where all can read."""
        if isinstance(self.server, XServer):
            external = f"post:{self.server.mention(SECRET)['id']}"
        else:
            number = len(self.server.posts) + 1
            external = f"{facebook.PAGE}_{number}"
            self.server.posts.append(facebook.post(number, "2026-11-23T09:00:00+0000", SECRET, author=author))
        values: dict[str, Any] = {
            "channel": self.channel,
            "external_id": external,
            "text": SECRET,
            "subject": None,
            "sender": Urn(self.channel, author),
            "private": False,
        }
        return make_message(**values | given)

    @property
    def answers(self) -> list[str]:
        """The texts of our public answers."""
        key = "text" if isinstance(self.server, XServer) else "message"
        return [answer[key] for answer in self.server.answers]


def account_at(desk: Desk, channel: Channel, settings: Any) -> int:
    plain, secrets = seal(settings, desk.keyring)
    with desk.uow() as uow:
        made = uow.accounts.add(channel, f"{channel}-hesap", plain, secrets, desk.keyring.key_id, desk.now())
        uow.commit()
    return made.id


@pytest.fixture(params=[Channel.X, Channel.FACEBOOK], ids=str)
def place(desk: Desk, request: pytest.FixtureRequest) -> Iterator[Place]:
    if request.param is Channel.X:
        with XServer() as server:
            account = account_at(desk, Channel.X, x_settings(base_url=server.url))
            yield Place(Channel.X, server, account)
        return
    with FacebookServer() as page:
        account = account_at(desk, Channel.FACEBOOK, facebook_settings(base_url=page.url))
        yield Place(Channel.FACEBOOK, page, account)


def invitations(desk: Desk, message_id: int) -> list[NotificationRow]:
    return [n for n in notices_of(desk, case_of(desk, message_id)) if n.medium == Medium.PUBLIC]


def test_a_public_post_is_answered_with_an_invitation_and_nothing_of_the_case(
    desk: Desk, place: Place
) -> None:
    [came] = take_in(desk, place.post(), account=place.account)
    send_all(desk)
    case = case_of(desk, came)
    assert case is not None
    [answer] = place.answers
    assert "özel mesaj" in answer
    assert not re.search(r"\d", answer), "a number"
    assert "http" not in answer
    assert "Ayşe" not in answer
    assert not set(re.findall(r"\w{5,}", SECRET)) & set(re.findall(r"\w{5,}", answer))
    assert [n.state for n in invitations(desk, came)] == [NotificationState.SENT]
    assert [call for call in place.server.calls if "dm_conversations" in call.path] == []


def test_a_thread_is_answered_once_for_each_of_its_authors(desk: Desk, place: Place) -> None:
    first = place.post()
    root = first.external_id
    more = [
        place.post(references=(root,), in_reply_to=root),
        place.post(references=(root,), in_reply_to=root, text="Hâlâ aynı durum"),
        place.post(references=(root,), author="1500000000000000003"),
        place.post(text="Bambaşka bir konu: parkta lamba yanmıyor"),
    ]
    take_in(desk, first, account=place.account)
    for message in more:
        take_in(desk, message, account=place.account)
        send_all(desk)
    # The thread's author, its second one, and the thread of its own.
    assert len(place.answers) == 3


def test_who_can_be_reached_in_private_is_not_answered_in_public(desk: Desk, place: Place) -> None:
    known = place.post(contacts=[Urn("mailto", "vatandas@eposta.example")])
    [came] = take_in(desk, known, account=place.account)
    send_all(desk)
    assert place.answers == []
    assert [n.medium for n in notices_of(desk, case_of(desk, came)) if n.automatic] == [Medium.EMAIL]


def test_a_private_message_is_never_answered_in_public(desk: Desk, place: Place) -> None:
    [came] = take_in(desk, place.post(private=True), account=place.account)
    send_all(desk)
    assert place.answers == []
    assert invitations(desk, came) == []


@pytest.mark.parametrize("place", [Channel.X, Channel.FACEBOOK], ids=str, indirect=True)
def test_an_account_can_be_told_not_to_answer_in_public(desk: Desk, place: Place) -> None:
    with desk.uow() as uow:
        account = uow.accounts.get(place.account)
        assert account is not None
        settings = account.settings | {"invite_in_public": False}
        uow.accounts.change(account.id, settings, account.secrets, desk.keyring.key_id)
        uow.commit()
    [came] = take_in(desk, place.post(), account=place.account)
    send_all(desk)
    assert place.answers == []
    assert [n.state for n in invitations(desk, came)] == [NotificationState.SUPPRESSED]


def test_a_missing_right_to_answer_in_public_holds_up_no_private_answer_and_is_told_once(
    desk: Desk, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk.settings, "operator_email", "nobetci@buyuksehir.example")
    if isinstance(place.server, XServer):
        first, second = place.post(), place.post(author="1500000000000000003")
        place.server.unanswerable |= {m.external_id.removeprefix("post:") for m in (first, second)}
    else:
        place.server.token["scopes"].remove("pages_manage_engagement")
        first, second = place.post(), place.post(author="1500000000000000003")
    take_in(desk, first, account=place.account)
    take_in(desk, second, account=place.account)
    private = place.post(private=True, author=x.CITIZEN, text="Sokak lambası yanmıyor, karanlıkta kalıyoruz")
    [came] = take_in(desk, private, account=place.account)
    send_all(desk)
    assert place.answers == []
    receipts = [n for n in notices_of(desk, case_of(desk, came)) if n.medium == Medium.CHAT]
    assert [n.state for n in receipts] == [NotificationState.SENT]
    with desk.uow() as uow:
        told = [entry for entry in uow.outbox.latest() if "public answers" in entry.text]
    assert len(told) == 1


@pytest.mark.parametrize("place", [Channel.X], ids=str, indirect=True)
def test_words_that_x_takes_only_once_a_day_are_no_fault_of_the_account(
    desk: Desk, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk.settings, "operator_email", "nobetci@buyuksehir.example")
    wordings = [render(Template.PUBLIC_INVITATION, Medium.PUBLIC, {"wording": n}).text for n in range(4)]
    place.server.answers += [{"text": text} for text in wordings]
    [came] = take_in(desk, place.post(), account=place.account)
    send_all(desk)
    assert [n.state for n in invitations(desk, came)] == [NotificationState.FAILED]
    with desk.uow() as uow:
        assert [entry for entry in uow.outbox.latest() if "public answers" in entry.text] == []


def test_nothing_but_an_invitation_has_words_for_public_places() -> None:
    assert [t for t in Template if Medium.PUBLIC in MEDIA[t]] == [Template.PUBLIC_INVITATION]
    assert MEDIA[Template.PUBLIC_INVITATION] == (Medium.PUBLIC,)
    assert required_values(Template.PUBLIC_INVITATION, Medium.PUBLIC) == {"wording"}


def test_each_wording_fits_a_post_and_names_no_topic_unit_or_number() -> None:
    texts = {render(Template.PUBLIC_INVITATION, Medium.PUBLIC, {"wording": str(n)}).text for n in range(8)}
    assert len(texts) == 4
    names = {topic.name for topic in load_taxonomy().topics.values()}
    for text in texts:
        assert len(text) <= 280
        assert not re.search(r"\d|https?:|@", text)
        assert not any(name in text for name in names)
