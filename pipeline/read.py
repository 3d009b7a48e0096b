"""Step 2: what is slow. Fetches files that a message only names; OCR of scans will join it here.

A file that cannot be had leaves a placeholder with the reason, and the message goes on without it (G12).
"""

from collections.abc import Callable
from functools import cache

from connectors.base import Fetching
from domain.errors import CredentialsRejectedError, DeskError, NotConfiguredError, TransientError
from domain.text import storable
from domain.vocabulary import MessageState, Queue, Step
from pipeline.attempts import announce, record_deaths, record_failure, retract
from pipeline.connecting import build_connector
from pipeline.desk import Desk
from pipeline.log import get_logger
from store.failures import DatabaseAwayError
from store.models import MessageAttachment
from store.records import Announcement, Claimed
from store.unit_of_work import UnitOfWork

_log = get_logger(__name__)
READ_AT_ONCE = 4
_MENDABLE = (TransientError, NotConfiguredError, CredentialsRejectedError)
"""What waiting may help against, be it that somebody corrects a password meanwhile."""
_Fetch = Callable[[str, int], bytes]


def read_batch(desk: Desk) -> int:
    """Complete a few messages; returns how many there were. Raises ConnectionFailedError."""
    with desk.uow() as uow:
        waiting = [each.id for each in uow.queue.claim(MessageState.RECEIVED, READ_AT_ONCE, desk.now())]
    for message_id in waiting:
        _complete(desk, message_id)
    if waiting:
        desk.wake(Queue.INBOUND)
        desk.wake(Queue.DOCUMENTS)
    return len(waiting)


def _complete(desk: Desk, message_id: int) -> None:
    with desk.uow() as uow:
        claimed = uow.queue.claim_one(message_id, MessageState.RECEIVED)
        if claimed is None:
            return
        announcement = announce(desk, [message_id])
        failure = _attempt(desk, uow, claimed, announcement)
    if failure is not None:
        retract(desk, announcement)
        record_failure(desk, message_id, Step.READ, failure)


def _attempt(desk: Desk, uow: UnitOfWork, claimed: Claimed, announcement: Announcement) -> Exception | None:
    try:
        if announcement.deaths:
            record_deaths(desk, uow, announcement)
        else:
            _read(desk, uow, claimed)
            uow.queue.retract(announcement.id)
        uow.commit()
    except DatabaseAwayError:
        raise
    except DeskError as error:
        return error
    except Exception as error:
        _log.exception("reading_broke", step=Step.READ, message_id=claimed.id)
        return error
    return None


def _read(desk: Desk, uow: UnitOfWork, claimed: Claimed) -> None:
    last = claimed.attempts + 1 >= desk.settings.max_attempts
    fetch = _fetcher(desk, uow, claimed.account_id)
    for attachment in uow.messages.missing_files(claimed.id):
        _fill(desk, attachment, fetch, last=last)
    uow.queue.make_ready(claimed.id)


def _fetcher(desk: Desk, uow: UnitOfWork, account_id: int) -> _Fetch:
    @cache
    def connector() -> Fetching:
        account = uow.accounts.get(account_id)
        built = build_connector(desk, account) if account else None
        if not isinstance(built, Fetching):
            raise NotConfiguredError("this channel cannot fetch files")
        return built

    return lambda source, max_bytes: connector().fetch(source, max_bytes)


def _fill(desk: Desk, attachment: MessageAttachment, fetch: _Fetch, *, last: bool) -> None:
    try:
        content = fetch(attachment.source or "", desk.settings.max_message_bytes)
    except _MENDABLE as error:
        if not last:
            raise
        attachment.note = "unreachable"
        _log.warning("file_unreachable", attachment_id=attachment.id, error=type(error).__name__)
    except DeskError as error:
        attachment.note = storable(str(error))
        _log.warning("file_not_fetched", attachment_id=attachment.id, error=type(error).__name__)
    else:
        attachment.sha256 = desk.blobs.put_many([content])[0]
        attachment.size = len(content)
        attachment.note = None
