"""Accounts of every kind: kept without a readable secret, and described for whoever has never seen one."""

from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from pydantic import SecretStr

from config.accounts import unseal
from connectors.base import Parsing
from connectors.registry import CONNECTORS
from domain.vocabulary import Channel
from pipeline.desk import Desk
from store.records import Account
from tests.conformance.subject import Subject
from tests.conformance.table import SUBJECTS, params

ALL = params(SUBJECTS)
DOCS = Path(__file__).parents[2] / "docs" / "channels"


def dump(desk: Desk) -> str:
    """Every row of every table, as text."""
    with psycopg.connect(desk.settings.database) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        rows = [
            str(row)
            for (name,) in names
            for row in connection.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(name)))
        ]
    return "\n".join(rows)


@pytest.mark.parametrize("subject", ALL, indirect=True)
def test_an_account_is_kept_without_a_readable_secret_and_comes_back_whole(
    subject: Subject, desk: Desk, account: Account
) -> None:
    """G10, test 30."""
    kept, given = dump(desk), subject.settings()
    assert account.name in kept
    for secret in subject.secrets:
        assert secret not in kept
        assert secret not in repr(given) + given.model_dump_json()
    again = unseal(type(given), account.settings, account.secrets, desk.keyring)
    assert again == given


def test_every_channel_has_a_subject() -> None:
    ours = {
        Channel.WEBFORM,
        Channel.EMAIL,
    }  # the page has no provider; e-mail's servers have tests of their own
    assert {each.channel for each in SUBJECTS} | ours == set(CONNECTORS)


@pytest.mark.parametrize("channel", list(CONNECTORS))
def test_every_channel_is_in_the_registry_as_itself_with_parser_and_page(channel: Channel) -> None:
    spec = CONNECTORS[channel]
    assert spec.channel is channel
    assert isinstance(spec.parser(), Parsing)
    assert (DOCS / f"{channel.replace('_', '-')}.md").is_file() or (DOCS / f"{channel}.md").is_file()


@pytest.mark.parametrize("channel", list(CONNECTORS))
def test_what_looks_like_a_secret_is_declared_as_one(channel: Channel) -> None:
    words = ("secret", "password", "token")  # a key may be public, as Twilio calls the name of one
    for name, info in CONNECTORS[channel].settings.model_fields.items():
        if any(name == word or name.endswith(f"_{word}") for word in words):
            assert SecretStr.__name__ in str(info.annotation), name
