"""Who is believed: tests 17 and 30 of docs/acceptance.md, replay window and key rotation."""

import hashlib
import hmac
import logging
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from connectors.base import Parsing, WebhookConnector
from connectors.http_channel.settings import HttpSettings
from connectors.http_channel.signature import sign
from domain.errors import SignatureRejectedError
from tests.connectors.building import NOW, Build
from tests.connectors.http_channel.conftest import OLD, SECRET
from tests.connectors.leaks import everything, leaked, shown

BODY = b'{"id": "1", "text": "selam"}'
T = str(int(NOW.timestamp()))
GOOD = sign(SECRET.encode(), T, BODY)
STRANGER = sign(b"b" * 40, T, BODY)
BELIEVED: list[tuple[str, str]] = [
    ("as documented", f"t={T},v1={GOOD}"),
    ("blanks after the comma", f"t={T}, v1={GOOD}"),
    ("the other way round", f"v1={GOOD},t={T}"),
    ("capital digits", f"t={T},v1={GOOD.upper()}"),
    ("signed with two keys, ours second", f"t={T},v1={STRANGER},v1={GOOD}"),
    ("a scheme that is not known yet beside it", f"t={T},v2=abc,v1={GOOD}"),
]
NOT_BELIEVED: list[tuple[str, str | None]] = [
    ("no header", None),
    ("another key", f"t={T},v1={STRANGER}"),
    ("one digit changed", f"t={T},v1={GOOD[:-1]}{'0' if GOOD[-1] != '0' else '1'}"),
    ("one digit less", f"t={T},v1={GOOD[:-1]}"),
    ("one digit more", f"t={T},v1={GOOD}0"),
    ("no digits", f"t={T},v1="),
    ("letters that are no digits", f"t={T},v1={'ğ' * 64}"),
    ("no signature", f"t={T}"),
    ("no time", f"v1={GOOD}"),
    ("an empty time", f"t=,v1={GOOD}"),
    ("a time that was not signed", f"t={int(T) + 1},v1={GOOD}"),
    ("the same time spelt otherwise", f"t=0{T},v1={GOOD}"),
    ("a negative time", f"t=-{T},v1={GOOD}"),
    ("a time beyond any calendar", f"t=999999999999,v1={GOOD}"),
    ("two times", f"t={T},t={T},v1={GOOD}"),
    ("the signature alone", GOOD),
    ("another scheme", f"t={T},v0={GOOD}"),
    ("the body signed without its time", f"t={T},v1={hmac.new(SECRET.encode(), BODY, 'sha256').hexdigest()}"),
    ("a plain hash", f"t={T},v1={hashlib.sha256(BODY).hexdigest()}"),
    ("ours behind a crowd of others", f"t={T}," + f"v1={STRANGER}," * 50 + f"v1={GOOD}"),
    ("nothing", " "),
]


@pytest.mark.parametrize(("label", "header"), BELIEVED, ids=[r[0] for r in BELIEVED])
def test_a_call_that_proves_itself_is_taken(label: str, header: str, build: Build, call: Build) -> None:
    received = build().receive(call(body=BODY, header=header))
    assert [item.external_id for item in received.items] == ["1"]


@pytest.mark.parametrize(("label", "header"), NOT_BELIEVED, ids=[r[0] for r in NOT_BELIEVED])
def test_any_other_call_is_refused(label: str, header: str | None, build: Build, call: Build) -> None:
    with pytest.raises(SignatureRejectedError, match="not signed"):
        build().receive(call(body=BODY, header=header))


OTHERWISE: list[tuple[str, dict[str, Any]]] = [
    ("a body that was signed, with one byte changed", {"body": BODY.replace(b"selam", b"selaM")}),
    ("the same JSON written anew", {"body": b'{"id":"1","text":"selam"}'}),
    ("GET", {"method": "GET"}),
    ("a path behind the account", {"path": "x"}),
]


@pytest.mark.parametrize(("label", "change"), OTHERWISE, ids=[r[0] for r in OTHERWISE])
def test_a_good_signature_of_something_else_proves_nothing(
    label: str, change: dict[str, Any], build: Build, call: Build
) -> None:
    given = {"body": BODY, "header": f"t={T},v1={GOOD}"} | change
    with pytest.raises(SignatureRejectedError):
        build().receive(call(**given))


