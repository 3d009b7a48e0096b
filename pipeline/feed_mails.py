"""Mails that bring a feed's files: from a configured sender, with a file of a configured name (P3).

Such a mail is set aside without a case; its rows are stored in the very transaction that settles it. A mail
whose sender is proven false is an ordinary mail. One that names such a sender and has a file, but brings
nothing, is for a person to look at: it may be a list under another name.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from uuid import uuid4

from connectors.feeds.marks import FED
from domain.messages import Accepted, InboundMessage
from domain.text import fold
from domain.vocabulary import Channel
from pipeline.desk import Desk
from pipeline.feeds import AT_ONCE, accepted
from pipeline.identities import sealed_identity
from pipeline.log import get_logger
from pipeline.work import Work
from store.models import MessageAttachment
from store.records import Account, Arrival, Claimed, Outcome
from store.unit_of_work import UnitOfWork

_log = get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class _Rule:
    """Which mails bring files to a feed."""

    account: Account
    senders: frozenset[str]
    names: tuple[str, ...]

    def fits(self, attachment: MessageAttachment) -> bool:
        name = fold(attachment.name)
        return bool(attachment.sha256) and any(fnmatchcase(name, fold(each)) for each in self.names)


def take_feed_mails(
    desk: Desk, uow: UnitOfWork, claimed: Sequence[Claimed], work: Work, now: datetime
) -> tuple[Sequence[Claimed], set[int]]:
    """Take the files out of a mail that brings some and comes alone, and settle it; one that comes in company
    is left to come alone. Returns the other messages, and the ids of those that seem to have been meant."""
    rules = _rules(uow) if any(each.message.channel is Channel.EMAIL for each in claimed) else []
    named = {each.id: rule for each in claimed if (rule := _rule_of(each, rules))}
    if not named:
        return claimed, set()
    attached = [each for each in uow.messages.attachments(list(named)) if not each.inline]
    forged = {each.id for each in claimed if each.message.is_forged}
    files = _files([each for each in attached if each.message_id not in forged], named)
    for message_id, found in files.items():
        if len(claimed) > 1:  # tens of thousands of rows take their time: nobody else waits for them
            uow.queue.let_alone(message_id, now)
            continue
        for attachment in found:
            _take(desk, uow, named[message_id].account, attachment, now)
        work.outcomes.append(Outcome(message_id=message_id))
    meant = {each.message_id for each in attached} - files.keys()
    return [each for each in claimed if each.id not in files], meant


def _rules(uow: UnitOfWork) -> list[_Rule]:
    accounts = uow.accounts.all(only_enabled=True, channels=FED)
    return [rule for each in accounts if (rule := _rule(each)).senders]


def _rule(account: Account) -> _Rule:
    senders = account.settings.get("mail_senders", ())
    return _Rule(
        account=account,
        senders=frozenset(str(each).lower() for each in senders),
        names=tuple(account.settings.get("mail_files", ())),
    )


def _rule_of(each: Claimed, rules: Sequence[_Rule]) -> _Rule | None:
    message = each.message
    if message.channel is not Channel.EMAIL or message.sender is None:
        return None
    sender = message.sender.path.lower()
    return next((rule for rule in rules if sender in rule.senders), None)


def _files(
    attached: Sequence[MessageAttachment], ruled: dict[int, _Rule]
) -> dict[int, list[MessageAttachment]]:
    files: dict[int, list[MessageAttachment]] = {}
    for attachment in attached:
        if ruled[attachment.message_id].fits(attachment):
            files.setdefault(attachment.message_id, []).append(attachment)
    return files


def _take(
    desk: Desk, uow: UnitOfWork, account: Account, attachment: MessageAttachment, now: datetime
) -> None:
    content = desk.blobs.get(attachment.sha256 or "")
    items = [
        sealed_identity(desk, item) if isinstance(item, InboundMessage) else item
        for item in accepted(desk, account, attachment.name, content)
    ]
    added = 0
    for part in _parts(items):
        raws = desk.blobs.put_many([item.raw for item in part])
        arrivals = [
            Arrival(account_id=account.id, item=item, correlation_id=uuid4().hex, raw_sha256=raw)
            for item, raw in zip(part, raws, strict=True)
        ]
        added += len(uow.messages.add(arrivals, now))
    _log.info("feed_mailed", account=account.name, items=len(items), new=added)


def _parts(items: Sequence[Accepted]) -> Iterator[Sequence[Accepted]]:
    return (items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE))
