"""Accounts as operators handle them: changed in place, under a new key, seen by whoever works with them."""

import json
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from config.keyring import Keyring
from domain.errors import CredentialsRejectedError, NotConfiguredError
from domain.vocabulary import Channel, Direction
from pipeline import channels
from pipeline.desk import Desk
from pipeline.fetch import Reader
from pipeline.health import record_failure
from pipeline.hook_accounts import HookAccounts
from store.records import Account
from tests.fakes import Clock
from tests.pipeline.sources import Source, SteppedStop, install

MAILBOX = {"host": "imap.kurum.example", "username": "masa", "password": "eski", "folders": "INBOX,Junk"}


@pytest.fixture
def mailbox(desk: Desk) -> Account:
    """A mailbox nobody reads."""
    return channels.add(desk, Channel.EMAIL, "masa", MAILBOX)


def stored(desk: Desk, name: str = "masa") -> Account:
    return channels.find(desk, name)


def secrets(desk: Desk, name: str = "masa") -> dict[str, str]:
    opened: dict[str, str] = json.loads(desk.keyring.decrypt(stored(desk, name).secrets or ""))
    return opened


def use_keys(desk: Desk, *keys: str) -> None:
    desk.keyring = Keyring(SecretStr(",".join(keys)))


def test_a_changed_password_leaves_everything_else_as_it_was(desk: Desk, mailbox: Account) -> None:
    with desk.uow() as uow:
        uow.accounts.move_cursor(mailbox.id, "INBOX 17", desk.now())
        uow.commit()
    channels.change(desk, mailbox, {"password": "yeni"})
    after = stored(desk)
    assert (after.id, after.settings) == (mailbox.id, mailbox.settings)
    assert secrets(desk) == {"password": "yeni"}
    with desk.uow() as uow:
        assert uow.accounts.cursor(mailbox.id) == "INBOX 17"


@pytest.mark.parametrize(
    ("label", "given", "name", "expected"),
    [
        ("a number", {"port": "1143"}, "port", 1143),
        ("a list", {"folders": "INBOX, Basvuru"}, "folders", ["INBOX", "Basvuru"]),
        ("a switch", {"idle": "false"}, "idle", False),
        ("several at once", {"idle": "false", "host": "b.example"}, "host", "b.example"),
    ],
)
def test_a_setting_is_changed_as_it_would_be_added(
    desk: Desk, mailbox: Account, label: str, given: dict[str, str], name: str, expected: object
) -> None:
    channels.change(desk, mailbox, given)
    assert stored(desk).settings[name] == expected
    assert secrets(desk) == {"password": "eski"}


@pytest.mark.parametrize(
    ("label", "given", "complaint"),
    [
        ("a setting that is none", {"hots": "b.example"}, "hots"),
        ("a value that does not fit", {"port": "many"}, "port"),
        ("settings that do not fit together", {"auth": "xoauth2"}, "oauth"),
    ],
)
def test_what_does_not_fit_is_named_and_changes_nothing(
    desk: Desk, mailbox: Account, label: str, given: dict[str, str], complaint: str
) -> None:
    with pytest.raises(NotConfiguredError, match=complaint):
        channels.change(desk, mailbox, given)
    assert stored(desk) == mailbox


def test_an_account_whose_key_is_lost_is_mended_by_giving_its_secrets_anew(
    desk: Desk, mailbox: Account
) -> None:
    use_keys(desk, Fernet.generate_key().decode())
    with pytest.raises(NotConfiguredError, match="No key"):
        channels.change(desk, mailbox, {"host": "b.example"})
    channels.change(desk, mailbox, {"password": "yeni"})
    assert secrets(desk) == {"password": "yeni"}


def test_a_mended_account_is_tried_at_once(desk: Desk, mailbox: Account) -> None:
    record_failure(desk, mailbox, Direction.INBOUND, CredentialsRejectedError("wrong password"))
    channels.change(desk, mailbox, {"password": "yeni"})
    with desk.uow() as uow:
        health = uow.health.get(mailbox.id, Direction.INBOUND)
    assert health is not None
    assert health.not_before is None


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> Source:
    """What every e-mail account of these tests reads."""
    return install(monkeypatch, Source())


def read(desk: Desk, account: Account, clock: Clock) -> None:
    with desk.uow() as uow:
        uow.leases.take("l", "me", desk.now(), timedelta(days=1))
        uow.commit()
    Reader(desk, account.id, ("l", "me"), SteppedStop(clock, minutes=10), lambda: None).run()


def test_a_running_reader_goes_on_with_changed_settings(desk: Desk, source: Source, clock: Clock) -> None:
    account = channels.add(desk, Channel.EMAIL, "posta", {"token": "eski"})
    source.before = [lambda: channels.change(desk, account, {"token": "yeni"})]
    read(desk, account, clock)
    assert source.tokens == ["eski", "yeni"]
    assert source.closed == 2


def test_a_token_that_its_provider_replaced_keeps_the_connection(
    desk: Desk, source: Source, clock: Clock
) -> None:
    account = channels.add(desk, Channel.EMAIL, "posta", {"token": "eski"})
    source.rotated = {"token": "taze"}
    read(desk, account, clock)
    assert secrets(desk, "posta") == {"token": "taze"}
    assert (source.tokens, source.closed) == (["eski"], 1)


def test_the_web_process_answers_calls_with_changed_settings(desk: Desk) -> None:
    account = channels.add(desk, Channel.HTTP, "kopru", {"secret": "eski" + "0123456789abcdef" * 2})
    known = HookAccounts(desk)
    known.refresh()
    before = known.get("kopru")
    channels.change(desk, account, {"secret": "yeni" + "0123456789abcdef" * 2})
    known.refresh(older_than=-1)
    after = known.get("kopru")
    assert before is not None
    assert after is not None
    assert after.connector is not before.connector
