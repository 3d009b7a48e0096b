"""Reads the words of a message's scans, for the read step. Never stands in the way of registration (P2).

What waiting may mend is tried again; then the message goes on without words, to a person who has the picture.
While the machine lacks what is needed the message waits, for a day at most: a letter's deadline runs.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from connectors.base import Transcribing, Transcript
from domain.errors import DeskError, NotConfiguredError, TransientError
from domain.messages import SCAN, InboundMessage
from domain.text import storable
from pipeline.connecting import build_connector
from pipeline.desk import Desk
from pipeline.log import get_logger
from pipeline.words import with_words
from store.models import MessageAttachment
from store.records import Account, Claimed, Picture

LONGEST_WAIT = timedelta(days=1)
"""How long a message waits for somebody to install what its reading needs."""
LOOK_AGAIN = timedelta(minutes=10)
SPENT_SECONDS = 60.0
"""After so long no further scan of a message is begun: its worker must be done in time."""
_MOST_PICTURES = 10
_NOT_READ = "another scan of this message took too long"
_DEADLY = "its worker died with it in hand, every time"
_log = get_logger(__name__)


class NotYetReadableError(NotConfiguredError):
    """Something that reading scans needs is not installed; the message waits for it."""


@dataclass(frozen=True, kw_only=True)
class Words:
    """A message with its words, and pictures of pages that were not read well."""

    message: InboundMessage
    pictures: Sequence[Picture] = ()


def words_of(
    desk: Desk, claimed: Claimed, account: Account | None, *, last: bool, hopeless: bool
) -> Words | None:
    """The message with what its scans say; None for one without scans. A `hopeless` one is not tried again.

    Raises NotYetReadableError while the machine lacks something and there is time, and whatever went wrong
    unless this is the `last` attempt.
    """
    message = claimed.message
    if SCAN not in message.headers:
        return None
    with desk.uow() as uow:
        files = uow.messages.attachments([claimed.id])
    scans = [files[n] for n in map(int, message.headers[SCAN].split()) if n < len(files)]
    if hopeless:
        transcripts = [Transcript(problem=_DEADLY)] * len(scans)
    else:
        transcripts = _transcripts(desk, claimed, account, scans, last=last)
    return Words(
        message=with_words(message, transcripts),
        pictures=_kept_pictures(desk, scans, transcripts),
    )


def _transcripts(
    desk: Desk, claimed: Claimed, account: Account | None, scans: Sequence[MessageAttachment], *, last: bool
) -> list[Transcript]:
    begun = time.monotonic()
    done: list[Transcript] = []
    for scan in scans:
        if done and time.monotonic() - begun > SPENT_SECONDS:
            done.append(Transcript(problem=_NOT_READ))
        else:
            done.append(_transcript(desk, claimed, account, scan, last=last))
    return done


def _transcript(
    desk: Desk, claimed: Claimed, account: Account | None, scan: MessageAttachment, *, last: bool
) -> Transcript:
    try:
        return _reader(desk, account).transcribe(_content(desk, scan))
    except NotConfiguredError as error:
        if desk.now() < claimed.received_at + LONGEST_WAIT:
            raise NotYetReadableError(str(error)) from error
        problem = str(error)
    except TransientError as error:
        if not last:
            raise
        problem = str(error)
    except DeskError as error:
        problem = str(error)
    except Exception as error:
        if not last:
            raise
        _log.exception("transcribing_broke", attachment_id=scan.id)
        problem = type(error).__name__
    _log.warning("scan_not_read", attachment_id=scan.id, error=problem)
    return Transcript(problem=storable(problem))


def _reader(desk: Desk, account: Account | None) -> Transcribing:
    built = build_connector(desk, account) if account else None
    if not isinstance(built, Transcribing):
        raise TransientError("this channel cannot read scans")
    return built


def _content(desk: Desk, scan: MessageAttachment) -> bytes:
    if scan.sha256 is None:
        raise DeskError(scan.note or "the file is missing")
    return desk.blobs.get(scan.sha256)


def _kept_pictures(
    desk: Desk, scans: Sequence[MessageAttachment], transcripts: Sequence[Transcript]
) -> list[Picture]:
    named = [
        (f"{Path(scan.name).stem}-{number}.png", page.picture)
        for scan, transcript in zip(scans, transcripts, strict=True)
        for number, page in enumerate(transcript.pages, 1)
        if page.picture is not None
    ][:_MOST_PICTURES]
    hashes = desk.blobs.put_many([content for _, content in named]) if named else []
    return [
        Picture(name=name, sha256=sha256, size=len(content))
        for (name, content), sha256 in zip(named, hashes, strict=True)
    ]
