"""Files that were too large for a unit's mail: what a link is for, and handing the file out once asked.

Looking at the page changes nothing, so that scanners may open every link. Who takes the file is the unit that
the link was signed for, as far as it has the case still and the case is public; anybody else is told the
same nothing as with a link that was forged.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from domain.messages import Attachment
from domain.vocabulary import CaseEventKind, Confidentiality
from pipeline.delivery import event
from pipeline.desk import Desk
from pipeline.personal import masked_name, seen_by_unit
from pipeline.unit_effects import ACTOR
from pipeline.unit_files import may_have, opened
from pipeline.unit_marks import file_of, unit_of
from store.models import Case, MessageAttachment
from store.unit_of_work import UnitOfWork

CHUNK = 64 * 1024


@dataclass(frozen=True, kw_only=True)
class Offered:
    """What a page shows of a file: whose case, the name as the unit may see it, its size in bytes."""

    number: str
    unit_name: str
    name: str
    size: int


@dataclass(frozen=True, kw_only=True)
class _Found:
    case: Case
    file: MessageAttachment
    unit: str
    unit_name: str


def offered_file(desk: Desk, token: str) -> Offered | None:
    """What the link is for; None where it is forged or expired, or the file is not the unit's to have."""
    with desk.uow() as uow:
        found = _found(desk, uow, token)
        if found is None:
            return None
        name = masked_name(found.file.name, seen_by_unit(uow, found.case))
        return Offered(number=found.case.number, unit_name=found.unit_name, name=name, size=found.file.size)


def taken_file(desk: Desk, token: str) -> Attachment | None:
    """The file as a unit gets it, and a line in the case's history the first time its unit takes it; None as
    `offered_file`, and for a picture nobody can read."""
    with desk.uow() as uow:
        found = _found(desk, uow, token)
        name = masked_name(found.file.name, seen_by_unit(uow, found.case)) if found else ""
    file = opened(desk, found.file) if found else None  # a picture's decoding holds up no row
    if found is None or file is None:
        return None
    _record(desk, found, name)
    return replace(file, name=name if file.name == found.file.name else f"{name}{_ending(file, found.file)}")


def chunks(content: bytes) -> Iterator[bytes]:
    """The content in pieces, so that a slow reader holds up nothing but its own connection."""
    view = memoryview(content)
    return (bytes(view[start : start + CHUNK]) for start in range(0, len(content), CHUNK))


def _found(desk: Desk, uow: UnitOfWork, token: str) -> _Found | None:
    marked = file_of(desk, token, desk.now())
    if marked is None:
        return None
    mark, file_id = marked
    case, unit = uow.cases.get(mark.case_id), unit_of(mark, uow.taxonomy.units())
    file = uow.messages.file_of_case(file_id, mark.case_id)
    if case is None or unit is None or file is None or not may_have(file):
        return None
    if case.unit != unit.code or case.confidentiality != Confidentiality.PUBLIC:
        return None
    return _Found(case=case, file=file, unit=unit.code, unit_name=unit.name)


def _record(desk: Desk, found: _Found, name: str) -> None:
    case_id = found.case.id or 0
    which: dict[str, object] = {"unit": found.unit, "file": found.file.id}
    with desk.uow() as uow:
        uow.cases.locked([case_id])  # two who take it at once are one line
        if uow.cases.has_line(case_id, CaseEventKind.UNIT_DOWNLOADED, which):
            return
        line = event(case_id, CaseEventKind.UNIT_DOWNLOADED, desk.now(), {**which, "name": name}, ACTOR)
        uow.cases.record([line])
        uow.commit()


def _ending(file: Attachment, was: MessageAttachment) -> str:
    """What a rewritten picture's name got at its end."""
    return file.name.removeprefix(was.name)
