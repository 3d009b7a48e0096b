"""Builds the connector of an account from its row."""

from datetime import timedelta

from config.accounts import unseal
from connectors.base import ConnectorContext
from connectors.registry import CONNECTORS
from domain.errors import NotConfiguredError
from domain.vocabulary import Channel
from pipeline.desk import Desk
from store.records import Account


def build_connector(desk: Desk, account: Account) -> object:
    """The account's connector, with its secrets opened. Raises NotConfiguredError that says what is wrong."""
    try:
        spec = CONNECTORS[Channel(account.channel)]
    except (ValueError, KeyError):
        raise NotConfiguredError(f"this program knows no channel {account.channel!r}") from None
    settings = unseal(spec.settings, account.settings, account.secrets, desk.keyring)
    return spec.build(
        ConnectorContext(
            account_id=account.id,
            name=account.name,
            settings=settings,
            now=desk.now,
            public_url=webhook_url(desk, account),
            instance=desk.settings.instance,
            token_key=desk.token_key,
        )
    )


def apart_of(account: Account) -> timedelta | None:
    """How far apart the account's messages must leave, as its `messages_per_second` says; None where its
    channel has no such setting (W12)."""
    default = CONNECTORS[Channel(account.channel)].settings.model_fields.get("messages_per_second")
    if default is None:
        return None
    return timedelta(seconds=1 / float(account.settings.get("messages_per_second") or default.default))


def webhook_url(desk: Desk, account: Account) -> str:
    """Where providers reach this account from outside, as configured."""
    return f"{desk.settings.public_url}/hooks/{account.channel}/{account.name}"
