"""Whether a message belongs to a case that exists (E12).

In this order: our signed token in In-Reply-To or References, our signed plus-address, the provider's own ids
of what a chat's sender replies to, then an application number in subject or text together with a sender whom
the channel proves and that very case was opened from. A number alone never adds words to a case: the message
opens a case of its own that is marked as possibly related.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from domain.cases import more_discreet
from domain.messages import BY_NUMBERS, VERIFIED
from domain.numbers import find_application_numbers
from domain.thread_tokens import read_plus_address, read_token
from domain.unit_marks import REPLY
from domain.vocabulary import CaseEventKind, Channel
from pipeline.delivery import event
from pipeline.desk import Desk
from pipeline.known import in_force, is_open
from pipeline.owing import owe_message_added
from pipeline.work import Added, Fresh, Work
from store.records import Claimed, KnownCase, Outcome
from store.unit_of_work import UnitOfWork


def join_follow_ups(
    desk: Desk, uow: UnitOfWork, people: Sequence[Claimed], work: Work, now: datetime
) -> list[Fresh]:
    """Join what belongs to an open case; returns the rest, each of which opens a case."""
    referred = {each.id: _token_case(desk.token_key, each) or _chat_case(uow, each) for each in people}
    by_id = uow.cases.known_by_id(ids) if (ids := [one for one in referred.values() if one]) else {}
    numbers = {each.id: _numbers(each) for each in people if referred[each.id] not in by_id}
    by_number = _known_by_number(uow, [number for found in numbers.values() for number in found])
    known = {case.id: case for case in (*by_id.values(), *by_number.values())}
    targets = in_force(uow, known)
    addresses = _addresses(uow, known, targets)
    fresh = []
    for each in people:
        named = [by_number[n] for n in numbers.get(each.id, ()) if n in by_number]
        mine = [case for case in named if _may_name(each) and _is_known(each, addresses[case.id])]
        case = by_id.get(referred[each.id] or 0) or (mine[0] if mine else None)
        target = targets[case.id] if case else None
        if case and target and is_open(target):
            _join(desk, uow, each, target, work, now, citizen=_is_known(each, addresses[case.id]))
        else:
            fresh.append(_fresh(each, case, target or (targets[named[0].id] if named else None)))
    return fresh


def going_on(people: Sequence[Claimed]) -> set[int]:
    """Those that go on from a web chat's earlier part in this very batch: it has no case yet that they could
    join, so that they follow in the next one."""
    chats = [each for each in people if each.message.channel is Channel.WEBCHAT]
    parts = {(each.account_id, each.message.external_id): each.id for each in chats}
    earlier = {each.id: parts.get((each.account_id, each.message.in_reply_to or "")) for each in chats}
    return {part for part, before in earlier.items() if before is not None and before < part}


def _fresh(each: Claimed, case: KnownCase | None, related: KnownCase | None) -> Fresh:
    """What opens a case. Where it goes on from one that is closed it stays as discreet: whoever asked that
    their name be hidden does not give it away by an answer to ours."""
    degrees = (case.confidentiality, related.confidentiality) if case and related else ()
    return Fresh(claimed=each, related=related, degree=more_discreet(*degrees))


def _addresses(
    uow: UnitOfWork, known: Mapping[int, KnownCase], targets: Mapping[int, KnownCase]
) -> dict[int, set[str]]:
    """The addresses each case was opened from; a merged one's are its target's, too: it is one citizen."""
    if not known:
        return {}
    found = uow.cases.addresses_of([*known, *(case.id for case in targets.values())])
    return {i: found.get(i, set()) | found.get(targets[i].id, set()) for i in known}


_OF_CASES = frozenset({"c", REPLY})
"""The kinds of tokens that begin with the key of a case, and stand in mails: links have others."""


def _token_case(key: bytes, each: Claimed) -> int | None:
    message = each.message
    ids = [message.in_reply_to or "", *reversed(message.references)]
    found = read_token(key, [one for one in ids if one])
    found = found or read_plus_address(key, [urn.path for urn in message.recipients])
    case_id = found[1].partition("-")[0] if found and found[0] in _OF_CASES else ""
    return int(case_id) if case_id.isdigit() else None


def _chat_case(uow: UnitOfWork, each: Claimed) -> int | None:
    message = each.message
    references = [one for one in (message.in_reply_to, *message.references) if one]
    if message.channel is Channel.EMAIL or not references or message.sender is None:
        return None  # anybody can write any id into a mail
    found = uow.messages.cases_replied_to(each.account_id, str(message.sender), references)
    return found[-1] if found else None


def _known_by_number(uow: UnitOfWork, numbers: Sequence[str]) -> dict[str, KnownCase]:
    return uow.cases.known(numbers) if numbers else {}


def _numbers(each: Claimed) -> list[str]:
    return find_application_numbers(f"{each.message.subject or ''}\n{each.message.own_words}")[:5]


_TYPED_IN = frozenset(
    {Channel.WEBFORM, Channel.HTTP, Channel.MOBILE, Channel.CIMER, Channel.BEHAK, Channel.FAX}
)
"""Channels whose sender is what somebody typed (a fax machine's number, too, which many share): it proves
nothing, unless a code did."""
_TAKEN_DOWN = frozenset({Channel.CALL_CENTRE, Channel.CONTACT_POINT, Channel.FIELD})


def _may_name(each: Claimed) -> bool:
    """Whether a number in the words can join a case. What staff take down, and what comes from a status page,
    joins by our signed mark alone; any other number is no proof."""
    return each.message.channel not in _TAKEN_DOWN and each.message.headers.get(VERIFIED) != BY_NUMBERS


def _is_known(each: Claimed, addresses: set[str]) -> bool:
    message = each.message
    verified = message.headers.get(VERIFIED, "")
    if verified == BY_NUMBERS:
        return True  # whoever has both numbers of a case is its citizen, also where no address is known
    typed = message.channel in _TYPED_IN and not verified
    proven = message.sender is not None and not typed and not message.is_forged
    return proven and str(message.sender) in addresses


def _join(
    desk: Desk,
    uow: UnitOfWork,
    each: Claimed,
    case: KnownCase,
    work: Work,
    now: datetime,
    *,
    citizen: bool,
) -> None:
    detail: dict[str, object] = {"message": each.id, "from_citizen": citizen}
    actor = "citizen" if citizen else "correspondent"
    work.events.append(event(case.id, CaseEventKind.MESSAGE_ADDED, now, detail, actor))
    work.outcomes.append(Outcome(message_id=each.id, case_id=case.id))
    if citizen:
        work.added.append(Added(case_id=case.id, message_id=each.id, correlation_id=each.correlation_id))
        owe_message_added(desk, uow, each, case, work.owed, now)
