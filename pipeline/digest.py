"""One message with the words of several notices: each as it would be alone, under one heading."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from domain.errors import DeskError
from domain.notices import Rendered
from domain.vocabulary import Confidentiality, Medium, Template
from notifier.rendering import render
from pipeline.desk import Desk
from pipeline.log import get_logger
from pipeline.notice_values import content_of
from pipeline.suppression import SuppressedError, refuse_declined
from store.records import DueNotice
from store.unit_of_work import UnitOfWork

_log = get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Digest:
    """A message and the keys of the notices it carries beside its own; `dropped` are those that must not
    leave at all, and why. What is in neither was left out, and leaves another time."""

    rendered: Rendered
    carried: tuple[int, ...] = ()
    dropped: Mapping[int, str] = field(default_factory=dict)


def digest(
    desk: Desk, uow: UnitOfWork, first: DueNotice, own: Rendered, others: Sequence[DueNotice]
) -> Digest:
    """The first notice's words alone where no other can be told with them, else all in one message.

    Raises NotConfiguredError for a frame that is at fault.
    """
    parts: dict[int, Rendered] = {}
    dropped: dict[int, str] = {}
    for notice in _company(uow, first, others):
        try:
            refuse_declined(uow, notice)
            parts[notice.id] = words(desk, uow, notice)
        except SuppressedError as error:
            dropped[notice.id] = str(error)
        except DeskError as error:
            _log.warning("left_out_of_digest", notice_id=notice.id, error=type(error).__name__)
    if not parts:
        return Digest(rendered=own, dropped=dropped)
    shown = [{"subject": each.subject or "", "text": each.text.strip()} for each in (own, *parts.values())]
    values = {"parts": shown, "count": str(len(shown)), "number": _number(uow, first)}
    framed = render(Template.DIGEST, Medium(first.medium), values, folder=desk.settings.notice_folder)
    return Digest(rendered=framed, carried=tuple(parts), dropped=dropped)


def _company(uow: UnitOfWork, first: DueNotice, others: Sequence[DueNotice]) -> Sequence[DueNotice]:
    """The others that may stand beside the first. An answer to a mail quotes all of it to the unit of one
    case, which must not read there of another one that is hidden or restricted."""
    if first.medium != Medium.EMAIL:
        return others
    return [each for each in others if _is_public(uow, each)] if _is_public(uow, first) else []


def _is_public(uow: UnitOfWork, notice: DueNotice) -> bool:
    case = uow.cases.get(notice.case_id) if notice.case_id else None
    return case is None or case.confidentiality == Confidentiality.PUBLIC


def words(desk: Desk, uow: UnitOfWork, notice: DueNotice) -> Rendered:
    """A notice in words, as it is at this moment. Raises what `content_of` and `render` raise."""
    values = content_of(desk, uow, notice).values
    folder = desk.settings.notice_folder
    return render(Template(notice.template), Medium(notice.medium), values, folder=folder)


def _number(uow: UnitOfWork, notice: DueNotice) -> str:
    case = uow.cases.get(notice.case_id) if notice.case_id else None
    return case.number if case else ""
