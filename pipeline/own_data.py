"""What the desk keeps of one person, gathered for that person (law 6698, art. 11).

In it: who they are, their cases with what citizens are told of them, what they sent, what was sent to them.
Not in it: what others wrote, notes of staff and units, security numbers, files with a virus.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from domain.messages import is_forged
from domain.vocabulary import Channel
from notifier.own_data_paper import file_names
from pipeline.desk import Desk
from store.models import Message, MessageAttachment
from store.own_data import OwnCaseFile
from store.register import Found
from store.status import Happening
from store.unit_of_work import UnitOfWork

_CASE = (
    "number", "channel", "kind", "topic", "unit", "state", "subject", "district", "neighbourhood", "place",
    "external_reference", "opened_at", "due_at", "closed_at",
)  # fmt: skip
_MESSAGE = (
    "received_at", "sent_at", "channel", "sender", "sender_name", "contacts", "subject", "text", "place",
)  # fmt: skip
_NOTICE = ("sent_at", "medium", "recipient", "template", "subject", "state")
_CONTACT = ("urn", "created_at", "stopped_at", "undeliverable_at", "preferred_medium", "declined")
_TAKEN_DOWN = (Channel.CALL_CENTRE, Channel.CONTACT_POINT, Channel.FIELD)
"""Their originals are forms of the staff, and name them."""


@dataclass(kw_only=True)
class OwnData:
    """All of it as plain values, and the files that go with it: their name and the hash of their content."""

    values: dict[str, Any]
    files: list[tuple[str, str]] = field(default_factory=list)


def own_data(desk: Desk, uow: UnitOfWork, person: Found) -> OwnData:
    """Everything of a person and of those who were merged into them."""
    family = uow.eraser.family(person.id)
    contacts = uow.own_data.contacts(family)
    urns = uow.eraser.addresses_of(family)
    cases = uow.own_data.cases(family)
    found = OwnData(values={"person": _person(desk, uow, person)})
    found.values["contacts"] = [_of(each, _CONTACT) for each in contacts]
    found.values["cases"] = [_case(uow, each) for each in cases]
    numbers = {each.id: each.number for each in cases}
    found.values["messages"] = [
        _message(uow, each, place, numbers, found)
        for place, each in enumerate(_proven(uow.own_data.messages(family, urns)), 1)
    ]
    found.values["notices"] = [
        {"case": numbers.get(each.case_id or 0), **_of(each, _NOTICE)} for each in uow.own_data.notices(urns)
    ]
    found.values["ratings"] = [
        {"case": numbers[each.case_id], "at": each.at, "score": each.score, "comment": each.comment}
        for each in uow.own_data.ratings(list(numbers))
    ]
    return found


def _proven(messages: Iterable[Message]) -> Iterator[Message]:
    """Without what a stranger wrote under their address, as far as its channel told."""
    return (each for each in messages if not is_forged(each.headers))


def _person(desk: Desk, uow: UnitOfWork, person: Found) -> dict[str, Any]:
    identity = uow.register.identity(person.id)
    return {
        "name": person.name,
        "registered_at": person.created_at,
        "identity_number": desk.keyring.decrypt(identity.sealed) if identity else None,
    }


def _case(uow: UnitOfWork, case: OwnCaseFile) -> dict[str, Any]:
    told = [_told(line) for line in uow.status.history(case.id, case.in_force)]
    return {**_of(case, _CASE), "history": told}


def _told(line: Happening) -> dict[str, Any]:
    """A line as the status page has it: of whatever else is known of it nothing."""
    return {"at": line.at, "kind": line.kind, "unit": line.unit, "state": line.state, "answer": line.answer}


def _message(
    uow: UnitOfWork, message: Message, place: int, numbers: dict[int, str], found: OwnData
) -> dict[str, Any]:
    folders = file_names()
    ending = "eml" if message.channel == Channel.EMAIL else "bin"
    name = f"{folders['originals']}/{place:05}.{ending}"
    whole = bool(message.raw_sha256) and message.channel not in _TAKEN_DOWN
    kept = uow.messages.attachments([message.id or 0])
    numbered = [(f"{folders['attachments']}/{place:05}-{n:02}", file) for n, file in enumerate(kept, 1)]
    files = [(path, file) for path, file in numbered if file.sha256]
    found.files += [(name, message.raw_sha256)] if whole else []
    found.files += [(_file_name(path, file), file.sha256 or "") for path, file in files]
    return {
        "case": numbers.get(message.case_id or 0),
        **_of(message, _MESSAGE),
        "original": name if whole else None,
        "attachments": [{"name": file.name, "file": _file_name(path, file)} for path, file in files],
    }


def _file_name(path: str, file: MessageAttachment) -> str:
    """Where it lies in the archive: a name that every system takes, with the ending that its sender gave."""
    ending = file.name.rpartition(".")[2] if "." in file.name else ""
    plain = ending.isascii() and ending.isalnum() and len(ending) <= 5
    return f"{path}.{ending.lower()}" if plain else f"{path}.bin"


def _of(row: Any, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
