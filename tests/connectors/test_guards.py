"""What every called channel checks alike: test 17 of docs/acceptance.md."""

import base64

import pytest
from pydantic import SecretStr

from connectors.guards import address_allowed, basic_auth_fits, refuse_weak, same

WEAK = [
    ("", "empty"),
    ("   ", "empty"),
    ("changeme", "placeholder"),
    (" Secret ", "placeholder"),
    ("xxxxxxxx", "placeholder"),
    ("kanarya", "8 characters"),
]


@pytest.mark.parametrize(("value", "words"), WEAK)
def test_a_weak_secret_is_refused_and_never_repeated(value: str, words: str) -> None:
    for given in (value, SecretStr(value)):
        with pytest.raises(ValueError, match=words) as refused:
            refuse_weak(given, shortest=8)
        assert "kanarya" not in str(refused.value)


def test_a_real_secret_passes() -> None:
    refuse_weak(SecretStr("k4nary4-yeter"), shortest=8)
    refuse_weak("x")


def header(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


AUTH = [
    (header("bip:şifre:1"), True),
    (header("bip:şifre:1").replace("Basic", "BASIC"), True),
    (header("bip:şifre:1") + " ", True),
    (header("bip:şifre:2"), False),
    (header("bip"), False),
    ("", False),
    ("Basic", False),
    ("Basic ğ", False),
    (header("bip:şifre:1").replace("Basic", "Bearer"), False),
]


@pytest.mark.parametrize(("given", "fits"), AUTH)
def test_only_the_right_credentials_fit(given: str, fits: bool) -> None:
    assert basic_auth_fits(given, "bip", "şifre:1") is fits


def test_comparing_takes_any_text() -> None:
    assert same("ğ", "ğ")
    assert not same("ğ", "g")
    assert not same("\ud800", "a")


ALLOWED = [
    ("203.0.113.7", (), True),
    ("", (), True),
    ("203.0.113.7", ("203.0.113.0/24",), True),
    ("::ffff:203.0.113.7", ("203.0.113.0/24",), True),
    ("203.0.114.7", ("203.0.113.0/24",), False),
    ("", ("203.0.113.0/24",), False),
    ("unix:", ("203.0.113.0/24",), False),
]


@pytest.mark.parametrize(("client", "networks", "allowed"), ALLOWED)
def test_only_listed_networks_are_let_in(client: str, networks: tuple[str, ...], allowed: bool) -> None:
    assert address_allowed(client, networks) is allowed
