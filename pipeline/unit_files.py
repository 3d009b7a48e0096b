"""The files of a case as its unit gets them: with its mail as far as there is room, else behind a link.

Units get files as they may see them: scanned, photos without EXIF. What stays with the desk is named.
"""

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from domain.errors import UnreadableMessageError
from domain.messages import Attachment
from domain.vocabulary import PersonalData, ScanState
from notifier.mail import LOOP_HEADER
from pipeline.desk import Desk
from pipeline.log import get_logger
from pipeline.personal import masked_name
from pipeline.pictures import for_unit
from store.models import MessageAttachment

MEGABYTE = 1024 * 1024
SPENT_SECONDS = 60.0
"""After so long no further file is opened: pictures made to be slow must keep no mail from its unit."""
_MAILS = ("message/", "application/vnd.ms-outlook", "application/x-ole-storage")
_MAIL_NAMES = (".eml", ".msg")
_OURS = [LOOP_HEADER.lower().encode(code) for code in ("ascii", "utf-16-le")]
"""The header of every mail of ours, in a mail and as Outlook files it."""
_log = get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Linked:
    """A file that the mail has no room for: its key, its name as the unit may see it, its size in bytes."""

    id: int
    name: str
    size: int


@dataclass(frozen=True, kw_only=True)
class Files:
    """The files that go along, those behind links, and the names of those that stay with the desk. `named`
    are those that go along and are no part of the text."""

    taken: tuple[Attachment, ...] = ()
    named: tuple[str, ...] = ()
    linked: tuple[Linked, ...] = ()
    left: tuple[str, ...] = ()


def files_for_unit(
    desk: Desk, files: Sequence[MessageAttachment], seen: Collection[PersonalData], *, room: int
) -> Files:
    """The files as a unit may have them, their names masked save the kinds of personal data it may have
    `seen`. Those beyond `room`, in bytes, are linked, and so is what there was no time to open."""
    taken: list[Attachment] = []
    named: list[str] = []
    linked: list[Linked] = []
    left: list[str] = []
    begun = time.monotonic()
    for file in files:
        name = masked_name(file.name, seen)
        late = bool(taken or left) and time.monotonic() - begun > SPENT_SECONDS
        unopened = late or room <= 0
        fresh = None if unopened else opened(desk, file)
        size = len(fresh.content or b"") if fresh else file.size
        if not may_have(file) or (fresh is None and not unopened):
            left.append(name)
        elif fresh is None or size > room:
            linked.append(Linked(id=file.id or 0, name=name, size=size))
        else:
            room -= size
            taken.append(replace(fresh, name=masked_name(fresh.name, seen)))
            named += [] if file.inline else [name]
    return Files(taken=tuple(taken), named=tuple(named), linked=tuple(linked), left=tuple(left))


def may_have(file: MessageAttachment) -> bool:
    """Whether a unit may have a file at all: it is there, and the scanner found nothing against it."""
    return file.sha256 is not None and file.scan != ScanState.UNSCANNED


def opened(desk: Desk, file: MessageAttachment) -> Attachment | None:
    """A file as a unit gets it; None for one that it may not have, a picture nobody can read, and a mail of
    ours that its citizen sends along: it tells both numbers, and perhaps of other cases."""
    if file.sha256 is None or not may_have(file):
        return None
    try:
        content = desk.blobs.get(file.sha256)
        if _is_a_mail(file) and any(mark in content.lower() for mark in _OURS):
            return None
        return for_unit(Attachment(name=file.name, media_type=file.media_type, content=content))
    except UnreadableMessageError as error:
        _log.warning("picture_left_out", attachment_id=file.id, error=str(error))
        return None


def _is_a_mail(file: MessageAttachment) -> bool:
    return file.media_type.startswith(_MAILS) or file.name.lower().endswith(_MAIL_NAMES)
