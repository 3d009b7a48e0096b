"""What a unit is told of a case beside the facts: its words, its files, its neighbours.

Units get files as they may see them: scanned, photos without EXIF. What stays with the desk is named.
"""

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from domain.errors import UnreadableMessageError
from domain.messages import ALBUM, Attachment
from domain.vocabulary import Confidentiality, LinkKind, LinkState, PersonalData, ScanState
from pipeline.desk import Desk
from pipeline.edits import wordings
from pipeline.log import get_logger
from pipeline.personal import masked_name, masked_words
from pipeline.photo_place import PLACE_SOURCE
from pipeline.pictures import for_unit
from store.models import Case, Message, MessageAttachment
from store.unit_of_work import UnitOfWork

ATTACHED_BYTES = 10 * 1024 * 1024
"""Files of one case that go with a unit's mail; what is larger stays with the desk."""
SPENT_SECONDS = 60.0
"""After so long no further file is opened: pictures made to be slow must keep no mail from its unit."""
_log = get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Files:
    """The files that go along, and the names of those that stay with the desk."""

    taken: tuple[Attachment, ...] = ()
    left: tuple[str, ...] = ()


def opening_messages(messages: Sequence[Message]) -> list[Message]:
    """What a case was opened with: its first message, and the rest of the album that was part of."""
    first = messages[:1]
    album = first[0].headers.get(ALBUM) if first else None
    same = [
        m for m in messages[1:] if album and m.headers.get(ALBUM) == album and m.sender == first[0].sender
    ]
    return [*first, *same]


def files_for_unit(
    desk: Desk, files: Sequence[MessageAttachment], seen: Collection[PersonalData], *, shown: bool
) -> Files:
    """The files as a unit may have them, their names masked save the kinds of personal data it may have
    `seen`; none where the case's confidentiality does not allow files."""
    taken: list[Attachment] = []
    left: list[str] = []
    room, begun = ATTACHED_BYTES, time.monotonic()
    for file in files:
        late = bool(taken or left) and time.monotonic() - begun > SPENT_SECONDS
        fresh = _opened(desk, file, room) if shown and not late else None
        if fresh is None:
            left.append(masked_name(file.name, seen))
            continue
        room -= len(fresh.content or b"")
        taken.append(replace(fresh, name=masked_name(fresh.name, seen)))
    return Files(taken=tuple(taken), left=tuple(left))


def _opened(desk: Desk, file: MessageAttachment, room: int) -> Attachment | None:
    if file.sha256 is None or file.scan == ScanState.UNSCANNED:
        return None
    content = desk.blobs.get(file.sha256)
    given = Attachment(name=file.name, media_type=file.media_type, content=content)
    try:
        fresh = for_unit(given)
    except UnreadableMessageError as error:
        _log.warning("picture_left_out", attachment_id=file.id, error=str(error))
        return None
    return fresh if len(fresh.content or b"") <= room else None


def told_to_unit(
    uow: UnitOfWork,
    case: Case,
    messages: Sequence[Message],
    names: Sequence[str],
    left: Sequence[str],
    seen: Collection[PersonalData],
) -> dict[str, Any]:
    """The values of a unit's notice that come from messages and links; each variant shows what it may."""
    citizen = uow.citizens.get(case.citizen_id) if case.citizen_id else None
    first = messages[0] if messages else None
    reached = [urn for urn in (first.sender, *first.contacts) if urn] if first else []
    return {
        "text": masked_words(wordings(messages)[0].last, seen) if first else "",
        "citizen_name": (first and first.sender_name) or (citizen and citizen.name) or "",
        "citizen_contact": ", ".join(dict.fromkeys(urn.partition(":")[2] for urn in reached)),
        "attachments": ", ".join(masked_name(name, seen) for name in names),
        "left_files": ", ".join(left),
        "position": _position(uow, case, first),
        **_neighbours(uow, case),
    }


def _position(uow: UnitOfWork, case: Case, first: Message | None) -> str:
    """The coordinates; those a photo told only for a topic that needs a place, since it may be a home."""
    place = case.place or {}
    latitude, longitude = place.get("latitude"), place.get("longitude")
    if latitude is None or longitude is None:
        return ""
    topic = uow.taxonomy.topic(case.topic) if case.topic else None
    from_photo = first is not None and PLACE_SOURCE in first.headers
    if from_photo and not (topic and "place" in topic.needed):
        return ""
    return f"{latitude:.5f}, {longitude:.5f}"


def _neighbours(uow: UnitOfWork, case: Case) -> dict[str, str]:
    """The numbers of linked cases; only public ones, since a link says something about both."""
    links = [
        link
        for link in (
            uow.links.of_case(case.id or 0) if case.confidentiality == Confidentiality.PUBLIC else ()
        )
        if link.confidentiality == Confidentiality.PUBLIC and link.state != LinkState.DISMISSED
    ]
    return {
        name: ", ".join(link.number for link in links if link.kind == kind)
        for name, kind in (("duplicates", LinkKind.DUPLICATE), ("same_incident", LinkKind.SAME_INCIDENT))
    }
