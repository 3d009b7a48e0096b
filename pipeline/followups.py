"""Whether a message belongs to a case that exists (E12).

In this order: our signed token in In-Reply-To or References, our signed plus-address, then an application
number in subject or text together with a sender who is known on that very case. A number alone never adds
words to a case: the message opens a case of its own that is marked as possibly related.
"""

from collections.abc import Sequence
from datetime import datetime

from domain.cases import CLOSED
from domain.numbers import find_application_numbers
from domain.thread_tokens import read_plus_address, read_token
from domain.vocabulary import CaseEventKind, CaseState
from pipeline.delivery import event
from pipeline.desk import Desk
from pipeline.owing import owe_message_added
from pipeline.work import Fresh, Work
from store.records import Claimed, KnownCase, Outcome
from store.unit_of_work import UnitOfWork


def join_follow_ups(
    desk: Desk, uow: UnitOfWork, people: Sequence[Claimed], work: Work, now: datetime
) -> list[Fresh]:
    """Join what belongs to an open case; returns the rest, each of which opens a case."""
    tokens = {each.id: _token_case(desk.token_key, each) for each in people}
    numbers = {each.id: _numbers(each) for each in people if not tokens[each.id]}
    by_id = (
        uow.cases.known_by_id([case_id for case_id in tokens.values() if case_id])
        if any(tokens.values())
        else {}
    )
    wanted = [number for found in numbers.values() for number in found]
    by_number = uow.cases.known(wanted) if wanted else {}
    contacts = (
        uow.cases.contacts_of([c.citizen_id for c in (*by_id.values(), *by_number.values()) if c.citizen_id])
        if by_id or by_number
        else {}
    )
    fresh = []
    for each in people:
        signed = by_id.get(tokens[each.id] or 0)
        named = [by_number[n] for n in numbers.get(each.id, ()) if n in by_number]
        known = [case for case in named if _is_known(each, contacts.get(case.citizen_id or 0, set()))]
        case = signed or (known[0] if known else None)
        if case and CaseState(case.state) not in CLOSED:
            _join(uow, each, case, contacts.get(case.citizen_id or 0, set()), work, now, desk)
        else:
            fresh.append(Fresh(claimed=each, related=case or (named[0] if named else None)))
    return fresh


def _token_case(key: bytes, each: Claimed) -> int | None:
    message = each.message
    ids = [message.in_reply_to or "", *reversed(message.references)]
    found = read_token(key, [one for one in ids if one])
    found = found or read_plus_address(key, [urn.path for urn in message.recipients])
    case_id = found[1].partition("-")[0] if found else ""
    return int(case_id) if case_id.isdigit() else None


def _numbers(each: Claimed) -> list[str]:
    return find_application_numbers(f"{each.message.subject or ''}\n{each.message.own_words}")[:5]


def _is_known(each: Claimed, contacts: set[str]) -> bool:
    return each.message.sender is not None and str(each.message.sender) in contacts


def _join(
    uow: UnitOfWork,
    each: Claimed,
    case: KnownCase,
    contacts: set[str],
    work: Work,
    now: datetime,
    desk: Desk,
) -> None:
    citizen = _is_known(each, contacts)
    detail: dict[str, object] = {"message": each.id, "from_citizen": citizen}
    actor = "citizen" if citizen else "correspondent"
    work.events.append(event(case.id, CaseEventKind.MESSAGE_ADDED, now, detail, actor))
    work.outcomes.append(Outcome(message_id=each.id, case_id=case.id))
    if citizen:
        owe_message_added(desk, uow, each, case, work.owed, now)
