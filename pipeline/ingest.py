"""Mails from files, mailboxes and pipes, through the very same accept step as everything else."""

import hashlib
import mailbox
import traceback
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from domain.errors import PermanentError, UnreadableMessageError
from domain.messages import Accepted, Unreadable
from domain.vocabulary import Channel
from pipeline.accept import Intake
from pipeline.calls import store_intake
from pipeline.channels import add
from pipeline.desk import Desk
from pipeline.originals import parse_original
from store.records import Account

AT_ONCE, AT_ONCE_BYTES = 64, 8 * 1024 * 1024
"""A batch ends at whichever comes first: sixty-four mails of thirty megabytes would fill the memory."""
DEFAULT_ACCOUNT = "dosya"


@dataclass(frozen=True, kw_only=True)
class Ingested:
    """What one batch came to: how many were read, how many of them were new, how many nobody understood."""

    read: int
    new: int
    unreadable: int


def account_for_files(desk: Desk, name: str = DEFAULT_ACCOUNT) -> Account:
    """The e-mail account that files come in by, made on first use."""
    return _named(desk, name) or _added(desk, name)


def _named(desk: Desk, name: str) -> Account | None:
    with desk.uow() as uow:
        return uow.accounts.by_name(name)


def _added(desk: Desk, name: str) -> Account:
    try:
        return add(desk, Channel.EMAIL, name, {})
    except PermanentError:
        # A mail server starts one process a mail: another one may have made it at this very moment.
        if found := _named(desk, name):
            return found
        raise


def originals(path: Path) -> Iterator[bytes]:
    """The mails in a file, an mbox, a Maildir or a folder of any of these, one by one.

    Raises OSError for what cannot be read.
    """
    if _is_maildir(path):
        maildir = mailbox.Maildir(path, create=False)
        yield from (maildir.get_bytes(key) for key in sorted(maildir.keys()))
    elif path.is_dir():
        for inside in _inside(path):
            yield from originals(inside)
    elif _is_mbox(path):
        mbox = mailbox.mbox(path, create=False)
        try:
            yield from (mbox.get_bytes(key) for key in mbox.iterkeys())
        finally:
            mbox.close()
    else:
        yield path.read_bytes()


def count(path: Path) -> int:
    """How many mails `originals` will find there. Raises OSError for what cannot be read."""
    if _is_maildir(path):
        return len(mailbox.Maildir(path, create=False))
    if path.is_dir():
        return sum(map(count, _inside(path)))
    if _is_mbox(path):
        mbox = mailbox.mbox(path, create=False)
        try:
            return len(mbox)
        finally:
            mbox.close()
    return 1


def ingest(desk: Desk, account: Account, raws: Iterable[bytes]) -> Iterator[Ingested]:
    """Accept mails a batch at a time. Raises ConnectionFailedError; what was yielded before is stored."""
    channel = Channel(account.channel)
    for group in _groups(raws):
        items = [item for raw in group for item in read_original(channel, raw, desk.settings.instance)]
        added = store_intake(desk, Intake(items=[(account.id, item) for item in items]))
        unreadable = sum(isinstance(item, Unreadable) for item in items)
        yield Ingested(read=len(group), new=len(added), unreadable=unreadable)


def _groups(raws: Iterable[bytes]) -> Iterator[list[bytes]]:
    group: list[bytes] = []
    for raw in raws:
        group.append(raw)
        if len(group) == AT_ONCE or sum(map(len, group)) >= AT_ONCE_BYTES:
            yield group
            group = []
    if group:
        yield group


def read_original(channel: Channel, raw: bytes, instance: str) -> Sequence[Accepted]:
    """The messages in an original, or the original itself as unreadable; never raises."""
    try:
        return parse_original(channel, raw, instance)
    except UnreadableMessageError as error:
        key = hashlib.sha256(raw).hexdigest()
        trace = "".join(traceback.format_exception(error))
        return [Unreadable(channel=channel, external_id=key, raw=raw, error=str(error), traceback=trace)]


def _is_maildir(path: Path) -> bool:
    return (path / "cur").is_dir()


def _inside(folder: Path) -> list[Path]:
    # Hidden files are the desktop's and the editors' own; a link to a folder may lead in a circle.
    named = sorted(each for each in folder.iterdir() if not each.name.startswith("."))
    return [each for each in named if each.is_file() or (each.is_dir() and not each.is_symlink())]


def _is_mbox(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(5) == b"From "
