"""Channel accounts as operators handle them: add, change, test, switch on and off, remove."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_origin

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic.fields import FieldInfo

from config.accounts import seal
from config.keyring import Keyring
from connectors.base import Checking, ConnectorSpec, WebhookConnector
from connectors.registry import CONNECTORS
from domain.errors import NotConfiguredError
from domain.text import by_comma
from domain.vocabulary import Channel, Direction, HealthState
from pipeline.connecting import build_connector, webhook_url
from pipeline.desk import Desk
from pipeline.fetch import keep_rotated
from pipeline.refusal import RefusedError
from store.models import AccountHealth, AccountNews
from store.records import Account


@dataclass(frozen=True, kw_only=True)
class Field:
    """One setting of a channel, as it can be asked for."""

    name: str
    required: bool
    secret: bool
    default: str
    description: str


def fields_of(channel: Channel) -> list[Field]:
    """The settings of a channel's accounts."""
    model = CONNECTORS[channel].settings
    return [
        Field(
            name=name,
            required=info.is_required(),
            secret=is_secret(info),
            default="" if info.is_required() or is_secret(info) else _shown(info.get_default()),
            description=info.description or "",
        )
        for name, info in model.model_fields.items()
    ]


def is_secret(info: FieldInfo) -> bool:
    """Whether a setting is encrypted at rest and never shown."""
    return "SecretStr" in str(info.annotation)


def add(desk: Desk, channel: Channel, name: str, given: Mapping[str, str]) -> Account:
    """Add an account from settings as they were typed. Raises NotConfiguredError that names what is wrong."""
    spec = CONNECTORS[channel]
    settings, secrets = seal(_validated(spec, given, {}), desk.keyring)
    with desk.uow() as uow:
        account = uow.accounts.add(channel, name, settings, secrets, desk.keyring.key_id, desk.now())
        uow.commit()
    return account


def change(desk: Desk, account: Account, given: Mapping[str, str]) -> None:
    """Put other values, as they were typed, in the place of some settings; id, cursor and history stay.

    Raises NotConfiguredError that names what is wrong; nothing is changed then.
    """
    spec = _spec(account)
    with desk.uow() as uow:
        current = uow.accounts.locked(account.id)
        if current is None:
            raise RefusedError("no_account", name=account.name)
        known = _known(spec, current, given, desk.keyring)
        settings, secrets = seal(_validated(spec, given, known), desk.keyring)
        uow.accounts.change(account.id, settings, secrets, desk.keyring.key_id)
        uow.health.forgive(account.id)
        uow.commit()


def _spec(account: Account) -> ConnectorSpec:
    try:
        return CONNECTORS[Channel(account.channel)]
    except (ValueError, KeyError):
        raise NotConfiguredError(f"this program knows no channel {account.channel!r}") from None


def _known(
    spec: ConnectorSpec, account: Account, given: Mapping[str, str], keyring: Keyring
) -> dict[str, Any]:
    """What the account was told so far, as far as this channel still asks for it and `given` leaves it."""
    wanted = set(spec.settings.model_fields) - set(given)
    known = account.settings
    sealed = {name for name in wanted - set(known) if is_secret(spec.settings.model_fields[name])}
    # Secrets whose key is lost are opened only where they are needed: giving all anew mends the account.
    if account.secrets and sealed:
        known = known | json.loads(keyring.decrypt(account.secrets))
    return {name: value for name, value in known.items() if name in wanted}


def find(desk: Desk, name: str) -> Account:
    """The account with this name. Raises PermanentError when there is none."""
    with desk.uow() as uow:
        account = uow.accounts.by_name(name)
    if account is None:
        raise RefusedError("no_account", name=name)
    return account


def test(desk: Desk, account: Account) -> str:
    """Try the account without side effects; returns its webhook address, empty where it has none.

    Raises the DeskError that says what to fix.
    """
    connector = build_connector(desk, account)
    try:
        if isinstance(connector, Checking):
            connector.check()
    finally:
        keep_rotated(desk, account, connector)
        if close := getattr(connector, "close", None):
            close()
    with desk.uow() as uow:  # whoever mended it need not wait until its reader dares again
        uow.health.forgive(account.id)
        uow.commit()
    return webhook_url(desk, account) if isinstance(connector, WebhookConnector) else ""


def enable(desk: Desk, account: Account, enabled: bool) -> None:
    """Switch an account on or off."""
    with desk.uow() as uow:
        uow.accounts.enable(account.id, enabled)
        uow.commit()


def remove(desk: Desk, account: Account) -> None:
    """Forget an account. Raises PermanentError for one that brought messages: it can only be switched off."""
    with desk.uow() as uow:
        uow.accounts.remove(account.id)
        uow.commit()


def overview(desk: Desk) -> list[tuple[Account, dict[Direction, AccountHealth]]]:
    """Every account with the health of each direction that was tried."""
    with desk.uow() as uow:
        accounts, rows = uow.accounts.all(), uow.health.all()
    by_account: dict[int, dict[Direction, AccountHealth]] = {account.id: {} for account in accounts}
    for row in rows:
        by_account[row.account_id][Direction(row.direction)] = row
    return [(account, by_account[account.id]) for account in accounts]


def bad_news(desk: Desk) -> dict[int, list[AccountNews]]:
    """What providers last told of accounts, as far as it is not good, by account (W11)."""
    found: dict[int, list[AccountNews]] = {}
    with desk.uow() as uow:
        for news in uow.news.all():
            if news.state != HealthState.OK:
                found.setdefault(news.account_id, []).append(news)
    return found


def _validated(spec: ConnectorSpec, given: Mapping[str, str], known: Mapping[str, Any]) -> BaseModel:
    unknown = sorted(set(given) - set(spec.settings.model_fields))
    if unknown:
        raise NotConfiguredError(f"{spec.channel} has no setting {', '.join(unknown)}")
    typed = {name: _typed(spec.settings.model_fields[name], value) for name, value in given.items()}
    try:
        return spec.settings.model_validate({**known, **typed})
    except ValidationError as error:
        faults = (f"{'.'.join(map(str, e['loc'])) or spec.channel}: {e['msg']}" for e in error.errors())
        raise NotConfiguredError("; ".join(faults)) from None


def _typed(info: FieldInfo, value: str) -> Any:
    if get_origin(info.annotation) in (tuple, list):
        return by_comma(value)
    return value


def _shown(default: Any) -> str:
    if isinstance(default, SecretStr) or default is None:
        return ""
    return ",".join(map(str, default)) if isinstance(default, tuple | list) else str(default)
