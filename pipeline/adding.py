"""What a citizen adds to a case on its status page comes in like any message, and joins it by our mark."""

from dataclasses import dataclass

from pipeline.delivery import token_id
from pipeline.desk import Desk


@dataclass(frozen=True, kw_only=True)
class Belonging:
    """By what a message belongs to a case: our signed mark, and whom the case was opened by."""

    mark: str
    known_as: tuple[str, ...]
    name: str


def belonging_to(desk: Desk, case_id: int) -> Belonging:
    """For somebody who has shown both numbers of the case. Raises ConnectionFailedError."""
    with desk.uow() as uow:
        first = uow.answers.first_messages([case_id]).get(case_id)
    message = first.message if first else None
    known = [str(urn) for urn in (message.sender, *message.contacts) if urn] if message else []
    name = (message.sender_name or "") if message else ""
    return Belonging(mark=token_id(desk, "c", f"{case_id}-w"), known_as=tuple(known), name=name)