WINDOW = [
    ("now", 0, 300, True),
    ("the last moment of the past", -300, 300, True),
    ("the last moment of the future", 300, 300, True),
    ("a second too old", -301, 300, False),
    ("a second too new", 301, 300, False),
    ("yesterday's, replayed", -86400, 300, False),
    ("a wider window", -900, 900, True),
    ("a narrow one", -11, 10, False),
]


@pytest.mark.parametrize(("label", "seconds", "window", "taken"), WINDOW, ids=[r[0] for r in WINDOW])
def test_only_what_lies_in_the_window_is_taken(
    label: str, seconds: int, window: int, taken: bool, build: Build, call: Build
) -> None:
    desk = build(window_seconds=window)
    request = call({"id": 1, "text": "x"}, at=(NOW + timedelta(seconds=seconds)).timestamp())
    if taken:
        assert len(desk.receive(request).items) == 1
        return
    with pytest.raises(SignatureRejectedError, match="clock"):
        desk.receive(request)


def test_a_stranger_is_not_told_about_the_clock(build: Build, call: Build) -> None:
    with pytest.raises(SignatureRejectedError) as refused:
        build().receive(call({"id": 1, "text": "x"}, at=0, secret=OLD))
    assert "clock" not in str(refused.value)


def test_a_replay_within_the_window_is_the_same_message(build: Build, call: Build) -> None:
    request = call({"id": "t-1", "text": "x"})
    desk = build()
    assert desk.receive(request).items == desk.receive(request).items


def test_old_keys_count_until_they_are_taken_away(build: Build, call: Build) -> None:
    """Rotation: the new key is set here with the old one beside it, then there, then the old one goes."""
    by_old, by_new = (call({"id": 1, "text": "x"}, secret=key) for key in (OLD, SECRET))
    changing, changed = build(old_secrets=f" {OLD}  {'c1' * 20}"), build()
    for request in (by_old, by_new, call({"id": 1, "text": "x"}, secret="c1" * 20)):
        assert len(changing.receive(request).items) == 1
    assert len(changed.receive(by_new).items) == 1
    with pytest.raises(SignatureRejectedError):
        changed.receive(by_old)


REFUSED = [
    ("none", {}, "secret"),
    ("an empty one", {"secret": ""}, "empty"),
    ("a blank one", {"secret": " " * 40}, "empty"),
    ("a placeholder", {"secret": "changeme"}, "placeholder"),
    ("one letter many times", {"secret": "x" * 40}, "placeholder"),
    ("a short one", {"secret": "kanarya-31-harf-uzun-bir-anahta"}, "32 characters"),
    ("a short old one", {"secret": SECRET, "old_secrets": f"{OLD} kanarya"}, "32 characters"),
    ("no window", {"secret": SECRET, "window_seconds": 0}, "window_seconds"),
    ("an endless window", {"secret": SECRET, "window_seconds": 86400}, "window_seconds"),
    ("an unknown field", {"secret": SECRET, "secrets": "kanarya"}, "secrets"),
]


@pytest.mark.parametrize(("label", "given", "named"), REFUSED, ids=[r[0] for r in REFUSED])
def test_an_account_without_a_real_secret_does_not_start(
    label: str, given: dict[str, Any], named: str
) -> None:
    with pytest.raises(ValidationError, match=named) as refused:
        HttpSettings(**given)
    assert "kanarya" not in str(refused.value) + repr(refused.value)


def test_no_secret_is_ever_shown(build: Build, call: Build, caplog: pytest.LogCaptureFixture) -> None:
    """Test 30: neither settings nor errors nor logs."""
    caplog.set_level(logging.DEBUG)
    settings = HttpSettings.model_validate({"secret": SECRET, "old_secrets": OLD})
    told = [shown(settings), repr(build())]
    for request in (call(header=None), call(secret=OLD), call({"id": 1, "text": "x"}, at=0)):
        with pytest.raises(SignatureRejectedError) as refused:
            build().receive(request)
        told.append(everything(refused.value))
    assert not leaked(["kanarya"], *told, caplog.text)


def test_the_account_has_the_powers_of_a_called_channel(build: Build) -> None:
    assert isinstance(build(), WebhookConnector)
    assert isinstance(build(), Parsing)
