"""Reviewing: take the next case in hand, confirm or correct it in one call, give it back.

Two reviewers never have the same case in hand; a claim ends by itself: a closed browser holds nothing.
What a person decided is only changed by a person: no step of the program judges such a case anew.
"""

from datetime import datetime, timedelta

from domain.vocabulary import CaseState, Queue, ReviewOutcome
from pipeline.corrections import Correction, columns_of, settled
from pipeline.desk import Desk
from pipeline.judgement import current
from pipeline.numbers import locate, locked
from pipeline.refusal import RefusedError
from pipeline.review_guards import named, refuse_decided, refuse_step, refuse_unfit
from pipeline.review_records import Columns, history, plain, reroute_notices
from store.models import Case, Review
from store.records import Claimed
from store.unit_of_work import UnitOfWork


def next_case(desk: Desk, reviewer: str, *, skip: str | None = None) -> str | None:
    """The number of the case to review next, now in this reviewer's hand; None when none waits.

    Whoever has one in hand gets that again, unless it is skipped: it is given back then. Urgent ones come
    first, then old ones; restricted ones only to those who are named for them.
    """
    now, who, hold = desk.now(), named(reviewer), _hold(desk)
    with desk.uow() as uow:
        but = locate(uow, skip) if skip else 0
        uow.reviews.release(but, who)
        held = None if skip else uow.reviews.in_hand(who, now)
        if held and uow.reviews.claim(held, who, now, hold):
            found: int | None = held
        else:
            restricted = desk.settings.may_see_restricted(who)
            found = uow.reviews.next(who, now, hold, restricted=restricted, but=but)
        case = uow.cases.get(found) if found else None
        uow.commit()
    return case.number if case else None


def claim(desk: Desk, number: str, reviewer: str) -> None:
    """Take this very case in hand, or keep it longer.

    Raises PermanentError for an unknown number, a closed or restricted case, and one in another's hand.
    """
    now, who = desk.now(), named(reviewer)
    with desk.uow() as uow:
        case = locked(uow, number)
        refuse_unfit(desk, case, who, now)
        uow.reviews.claim(case.id or 0, who, now, _hold(desk))
        uow.commit()


def release(desk: Desk, number: str, reviewer: str) -> bool:
    """Give a case back undecided; False when the reviewer does not have it in hand."""
    with desk.uow() as uow:
        released = uow.reviews.release(locate(uow, number), named(reviewer))
        uow.commit()
    return released


def confirm(desk: Desk, number: str, reviewer: str, *, told: bool = False) -> int:
    """What the program found stands: the case goes to its topic's unit. Returns the decision's key.

    Raises PermanentError where the case does not wait for review, somebody else has it in hand, no unit
    follows, or the unit has no e-mail address and was not `told`.
    """
    return _decide(desk, number, reviewer, Correction(told=told), again=False)


def correct(desk: Desk, number: str, reviewer: str, correction: Correction, *, again: bool = False) -> int:
    """Change whatever was found wrong, all at once, and route the case by it; returns the decision's key.

    `again` changes what was decided or routed before. Raises PermanentError as `confirm` does, and for a
    correction that says nothing.
    """
    if correction.says_nothing:
        raise RefusedError("says_nothing", number=number)
    return _decide(desk, number, reviewer, correction, again=again)


def opening_message(uow: UnitOfWork, case: Case) -> Claimed:
    """The message that a case was opened with. Raises PermanentError where there is none."""
    first = uow.answers.first_messages([case.id or 0]).get(case.id or 0)
    if first is None:
        raise RefusedError("no_message", number=case.number)
    return first


def _hold(desk: Desk) -> timedelta:
    return timedelta(minutes=desk.settings.review_claim_minutes)


def _decide(desk: Desk, number: str, reviewer: str, correction: Correction, *, again: bool) -> int:
    now, who = desk.now(), named(reviewer)
    with desk.uow() as uow:
        case = locked(uow, number)
        refuse_unfit(desk, case, who, now)
        if not again:
            refuse_decided(uow, case)
        judgement = current(desk, uow, now)
        each = opening_message(uow, case)
        before, after = columns_of(case), settled(judgement, case, each.message, correction, now)
        refuse_step(case, CaseState(after["state"]))
        review = uow.reviews.add(_row(case, who, correction, before, after, now))
        uow.cases.settle(case, after)
        review.withdrawn = reroute_notices(desk, uow, review, each, judgement, before, after, now)
        uow.cases.record(
            history(case, who, ReviewOutcome(review.outcome), before, after, now, correction.not_a_case)
        )
        uow.commit()
    desk.wake(Queue.NOTIFY)
    return review.id or 0


def _row(
    case: Case, who: str, correction: Correction, before: Columns, after: Columns, now: datetime
) -> Review:
    return Review(
        case_id=case.id or 0,
        at=now,
        reviewer=who,
        outcome=ReviewOutcome.CONFIRMED if correction.says_nothing else ReviewOutcome.CORRECTED,
        topic=after["topic"],
        kind=after["kind"],
        not_a_case=correction.not_a_case,
        previous_topic=before["topic"],
        previous_kind=before["kind"],
        classifier=case.classifier,
        confidence=case.confidence,
        before=plain(before),
        after=plain(after),
    )
