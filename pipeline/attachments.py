"""What is done with files before a message goes on: a scan for viruses (G12), their place is looked for."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial

from domain.errors import DeskError, TransientError
from domain.messages import VIRUS_CHECK, InboundMessage
from domain.text import storable
from domain.vocabulary import ScanState, Step
from pipeline.desk import Desk
from pipeline.log import get_logger
from pipeline.patience import patiently
from pipeline.photo_place import located, located_by
from pipeline.virus import Scanned, scan
from pipeline.withheld import tell_of_virus
from store.models import MessageAttachment
from store.records import Claimed

LOOK_AGAIN = timedelta(seconds=30)
AWAY = "the virus scanner was away"
_log = get_logger(__name__)


class NotYetCheckedError(TransientError):
    """The virus scanner is away; the message waits for it a while."""


def prepared(desk: Desk, message: InboundMessage) -> InboundMessage:
    """The message as it is stored: with the place its photos tell, held for the scanner if there is one."""
    message = located(message)
    if not desk.settings.clamd or not any(a.content is not None for a in message.attachments):
        return message
    return replace(message, headers={**message.headers, VIRUS_CHECK: "1"})


def check_files(desk: Desk, claimed: Claimed) -> None:
    """Have every file of a message scanned; without a scanner nothing happens.

    Raises NotYetCheckedError while the scanner is away and there is time; later the files are kept unscanned,
    and no unit is sent them.
    """
    if not desk.settings.clamd:
        return
    with desk.uow() as uow:
        files = [f for f in uow.messages.attachments([claimed.id]) if f.sha256 and f.scan is None]
    for file in files:
        found = _scanned(desk, claimed, file)
        patiently(partial(_record, desk, claimed, file, found))


def place_from_photos(desk: Desk, claimed: Claimed) -> InboundMessage | None:
    """The message with the place that its files tell, None when they tell none or it has one."""
    if claimed.message.place is not None:
        return None
    with desk.uow() as uow:
        files = uow.messages.attachments([claimed.id])
    found = located_by(claimed.message, _contents(desk, files))
    return found if found.place is not None else None


def _contents(desk: Desk, files: Sequence[MessageAttachment]) -> Iterator[bytes]:
    for file in files:
        if file.sha256 and file.media_type.startswith("image/"):
            yield desk.blobs.get(file.sha256)


def _scanned(desk: Desk, claimed: Claimed, file: MessageAttachment) -> Scanned:
    try:
        return scan(desk.settings.clamd, desk.blobs.get(file.sha256 or ""))
    except DeskError as error:
        patience = timedelta(minutes=desk.settings.clamd_minutes)
        if desk.now() < claimed.received_at + patience:
            raise NotYetCheckedError(str(error)) from error
        _log.error("file_not_scanned", step=Step.READ, attachment_id=file.id, error=str(error))
        return Scanned(state=ScanState.UNSCANNED, why=AWAY)


def _record(desk: Desk, claimed: Claimed, file: MessageAttachment, found: Scanned) -> None:
    with desk.uow() as uow:
        note = storable(f"{found.state}: {found.why}") if found.why else None
        uow.files.scanned(file.id or 0, found.state, note)
        if found.state is ScanState.INFECTED:
            _log.error("virus_found", step=Step.READ, attachment_id=file.id, virus=found.why)
            tell_of_virus(desk, uow, claimed, file.id or 0, file.name, found.why or "")
        uow.commit()
