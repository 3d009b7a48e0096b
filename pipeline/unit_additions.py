"""What was added to a case, at the moment its unit is told of it: several additions as one, and none that no
longer concerns the unit."""

from collections.abc import Sequence
from dataclasses import replace

from domain.cases import WITH_UNIT
from domain.vocabulary import Template
from notifier.rhythm import shares_mail
from pipeline.suppression import MOVED, SuppressedError
from store.records import DueNotice
from store.unit_of_work import UnitOfWork


def are_one(notices: Sequence[DueNotice]) -> bool:
    """Whether the notices are additions to one case, which are told as one."""
    first = notices[0]
    return all(
        each.template == Template.CITIZEN_ADDED and each.case_id == first.case_id for each in notices
    ) and shares_mail(first.template, first.priority, first.values)


def as_one(notices: Sequence[DueNotice]) -> DueNotice:
    """The first of them, with what all of them tell."""
    added = [each.values["message"] for each in notices]
    return replace(notices[0], values={**notices[0].values, "added": added})


def news_of(uow: UnitOfWork, notice: DueNotice) -> list[int]:
    """The keys of the messages that a notice tells of. Raises SuppressedError where it concerns its unit no
    more."""
    refuse_past(uow, notice)
    return list(notice.values.get("added") or [notice.values["message"]])


def refuse_past(uow: UnitOfWork, notice: DueNotice) -> None:
    """Raise SuppressedError where what a mail brings concerns its unit no more."""
    if not still_concerns(uow, notice):
        raise SuppressedError(MOVED)


def still_concerns(uow: UnitOfWork, notice: DueNotice) -> bool:
    """Whether the unit of the notice still works on the case; who works on it now, or decides where it goes,
    reads all that was added."""
    case = uow.cases.get(notice.case_id or 0)
    return case is not None and case.state in WITH_UNIT and case.unit == notice.values["unit"]
