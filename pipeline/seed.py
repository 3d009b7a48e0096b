"""Fills an empty desk with the shipped units, topics and rules, and the accounts every desk has."""

from pydantic import BaseModel

from config.accounts import seal
from config.settings import ISTANBUL
from config.taxonomy import load_taxonomy
from connectors.registry import CONNECTORS
from domain.vocabulary import Channel
from pipeline.desk import Desk, get_desk

WEBFORM_ACCOUNT, WEBCHAT_ACCOUNT = "webform", "webchat"
MOBILE_ACCOUNT = "mobile"
DEVELOPMENT_KEY = "development-only-key-of-the-mobile-app"
"""The app key of a development desk; anywhere else it opens nothing (`web.callers`)."""
INTAKE_ACCOUNTS = {
    "call_centre": Channel.CALL_CENTRE,
    "contact_point": Channel.CONTACT_POINT,
    "field": Channel.FIELD,
}
"""What the staff take down, by the channel's own name."""
OWN_ACCOUNTS = {
    WEBFORM_ACCOUNT: Channel.WEBFORM,
    WEBCHAT_ACCOUNT: Channel.WEBCHAT,
    MOBILE_ACCOUNT: Channel.MOBILE,
    **INTAKE_ACCOUNTS,
}
"""Our own pages, which need no settings to be of use."""


def seed(desk: Desk | None = None) -> None:
    """Add what is missing: shipped units, topics and rules, the years' numbers, our own pages' accounts."""
    desk = desk or get_desk()
    taxonomy = load_taxonomy()
    with desk.uow() as uow:
        uow.taxonomy.seed(taxonomy.units.values(), taxonomy.topics.values(), taxonomy.rules)
        year = desk.now().astimezone(ISTANBUL).year
        uow.cases.prepare_numbers(year)
        uow.cases.prepare_numbers(year + 1)
        for name, channel in OWN_ACCOUNTS.items():
            if uow.accounts.by_name(name) is None:
                settings, secrets = seal(_settings(desk, channel), desk.keyring)
                uow.accounts.add(channel, name, settings, secrets, desk.keyring.key_id, desk.now())
        uow.commit()


def _settings(desk: Desk, channel: Channel) -> BaseModel:
    development = channel is Channel.MOBILE and desk.settings.development
    given = {"app_keys": f"development:{DEVELOPMENT_KEY}"} if development else {}
    return CONNECTORS[channel].settings(**given)
