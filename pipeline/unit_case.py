"""A case as its unit is told of it: everything the unit may see, its files, and how it can answer."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from domain.messages import Attachment
from domain.vocabulary import Confidentiality
from pipeline.desk import Desk
from pipeline.personal import seen_by_unit
from pipeline.unit_files import MEGABYTE, Files, files_for_unit
from pipeline.unit_marks import ANSWERING, file_url, links, reply_address
from pipeline.unit_values import added_messages, opening_messages, shown_additions, told_to_unit
from store.models import Case
from store.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Told:
    """The values, where an answer by mail goes, and the files that go along."""

    values: Mapping[str, Any]
    reply_to: str | None = None
    files: tuple[Attachment, ...] = ()


def answering(desk: Desk, case: Case, unit: str, message_id: int = 0) -> Told:
    """How the unit can answer: the addresses of its pages, and that of its mails; `message_id` is the mail
    that the pages confirm. A restricted case has none: whoever had the mail could close it."""
    if case.confidentiality == Confidentiality.RESTRICTED:
        return Told(values=dict.fromkeys(ANSWERING, ""))
    now, case_id = desk.now(), case.id or 0
    found = links(desk, case_id, unit, message_id, now)
    return Told(values=found, reply_to=reply_address(desk, case_id, unit, now))


def told_of_case(
    desk: Desk, uow: UnitOfWork, case: Case, unit: str, *, room: int, news: Collection[int] = ()
) -> Told:
    """What a mail about a case holds beside the case's own values: all of it for the unit that it is brought
    to, or of what was added the `news` alone, the keys of messages. `room` is how many bytes of files may go
    along; only public cases have files."""
    answer = answering(desk, case, unit)
    messages = uow.messages.of_case(case.id or 0)
    seen = seen_by_unit(uow, case)
    added = added_messages(uow, case, messages, news)
    bringing = [*([] if news else opening_messages(messages)), *(each.message for each in added)]
    rows = uow.messages.attachments([m.id or 0 for m in bringing])
    files = Files()
    if case.confidentiality == Confidentiality.PUBLIC:
        files = files_for_unit(desk, rows, seen, room=room)
    told = told_to_unit(uow, case, messages, seen) | {"added": shown_additions(uow, case, added, seen)}
    values = {**answer.values, **told, **_of_files(desk, case, unit, files)}
    return Told(values=values, reply_to=answer.reply_to, files=files.taken)


def room_of(desk: Desk) -> int:
    """How many bytes of files one mail to a unit holds."""
    return desk.settings.unit_attached_mb * MEGABYTE


def _of_files(desk: Desk, case: Case, unit: str, files: Files) -> dict[str, Any]:
    now = desk.now()
    return {
        "attachments": ", ".join(files.named),
        "left_files": ", ".join(files.left),
        "linked_files": [
            {
                "name": file.name,
                "size": str(file.size),
                "file_url": file_url(desk, case.id or 0, unit, file.id, now),
            }
            for file in files.linked
        ],
    }
