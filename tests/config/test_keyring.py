"""Encryption at rest under a ring of keys."""

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from config.keyring import Keyring
from domain.errors import NotConfiguredError

OLD, NEW, LOST = (Fernet.generate_key().decode() for _ in range(3))


def ring(*keys: str) -> Keyring:
    return Keyring(SecretStr(",".join(keys)))


def test_the_newest_key_encrypts_and_every_key_opens() -> None:
    old = ring(OLD).encrypt("gizli")
    both = ring(NEW, OLD)
    assert both.decrypt(old) == "gizli"
    assert not both.is_newest(old)
    assert both.is_newest(both.encrypt("gizli"))


def test_what_was_rotated_needs_the_old_key_no_more() -> None:
    rotated = ring(NEW, OLD).rotate(ring(OLD).encrypt("gizli"))
    assert ring(NEW).decrypt(rotated) == "gizli"


def test_a_key_that_is_none_is_named_whatever_is_asked_first() -> None:
    for attempt in (ring("no key").encrypt, ring("no key").is_newest):
        with pytest.raises(NotConfiguredError, match="no Fernet key"):
            attempt("gizli")


@pytest.mark.parametrize(
    "damaged", ["", "gAAAA", ring(LOST).encrypt("gizli")], ids=["empty", "cut off", "of another key"]
)
def test_what_no_key_opens_is_said_in_our_own_words(damaged: str) -> None:
    for attempt in (ring(NEW, OLD).rotate, ring(NEW, OLD).decrypt):
        with pytest.raises(NotConfiguredError, match="No key"):
            attempt(damaged)
    assert not ring(NEW, OLD).is_newest(damaged)
