"""Taking back a decision, as long as nobody outside the desk knows of it."""

from datetime import datetime, timedelta

from domain.vocabulary import CaseEventKind
from pipeline.corrections import columns_of
from pipeline.delivery import event
from pipeline.desk import Desk
from pipeline.numbers import locate
from pipeline.refusal import RefusedError
from pipeline.review_guards import named
from pipeline.review_records import changes, correlation, restored, state_changed
from store.models import Case, Review
from store.unit_of_work import UnitOfWork

UNDONE = "the decision was undone"


def undo(desk: Desk, reviewer: str, number: str | None = None) -> str:
    """Undo the reviewer's last decision, of this case if one is named; the case is in their hand again.

    Returns its number. Raises PermanentError where there is none, it is too long ago, a notice has left, or
    the case has changed since: a further correction is what is left then.
    """
    now, who = desk.now(), named(reviewer)
    with desk.uow() as uow:
        review = _last(uow, who, number)
        [case] = uow.cases.locked([review.case_id])
        _refuse_late(desk, case, review, now)
        _refuse_changed(uow, case, review)
        before, after = restored(review.before), columns_of(case)
        _take_back_notices(uow, case, review)
        uow.cases.settle(case, before)
        uow.reviews.claim(review.case_id, who, now, timedelta(minutes=desk.settings.review_claim_minutes))
        uow.reviews.undo(review.id or 0, now)
        was, now_is = changes(after, before)
        detail: dict[str, object] = {"from": was, "to": now_is}
        lines = [event(review.case_id, CaseEventKind.REVIEW_UNDONE, now, detail, who)]
        if after["state"] != before["state"]:
            lines.append(state_changed(case, after, before, who, now))
        uow.cases.record(lines)
        uow.commit()
    return case.number


def _last(uow: UnitOfWork, who: str, number: str | None) -> Review:
    review = uow.reviews.last_by(who)
    wanted = locate(uow, number) if number else None
    if review is None or (wanted and review.case_id != wanted):
        raise RefusedError("not_the_last" if number else "nothing_to_undo", reviewer=who, number=number)
    return review


def _refuse_late(desk: Desk, case: Case, review: Review, now: datetime) -> None:
    minutes = desk.settings.review_undo_minutes
    if now - review.at > timedelta(minutes=minutes):
        raise RefusedError("undo_too_late", number=case.number, minutes=minutes)


def _refuse_changed(uow: UnitOfWork, case: Case, review: Review) -> None:
    last = uow.reviews.last_of_case(review.case_id)
    same = last is not None and last.id == review.id and restored(review.after) == columns_of(case)
    if not same:
        raise RefusedError("changed_since", number=case.number)


def _take_back_notices(uow: UnitOfWork, case: Case, review: Review) -> None:
    uow.notifications.withdraw(review.case_id, UNDONE, correlation_id=correlation(review.id or 0))
    if uow.notifications.have_left(review.case_id, correlation(review.id or 0)):
        raise RefusedError("told_already", number=case.number)
    uow.notifications.owe_again(review.withdrawn)
