"""Units answer by e-mail: which mails are their word, and what is done with it.

A mail is a unit's word where it carries a genuine mark that counts still, comes from the unit's own addresses
or domains, and DMARC has nothing against it. With a forged or expired mark, with a forged sender, or where it
answers for no one case, it is an ordinary message that a person looks at. From an address nobody knows it
stays with its case, and the unit itself is asked whether it is so.
"""

from collections.abc import Sequence
from datetime import datetime

from config.taxonomy import Taxonomy
from config.unit_replies import load_reply_words
from domain.decisions import Unit
from domain.messages import InboundMessage
from domain.notices import Notification
from domain.numbers import find_application_numbers
from domain.urn import Urn
from domain.vocabulary import CaseEventKind, Medium, Template, UnitOutcome, UnitReplyKind
from pipeline.delivery import event
from pipeline.desk import Desk
from pipeline.incidents import LONGEST_ANSWER
from pipeline.judgement import current
from pipeline.objecting import OBJECTION
from pipeline.unit_effects import Hearing, Word, note, obey, refused
from pipeline.unit_marks import Claim, claim_of, quotes_our_mail, unit_message_id, unit_of
from pipeline.work import Fresh, Work
from router.unit_replies import UnitReply, read_unit_reply
from store.models import Case
from store.records import Claimed, KnownCase, Outcome
from store.unit_of_work import UnitOfWork

_UNTOLD = frozenset({UnitOutcome.DONE})


def take_unit_replies(
    desk: Desk, uow: UnitOfWork, people: Sequence[Claimed], work: Work, now: datetime
) -> tuple[list[Claimed], list[Fresh]]:
    """Do what units say; returns the messages that are none of theirs, and those that only pretend to be,
    each of which opens a case for a person to look at."""
    claims = {each.id: claim for each in people if (claim := claim_of(desk, each.message, now))}
    if not claims:
        return list(people), []
    hearing = Hearing(desk=desk, uow=uow, taxonomy=current(desk, uow, now).taxonomy, now=now)
    marked = {claim.mark.case_id for claim in claims.values() if claim.mark}
    cases = {case.id: case for case in uow.cases.locked(sorted(marked))}
    doubted = []
    for each in people:
        if each.id not in claims:
            continue
        claim = claims[each.id]
        case = cases.get(claim.mark.case_id) if claim.mark else None
        unit = unit_of(claim.mark, hearing.taxonomy.units) if claim.mark else None
        if case is None or unit is None or claim.expired or each.message.is_forged:
            doubted.append(Fresh(claimed=each, related=_related(uow, claim.case_id), doubted=True))
        else:
            _hear(hearing, case, unit, each, work, old=_is_older(case, claim, each.message))
    return [each for each in people if each.id not in claims], doubted


def speaks_for(unit: Unit, sender: Urn | None, taxonomy: Taxonomy) -> bool:
    """Whether an address is the unit's: one of its own, or one of its domain that is no other unit's."""
    if sender is None or sender.scheme != "mailto":
        return False
    address = sender.path.lower()
    own = {email.lower() for email in unit.emails}
    others = {email.lower() for other in taxonomy.units.values() for email in other.emails} - own
    domains = {email.rpartition("@")[2] for email in own}
    return address in own or (address not in others and address.rpartition("@")[2] in domains)


def _related(uow: UnitOfWork, case_id: int) -> KnownCase | None:
    return uow.cases.known_by_id([case_id]).get(case_id) if case_id else None


def _is_older(case: Case, claim: Claim, message: InboundMessage) -> bool:
    """Whether the answer was written before the citizen objected, to a mail from before: it was on its way
    meanwhile, and says nothing to the objection."""
    to_objection = claim.mark is not None and claim.mark.rest.endswith(OBJECTION)
    written, objected = message.sent_at, case.objected_at
    return bool(written and objected and written < objected and not to_objection)


def _hear(hearing: Hearing, case: Case, unit: Unit, each: Claimed, work: Work, *, old: bool) -> None:
    reply = read_unit_reply(each.message.own_words, load_reply_words())
    word = Word(unit=unit.code, reply=reply, correlation_id=each.correlation_id, message_id=each.id)
    known = speaks_for(unit, each.message.sender, hearing.taxonomy)
    if not known:
        detail: dict[str, object] = {"message": each.id, "from_citizen": False}
        told = event(case.id or 0, CaseEventKind.MESSAGE_ADDED, hearing.now, detail, "correspondent")
        work.events.append(told)
        outcome = refused(case, unit.code) or UnitOutcome.ASKED
    elif _is_plain(reply) and not old and not _names_others(each.message, case):
        outcome = obey(hearing, case, word)
    else:
        outcome = refused(case, unit.code) or (UnitOutcome.LATE if old else UnitOutcome.ASKED)
        note(hearing, case, word, outcome)
    work.outcomes.append(Outcome(message_id=each.id, case_id=case.id))
    if outcome not in _UNTOLD:
        to = [each.message.sender.path] if known and each.message.sender else list(unit.emails)
        work.owed += [
            (case.id, each.correlation_id, _answer(hearing, case, word, each.message, address, outcome))
            for address in to
        ]


def _is_plain(reply: UnitReply) -> bool:
    """Whether the word is a command that can be done as it stands."""
    told = len(reply.text) <= LONGEST_ANSWER and not quotes_our_mail(reply.text)
    return reply.sure and (reply.kind is not UnitReplyKind.RESOLVED or told)


def _names_others(message: InboundMessage, case: Case) -> bool:
    """Whether the answer tells of other cases, too: they would stay as they are, and its citizen would read
    their numbers."""
    return bool(set(find_application_numbers(message.own_words)) - {case.number})


def _answer(
    hearing: Hearing, case: Case, word: Word, message: InboundMessage, address: str, outcome: UnitOutcome
) -> Notification:
    """What the unit is told of its reply. It counts as automatic, so that no machine is answered for ever."""
    inbound_id = message.headers.get("message_id")
    # Its key names no unit: a mail that does not arrive here says nothing against the unit's own address.
    return Notification(
        medium=Medium.EMAIL,
        recipient=Urn("mailto", address),
        template=Template.UNIT_REPLY,
        due_at=hearing.now,
        dedupe_key=f"{Template.UNIT_REPLY}:m{word.message_id}:{address}",
        values={
            "unit": word.unit, "message": word.message_id, "outcome": outcome, "guess": word.reply.kind or "",
        },
        message_id=unit_message_id(
            hearing.desk, case.id or 0, word.unit, f"m{word.message_id}", hearing.now
        ),
        in_reply_to=inbound_id,
        references=(*message.references[-10:], *([inbound_id] if inbound_id else [])),
    )  # fmt: skip
