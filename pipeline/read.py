"""Step 2: what is slow. Fetches files that a message only names; OCR of scans will join it here.

A file that cannot be had leaves a placeholder with the reason, and the message goes on without it (G12).
"""

from collections.abc import Callable

from connectors.base import Fetching
from domain.errors import DeskError, NotConfiguredError, TransientError
from domain.vocabulary import MessageState, Queue, Step
from pipeline.connecting import build_connector
from pipeline.desk import Desk
from pipeline.log import get_logger
from pipeline.process import announce, record_failure, retract
from store.models import MessageAttachment
from store.records import Claimed

_log = get_logger(__name__)
READ_AT_ONCE = 4


def read_batch(desk: Desk) -> int:
    """Complete a few messages; returns how many there were. Raises ConnectionFailedError."""
    with desk.uow() as uow:
        claimed = uow.queue.claim(MessageState.RECEIVED, READ_AT_ONCE, desk.now())
    if not claimed:
        return 0
    claim_id = announce(desk, [each.id for each in claimed])
    for each in claimed:
        _complete(desk, each)
    retract(desk, claim_id)
    desk.wake(Queue.INBOUND)
    if len(claimed) == READ_AT_ONCE:
        desk.wake(Queue.DOCUMENTS)
    return len(claimed)


def _complete(desk: Desk, each: Claimed) -> None:
    last = each.attempts + 1 >= desk.settings.max_attempts
    try:
        with desk.uow() as uow:
            if uow.queue.claim_one(each.id, MessageState.RECEIVED) is None:
                return
            fetch = _fetcher(desk, each.account_id)
            for attachment in uow.messages.missing_files(each.id):
                _fill(desk, attachment, fetch, last=last)
            uow.queue.make_ready(each.id)
            uow.commit()
    except DeskError as error:
        record_failure(desk, each.id, Step.READ, error)


def _fetcher(desk: Desk, account_id: int) -> Callable[[str, int], bytes]:
    with desk.uow() as uow:
        account = uow.accounts.get(account_id)
    connector = build_connector(desk, account) if account else None
    if not isinstance(connector, Fetching):
        raise NotConfiguredError("this channel cannot fetch files")
    return connector.fetch


def _fill(
    desk: Desk, attachment: MessageAttachment, fetch: Callable[[str, int], bytes], *, last: bool
) -> None:
    try:
        content = fetch(attachment.source or "", desk.settings.max_message_bytes)
    except TransientError:
        if not last:
            raise
        attachment.note = "unreachable"
    except DeskError as error:
        _log.warning("file_not_fetched", attachment_id=attachment.id, error=type(error).__name__)
        attachment.note = str(error)
    else:
        attachment.sha256 = desk.blobs.put_many([content])[0]
        attachment.size = len(content)
        attachment.note = None
