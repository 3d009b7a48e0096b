"""One mail with all the news of a unit that wishes it so, new cases and what was added to others: each as its
own mail would tell it, and each to be answered on its own.

Files are behind links, so that it is plain which belong to which case. The mail itself answers for no case:
what is written to it goes to a person.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from domain.notices import Rendered
from domain.vocabulary import Confidentiality, Medium, Priority, Template
from notifier.rendering import render
from notifier.rhythm import SHOWN_WHOLE
from notifier.visibility import VISIBLE, visible
from pipeline.case_values import case_values
from pipeline.desk import Desk
from pipeline.unit_case import Told, answering, told_of_case
from pipeline.unit_marks import reply_address
from store.models import Case
from store.records import DueNotice
from store.unit_of_work import UnitOfWork

_NAMES = VISIBLE[Confidentiality.PUBLIC]


def unit_digest(desk: Desk, uow: UnitOfWork, notices: Sequence[DueNotice]) -> tuple[Rendered, str | None]:
    """The mail in words, and where an answer to it as a whole goes; all notices are of one unit.

    Raises NotConfiguredError where its text is at fault.
    """
    code = str(notices[0].values["unit"])
    told = _told(notices)
    cases = [case for case_id in told if (case := uow.cases.get(case_id))]
    cases.sort(key=lambda case: (tuple(Priority).index(Priority(case.priority)), case.due_at, case.id))
    whole = len(cases) <= SHOWN_WHOLE
    unit = uow.taxonomy.unit(code)
    values = {
        "unit_name": unit.name if unit else code,
        "count": str(sum(not told[case.id or 0] for case in cases)),
        "added_count": str(sum(bool(told[case.id or 0]) for case in cases)),
        "whole": "yes" if whole else "",
        "links_days": str(desk.settings.unit_link_days),
        "cases": [_shown(desk, uow, case, code, told[case.id or 0], whole=whole) for case in cases],
    }
    rendered = render(Template.UNIT_DIGEST, Medium.EMAIL, values, folder=desk.settings.notice_folder)
    return rendered, reply_address(desk, 0, code, desk.now())


def _told(notices: Sequence[DueNotice]) -> dict[int, list[int]]:
    """Of each case the messages that were added to it; none where all of it is told, since it is new."""
    news: dict[int, list[int]] = {}
    new = {each.case_id for each in notices if each.template == Template.ROUTED_TO_UNIT}
    for notice in notices:
        added = news.setdefault(notice.case_id or 0, [])
        if notice.case_id not in new:
            added.append(notice.values["message"])
    return news


def _shown(
    desk: Desk, uow: UnitOfWork, case: Case, unit: str, news: Sequence[int], *, whole: bool
) -> dict[str, Any]:
    """A case as far as its own confidentiality lets a unit see it."""
    told = told_of_case(desk, uow, case, unit, room=0, news=news) if whole else answering(desk, case, unit)
    values = {**case_values(uow, case, desk.settings.public_url), **told.values, **_reply(told, case)}
    shown = visible(values, Confidentiality(case.confidentiality))
    return dict.fromkeys(_NAMES, "") | shown | {"is_new": "" if news else "yes"}


def _reply(told: Told, case: Case) -> Mapping[str, str]:
    if told.reply_to is None:
        return {"reply_to": "", "reply_url": ""}
    address = f"mailto:{quote(told.reply_to, safe='@+')}?subject={quote(case.number)}"
    return {"reply_to": told.reply_to, "reply_url": address}
