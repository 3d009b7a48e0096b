"""Takes in whole files of a feed, whichever way they come, through the very same accept step."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from config.accounts import unseal
from connectors.base import KnowingSettings, Parsing, TakingFiles
from connectors.feeds.marks import FED, FEED_WHOLE
from connectors.registry import CONNECTORS
from domain.errors import NotConfiguredError, UnreadableMessageError
from domain.messages import Accepted, InboundMessage, Unreadable
from domain.vocabulary import Channel, QuarantineState, Step
from pipeline.accept import Intake
from pipeline.calls import store_intake
from pipeline.desk import Desk
from pipeline.refusal import RefusedError
from store.models import Message, Quarantined
from store.records import Account

AT_ONCE = 1000
"""Rows of one transaction. A file that was taken in half is taken in whole by trying again."""


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What a file came to: its rows that were understood, how many deliveries of it are new, and the
    sentences about what was not understood."""

    rows: int
    new: int
    faults: Sequence[str] = field(default_factory=tuple)


def feed_account(desk: Desk, name: str) -> Account:
    """The feed with this name. Raises PermanentError when there is none, or it is no feed."""
    with desk.uow() as uow:
        account = uow.accounts.by_name(name)
    if account is None:
        raise RefusedError("no_account", name=name)
    if account.channel not in FED:
        raise RefusedError("no_feed", name=name, channel=account.channel)
    return account


def settings_of(desk: Desk, account: Account) -> object:
    """The feed's settings. Raises NotConfiguredError that names what does not fit."""
    spec = CONNECTORS[Channel(account.channel)]
    return unseal(spec.settings, account.settings, account.secrets, desk.keyring)


def parser_of(desk: Desk, account: Account) -> Parsing:
    """What reads an account's originals, by its settings where they matter. Raises NotConfiguredError."""
    spec = CONNECTORS[Channel(account.channel)]
    parser = spec.parser()
    if not isinstance(parser, KnowingSettings):
        return parser
    return parser.for_settings(unseal(spec.settings, account.settings, account.secrets, desk.keyring))


def accepted(desk: Desk, account: Account, name: str, content: bytes) -> Sequence[Accepted]:
    """What of a file is to be stored for a feed. Raises NotConfiguredError."""
    parser = parser_of(desk, account)
    if not isinstance(parser, TakingFiles):
        raise NotConfiguredError(f"{account.channel} takes no files")
    return parser.accepted(name, content)


def import_file(desk: Desk, account: Account, name: str, content: bytes) -> Imported:
    """Take a file in; taking it in again changes nothing. Bad rows and files are in quarantine afterwards.

    Raises NotConfiguredError, and ConnectionFailedError when not all of it could be stored.
    """
    items = accepted(desk, account, name, content)
    new = 0
    for start in range(0, len(items), AT_ONCE):
        part = items[start : start + AT_ONCE]
        new += len(store_intake(desk, Intake(items=[(account.id, item) for item in part])))
    return Imported(
        rows=sum(isinstance(item, InboundMessage) and FEED_WHOLE not in item.headers for item in items),
        new=new,
        faults=[item.error for item in items if isinstance(item, Unreadable)],
    )


def import_again(desk: Desk, entry: Quarantined, message: Message) -> bool:
    """Take a quarantined file of a feed in by what its mapping says now; False for what is no such file.

    One that was taken in before is left as it is. Raises UnreadableMessageError when it is still no table.
    """
    is_file = message.channel in FED and message.external_id.startswith("unreadable:")
    if not is_file or entry.step != Step.ACCEPT:
        return False
    if entry.state == QuarantineState.WAITING:
        with desk.uow() as uow:
            account = uow.accounts.get(message.account_id)
        if account is None:
            raise NotConfiguredError("the feed that brought this file is gone")
        name = entry.error.partition(": ")[0]  # that is where its name stands
        items = accepted(desk, account, name, desk.blobs.get(message.raw_sha256))
        if spoilt := [i for i in items if isinstance(i, Unreadable) and i.external_id == message.external_id]:
            raise UnreadableMessageError(spoilt[0].error)
        store_intake(desk, Intake(items=[(account.id, item) for item in items]))
    return True
