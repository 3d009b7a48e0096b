"""Step 2: what is slow. Fetches files that a message only names, has them scanned for viruses, then reads the
words of its scans.

A file that cannot be had leaves a placeholder with the reason, and the message goes on without it (G12).

No transaction is open while a file is fetched, so no lock says that a message is in hand: its next time is
set behind the longest time a worker may take. The attempt is counted when it begins, so one that kills its
worker is counted, too. Each file is kept as it comes: what is there is not fetched again.
"""

import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from functools import cache, partial

from connectors.base import Fetching
from domain.errors import CredentialsRejectedError, DeskError, NotConfiguredError, TransientError
from domain.messages import InboundMessage
from domain.text import storable
from domain.vocabulary import MessageState, Queue, Step
from pipeline.attachments import LOOK_AGAIN as CHECK_AGAIN
from pipeline.attachments import NotYetCheckedError, check_files, place_from_photos
from pipeline.attempts import WorkerDiedError, record_failure
from pipeline.broker import ACTOR_TIME_LIMIT_MS
from pipeline.connecting import build_connector
from pipeline.desk import Desk
from pipeline.log import get_logger, speaking_of
from pipeline.patience import patiently
from pipeline.transcribe import LOOK_AGAIN, NotYetReadableError, Words, words_of
from store.failures import DatabaseAwayError
from store.models import MessageAttachment
from store.records import Account, Claimed

READ_AT_ONCE = 4
READ_FOR_SECONDS = 60.0
"""After so long no further message is taken in hand: a scan takes minutes, and there is a time limit."""
IN_HAND = timedelta(milliseconds=ACTOR_TIME_LIMIT_MS) + timedelta(minutes=1)
"""No worker has a message in hand for longer than its time limit: one in living hands is never taken."""
UNREACHABLE = "unreachable"
_DEADLY = "its worker died with it in hand, every time"
_MENDABLE = (TransientError, NotConfiguredError, CredentialsRejectedError)
"""What waiting may help against, be it that somebody corrects a password meanwhile."""
_Fetch = Callable[[str, int], bytes]
_log = get_logger(__name__)


def read_batch(desk: Desk) -> int:
    """Complete a few messages; returns how many there were. Raises ConnectionFailedError."""
    count, begun = 0, time.monotonic()
    while count < READ_AT_ONCE and time.monotonic() - begun < READ_FOR_SECONDS and (claimed := _take(desk)):
        count += 1
        with speaking_of(claimed):
            _complete(desk, claimed)
    if count:
        desk.wake(Queue.DOCUMENTS)
    return count


def _take(desk: Desk) -> Claimed | None:
    now = desk.now()
    with desk.uow() as uow:
        waiting = uow.queue.claim(MessageState.RECEIVED, 1, now)
        for each in waiting:
            uow.queue.lend(each.id, each.attempts + 1, now + IN_HAND)
        uow.commit()
    return waiting[0] if waiting else None


def _complete(desk: Desk, claimed: Claimed) -> None:
    try:
        _read(desk, claimed)
    except DatabaseAwayError:
        raise
    except NotYetReadableError as error:
        _leave_waiting(desk, claimed, error, LOOK_AGAIN)
    except NotYetCheckedError as error:
        _leave_waiting(desk, claimed, error, CHECK_AGAIN)
    except Exception as error:
        if not isinstance(error, DeskError):
            _log.exception("reading_broke", step=Step.READ)
        record_failure(desk, claimed.id, Step.READ, error, times=0)
    else:
        desk.wake(Queue.INBOUND)


def _read(desk: Desk, claimed: Claimed) -> None:
    most = desk.settings.max_attempts
    if claimed.attempts > most:
        raise WorkerDiedError(_DEADLY)  # even without its files and words: quarantine keeps it for a person
    with desk.uow() as uow:
        account = uow.accounts.get(claimed.account_id)
        missing = uow.messages.missing_files(claimed.id)
    fetch = _fetcher(desk, account) if claimed.attempts < most else _nothing
    last = claimed.attempts + 1 >= most
    troubles = [trouble for each in missing if (trouble := _fill(desk, each, fetch, last=last))]
    if troubles:
        raise troubles[0]
    check_files(desk, claimed)
    words = words_of(desk, claimed, account, last=last, hopeless=claimed.attempts >= most)
    placed = place_from_photos(desk, claimed) if missing and not words else None
    patiently(lambda: _pass_on(desk, claimed.id, words, placed))


def _leave_waiting(desk: Desk, claimed: Claimed, error: DeskError, look_again: timedelta) -> None:
    """Try again later; no attempt is counted, since nothing was tried."""
    _log.warning("not_readable_yet", error=str(error))
    with desk.uow() as uow:
        uow.queue.try_later(claimed.id, claimed.attempts, str(error), desk.now() + look_again)
        uow.commit()


def _pass_on(desk: Desk, message_id: int, words: Words | None, placed: InboundMessage | None) -> None:
    with desk.uow() as uow:
        if placed and placed.place:
            uow.files.place(message_id, asdict(placed.place), placed.headers)
        if words:
            uow.messages.fill_words(message_id, words.message, words.pictures)
        uow.queue.make_ready(message_id, desk.now())
        uow.commit()


def _fetcher(desk: Desk, account: Account | None) -> _Fetch:
    @cache
    def connector() -> Fetching:
        built = build_connector(desk, account) if account else None
        if not isinstance(built, Fetching):
            raise NotConfiguredError("this channel cannot fetch files")
        return built

    return lambda source, max_bytes: connector().fetch(source, max_bytes)


def _nothing(_source: str, _max_bytes: int) -> bytes:
    raise WorkerDiedError(_DEADLY)


def _fill(desk: Desk, attachment: MessageAttachment, fetch: _Fetch, *, last: bool) -> Exception | None:
    """Fetch one file, or note why it cannot be had; returns the error when another try may help."""
    try:
        content = fetch(attachment.source or "", desk.settings.max_message_bytes)
    except DeskError as error:
        final = not isinstance(error, _MENDABLE)
        if not (final or last):
            return error
        _log.warning("file_left_out", attachment_id=attachment.id, error=type(error).__name__)
        note = storable(str(error)) if final else UNREACHABLE
        patiently(partial(_keep, desk, attachment, note=note))
    except Exception as error:
        return error  # a fault of ours, which a replay makes good: this file is never given up
    else:
        [sha256] = desk.blobs.put_many([content])
        patiently(partial(_keep, desk, attachment, sha256=sha256, size=len(content)))
    return None


def _keep(
    desk: Desk,
    attachment: MessageAttachment,
    *,
    sha256: str | None = None,
    size: int = 0,
    note: str | None = None,
) -> None:
    with desk.uow() as uow:
        uow.messages.fill_file(attachment.id or 0, sha256=sha256, size=size, note=note)
        uow.commit()
