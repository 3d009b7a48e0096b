"""`beyazmasa channel`: an account from its first day to its last."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from config.keyring import Keyring
from domain.messages import IDENTITY_NUMBER
from domain.vocabulary import Direction
from pipeline import channels
from pipeline.accept import Intake, accept
from pipeline.calls import Call
from pipeline.desk import Desk
from pipeline.spool import spool_of
from tests.cli.conftest import Run
from tests.fakes import add_account, make_message

MAILBOX = ("host=127.0.0.1", "port=1", "security=none", "username=masa", "password=gizli")


@pytest.fixture
def mailbox(run: Run, desk: Desk) -> None:
    """The account `masa`, added by hand."""
    assert run("channel", "add", "email", "masa", *MAILBOX).status == 0


def opened(desk: Desk) -> str:
    return desk.keyring.decrypt(channels.find(desk, "masa").secrets or "")


@pytest.mark.parametrize("form", ["plain", "file", "variable", "asked"])
def test_a_password_is_changed_in_every_form_it_may_be_given(
    run: Run, desk: Desk, mailbox: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    (tmp_path / "password").write_text("yeni\n")
    monkeypatch.setenv("NEW_PASSWORD", "yeni")
    value = {
        "plain": "yeni",
        "file": f"@{tmp_path / 'password'}",
        "variable": "env:NEW_PASSWORD",
        "asked": "-",
    }
    monkeypatch.setattr("cli.channels.typer.prompt", lambda *_, **__: "yeni")
    changed = run("channel", "set", "masa", f"password={value[form]}")
    assert (changed.status, changed.err) == (0, "")
    assert '"yeni"' in opened(desk)
    assert "yeni" not in changed.out


@pytest.mark.parametrize(
    ("label", "arguments"),
    [
        ("no such account", ("set", "nobody", "port=2")),
        ("no such setting", ("set", "masa", "prot=2")),
        ("a value that does not fit", ("set", "masa", "port=two")),
        ("no such file", ("set", "masa", "password=@/nowhere/at/all")),
        ("a file that is no text", ("set", "masa", "password=@/proc/self/exe")),
        ("no such variable", ("set", "masa", "password=env:NO_SUCH_VARIABLE")),
        ("no pair", ("set", "masa", "port")),
        ("a name that is taken", ("add", "email", "masa")),
        ("nothing listens there", ("test", "masa")),
    ],
)
def test_what_cannot_be_done_is_said_without_a_traceback_and_changes_nothing(
    run: Run, desk: Desk, mailbox: None, label: str, arguments: tuple[str, ...]
) -> None:
    before = channels.find(desk, "masa")
    done = run("channel", *arguments)
    assert done.status != 0
    assert done.err
    assert "Traceback" not in done.err
    assert channels.find(desk, "masa") == before


def test_an_account_is_paused_enabled_and_removed(run: Run, desk: Desk, mailbox: None) -> None:
    run("channel", "pause", "masa")
    assert not channels.find(desk, "masa").enabled
    run("channel", "enable", "masa")
    assert channels.find(desk, "masa").enabled
    assert run("channel", "remove", "masa").status == 0
    assert run("channel", "list", "--json").rows == []


def test_the_list_says_when_an_account_was_last_tried_and_when_it_last_worked(
    run: Run, desk: Desk, mailbox: None
) -> None:
    """G9."""
    worked, tried = datetime(2026, 11, 23, 9, tzinfo=UTC), datetime(2026, 11, 23, 10, tzinfo=UTC)
    account = channels.find(desk, "masa")
    with desk.uow() as uow:
        uow.health.succeeded(account.id, Direction.INBOUND, worked, messages=1)
        uow.health.failed(account.id, Direction.INBOUND, tried, cause="x", permanent=False, not_before=None)
        uow.commit()
    [row] = run("channel", "list", "--json").rows
    assert row["inbound"] == "degraded"
    assert datetime.fromisoformat(row["last_attempt_at"]) == tried
    assert datetime.fromisoformat(row["last_success_at"]) == worked
    table = run("channel", "list").out
    assert "Son deneme" in table
    assert "23.11.2026 12:00:00" in table
    assert "23.11.2026 13:00:00" in table


def test_an_account_whose_secrets_are_lost_or_refused_is_shown_with_its_cause_and_mended(
    run: Run, desk: Desk, mailbox: None
) -> None:
    """Test 29: nothing that is wrong with an account keeps an operator from seeing and mending it."""
    run("channel", "add", "email", "saglam", *MAILBOX)
    account, now = channels.find(desk, "masa"), datetime(2026, 11, 23, 9, tzinfo=UTC)
    refused = "CredentialsRejectedError: the token was revoked"
    with desk.uow() as uow:
        uow.health.failed(account.id, Direction.INBOUND, now, cause=refused, permanent=True, not_before=None)
        uow.accounts.replace_secrets(account.id, "sealed with a key that is lost", "lost")
        uow.commit()
    listed = run("channel", "list")
    assert (listed.status, "saglam" in listed.out, "masa" in listed.out) == (0, True, True)
    assert refused in listed.out
    assert run("channel", "set", "masa", "port=2").status == 1  # the password it does not give is lost
    mended = run("channel", "set", "masa", "port=2", "password=yeni")
    assert (mended.status, mended.err) == (0, "")
    assert '"yeni"' in opened(desk)


def test_every_channels_settings_are_listed(run: Run) -> None:
    rows = {row["channel"]: row["settings"] for row in run("channel", "kinds", "--json").rows}
    assert "password (gizli)" in rows["email"]


def test_a_rotation_says_what_it_did_and_what_still_needs_the_old_key(
    run: Run, desk: Desk, mailbox: None
) -> None:
    spool_of(desk).keep([Call(account_id=1, items=[], reports=[])], desk.now())
    bring_identity(desk)
    old = desk.settings.credential_keys.get_secret_value()
    desk.keyring = Keyring(SecretStr(f"{Fernet.generate_key().decode()},{old}"))
    rotated = run("channel", "rotate")
    assert "1 hesabın gizli değerleri, 0 başvurunun" in rotated.out
    assert "0 kişinin ve 1 mesajın kimlik numarası" in rotated.out
    assert "1 dosya" in rotated.out
    assert rotated.status == 1
    for path in spool_of(desk).waiting():
        path.unlink()
    assert run("channel", "rotate").status == 0


def test_a_rotation_without_the_old_key_names_what_it_could_not_open(
    run: Run, desk: Desk, mailbox: None
) -> None:
    message = bring_identity(desk)
    desk.keyring = Keyring(SecretStr(Fernet.generate_key().decode()))
    rotated = run("channel", "rotate")
    assert rotated.status == 1
    assert "2 kaydı hiçbir anahtar açmıyor" in rotated.err
    assert f"masa, {message} numaralı mesaj" in rotated.err


def bring_identity(desk: Desk) -> int:
    """A message with an identity number that nobody has read yet."""
    given = make_message(headers={IDENTITY_NUMBER: "10000000146"})
    [message] = accept(desk, Intake(items=[(add_account(desk), given)]))
    return message
