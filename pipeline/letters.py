"""Letters once they lie in the print folder: who posts them says so, and what came back is said, too."""

from collections.abc import Sequence
from typing import Any

from domain.vocabulary import CaseEventKind
from pipeline.delivery import event, note_failure
from pipeline.desk import Desk
from pipeline.recipients import masked_recipient
from pipeline.refusal import RefusedError

RETURNED = "returned by the post"


def letter_rows(desk: Desk, limit: int) -> list[dict[str, Any]]:
    """The letters that wait to be posted, oldest first, in plain values; addresses are masked."""
    with desk.uow() as uow:
        found = uow.letters.waiting(limit)
    return [
        {
            "id": letter.id,
            "case": letter.number,
            "template": letter.template,
            "recipient": masked_recipient(letter.recipient),
            "file": letter.file,
            "written_at": letter.written_at,
        }
        for letter in found
    ]


def mark_posted(desk: Desk, ids: Sequence[int], *, actor: str) -> list[int]:
    """Record that letters were posted; returns those that waited for it. Saying it twice changes nothing."""
    now = desk.now()
    with desk.uow() as uow:
        posted = uow.letters.post(ids, now)
        lines = [
            event(case_id, CaseEventKind.LETTER_POSTED, now, {"notice": notice_id}, actor)
            for notice_id, case_id in sorted(posted.items())
            if case_id
        ]
        uow.cases.record(lines)
        uow.commit()
    return sorted(posted)


def mark_returned(desk: Desk, notice_id: int) -> None:
    """Record that the post brought a letter back. Raises RefusedError where it is none that was written."""
    now = desk.now()
    with desk.uow() as uow:
        row = uow.letters.give_up(notice_id, RETURNED, now)
        if row is None:
            raise RefusedError("no_letter", letter=notice_id)
        note_failure(desk, uow, row, RETURNED, now)
        uow.commit()
