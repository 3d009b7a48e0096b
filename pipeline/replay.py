"""Puts what was quarantined back on its way: read anew from its original where that was not understood.

One message takes the row's place. Of an original that holds several, such as a whole call, each becomes a row
as if it came now; one that holds none, such as a delivery report, is done with.
"""

from dataclasses import replace
from uuid import uuid4

from domain.messages import Attachment, InboundMessage
from domain.vocabulary import Channel, MessageState, Queue, Step
from pipeline.desk import Desk
from pipeline.feeds import import_again, parser_of
from pipeline.identities import sealed_identity
from pipeline.originals import parse_original
from pipeline.refusal import RefusedError
from store.models import Message
from store.records import Arrival, Outcome
from store.unit_of_work import UnitOfWork


def replay(desk: Desk, quarantine_id: int) -> None:
    """Replay one entry; doing it twice does it once. Raises PermanentError when there is no such entry, and
    UnreadableMessageError when its original is still not understood (it then stays in quarantine)."""
    with desk.uow() as uow:
        found = uow.quarantine.get(quarantine_id)
        if found is None:
            raise RefusedError("no_entry", entry=quarantine_id)
        entry, message = found
        again = import_again(desk, entry, message)
        arrivals = _read_again(desk, uow, message) if entry.step == Step.ACCEPT and not again else None
        now = desk.now()
        if not uow.quarantine.take(quarantine_id, now):
            return
        if again or (arrivals is not None and len(arrivals) != 1):
            uow.messages.add(arrivals or [], message.received_at)
            uow.queue.finish([Outcome(message_id=message.id or 0)])
        elif arrivals:
            uow.messages.replace(message.id or 0, arrivals[0], now)
        else:
            state = MessageState.RECEIVED if entry.step == Step.READ else MessageState.READY
            uow.quarantine.release(message.id or 0, state, now)
        uow.commit()
    desk.wake(Queue.DOCUMENTS if entry.step == Step.READ else Queue.INBOUND)


def _read_again(desk: Desk, uow: UnitOfWork, message: Message) -> list[Arrival]:
    raw = desk.blobs.get(message.raw_sha256)
    account = uow.accounts.get(message.account_id)
    parser = parser_of(desk, account) if account else None
    found = parse_original(Channel(message.channel), raw, desk.settings.instance, parser)
    if len(found) == 1:
        return [
            replace(_arrival(desk, message.account_id, found[0], raw), correlation_id=message.correlation_id)
        ]
    return [_arrival(desk, message.account_id, each, each.raw) for each in found]


def _arrival(desk: Desk, account_id: int, item: InboundMessage, raw: bytes) -> Arrival:
    attachments = [_with_content(desk, a) for a in item.attachments]
    contents = [a.content for a in attachments if a.content is not None]
    raw_sha256, *rest = desk.blobs.put_many([raw, *contents])
    hashes = iter(rest)
    return Arrival(
        account_id=account_id,
        item=sealed_identity(desk, replace(item, attachments=attachments)),
        correlation_id=uuid4().hex,
        raw_sha256=raw_sha256,
        attachment_sha256=[next(hashes) if a.content is not None else None for a in attachments],
    )


def _with_content(desk: Desk, attachment: Attachment) -> Attachment:
    # The web form's originals name their files instead of holding them; accept kept those as blobs.
    kind, _, sha256 = (attachment.source or "").partition(":")
    if attachment.content is not None or kind != "sha256":
        return attachment
    return replace(attachment, content=desk.blobs.get(sha256), source=None)
