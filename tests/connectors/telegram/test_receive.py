"""Webhook calls: whose are believed and what they bring. T1, T4; tests 17, 18 of docs/acceptance.md."""

import json
from pathlib import Path
from typing import Any

import pytest

from connectors.base import WebhookRequest
from connectors.telegram import TelegramConnector
from domain.errors import SignatureRejectedError
from domain.messages import InboundMessage, Unreadable
from tests.connectors.polling import texts
from tests.connectors.telegram.accounts import call, context, settings, webhook_settings
from tests.servers.telegram import SECRET

SAMPLES = Path(__file__).parent / "samples"
BODY = (SAMPLES / "text.json").read_bytes()


def connector(**more: Any) -> TelegramConnector:
    return TelegramConnector(context(webhook_settings(**more)))


REFUSED = [
    ("no header", call(BODY, secret=None)),
    ("an empty header", call(BODY, secret="")),
    ("one sign changed", call(BODY, secret="X" + SECRET[1:])),
    ("too short", call(BODY, secret=SECRET[:-1])),
    ("too long", call(BODY, secret=SECRET + "1")),
    ("other case", call(BODY, secret=SECRET.upper())),
    ("blanks around it", call(BODY, secret=f" {SECRET} ")),
    ("letters that are none", call(BODY, secret="ğüşiöç" * 4)),
    ("a lone surrogate", call(BODY, secret="\udcff" * 19)),
    ("GET", call(BODY, method="GET")),
    ("the secret in the query alone", WebhookRequest(
        method="POST", path="", query=[("secret_token", SECRET)], headers={}, body=BODY)),
    ("the secret in the path alone", WebhookRequest(
        method="POST", path=SECRET, query=(), headers={}, body=BODY)),
    ("another header", WebhookRequest(
        method="POST", path="", query=(), headers={"authorization": SECRET}, body=BODY)),
    ("a body that would break, unsigned", call(b"\xff" * 9, secret=None)),
]  # fmt: skip


@pytest.mark.parametrize(("label", "request_"), REFUSED, ids=[r[0] for r in REFUSED])
def test_a_call_without_the_secret_is_refused(label: str, request_: WebhookRequest) -> None:
    with pytest.raises(SignatureRejectedError):
        connector().receive(request_)


def test_a_call_with_the_secret_is_taken_and_answered() -> None:
    received = connector().receive(call(BODY))
    assert texts(received.items) == ["Kadıköy'de sokak lambaları üç gündür yanmıyor."]
    assert received.items[0].raw == BODY
    assert received.reply.status == 200


@pytest.mark.parametrize("secret", ["", SECRET, None])
def test_an_account_without_a_secret_takes_no_call_at_all(secret: str | None) -> None:
    polled = TelegramConnector(context(settings()))
    with pytest.raises(SignatureRejectedError):
        polled.receive(call(BODY, secret=secret))


def test_a_redelivered_call_brings_the_same_message_for_the_database_to_recognise() -> None:
    desk = connector()
    assert desk.receive(call(BODY)).items == desk.receive(call(BODY)).items


@pytest.mark.parametrize(
    "name", ["start.json", "event_reaction.json", "event_future.json", "edited_live_location.json"]
)
def test_an_event_is_answered_and_brings_nothing(name: str) -> None:
    received = connector().receive(call((SAMPLES / name).read_bytes()))
    assert (list(received.items), received.reply.status) == ([], 200)


@pytest.mark.parametrize("name", ["bad_cut_off.json", "bad_text_is_number.json", "bad_empty.json"])
def test_what_cannot_be_read_is_kept_whole_and_answered_all_the_same(name: str) -> None:
    body = (SAMPLES / name).read_bytes()
    received = connector().receive(call(body))
    (item,) = received.items
    assert isinstance(item, Unreadable)
    assert (item.raw, received.reply.status) == (body, 200)


POLICY = [
    ("nothing asked for", {}, ["private"]),
    ("groups", {"groups": True}, ["private", "group"]),
    ("channels", {"channels": True}, ["private", "channel"]),
    ("both", {"groups": True, "channels": True}, ["private", "group", "channel"]),
]


@pytest.mark.parametrize(("label", "given", "expected"), POLICY, ids=[r[0] for r in POLICY])
def test_groups_and_channels_are_taken_by_policy(
    label: str, given: dict[str, bool], expected: list[str]
) -> None:
    desk = connector(**given)
    samples = {"private": "text.json", "group": "group.json", "channel": "channel_post.json"}
    taken = [
        name for name, file in samples.items() if desk.receive(call((SAMPLES / file).read_bytes())).items
    ]
    assert taken == expected


@pytest.mark.parametrize("file", ["group.json", "group_topic.json", "channel_post.json"])
def test_what_others_can_read_is_marked_as_public(file: str) -> None:
    desk = connector(groups=True, channels=True)
    (item,) = desk.receive(call((SAMPLES / file).read_bytes())).items
    assert isinstance(item, InboundMessage)
    assert item.private is False


def test_a_chat_of_a_kind_nobody_knows_yet_is_taken_but_not_as_private() -> None:
    update = json.loads(BODY)
    update["message"]["chat"]["type"] = "salon"
    (item,) = connector().receive(call(json.dumps(update).encode())).items
    assert isinstance(item, InboundMessage)
    assert item.private is False
