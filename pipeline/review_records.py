"""What a decision writes: the case, the decision itself, history, notices owed and taken back."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from domain.notices import Notification
from domain.vocabulary import CaseEventKind, CaseState, NotACase, Priority, ReviewOutcome, Template
from notifier.rhythm import GATHERED
from notifier.visibility import UNIT_TEMPLATES
from pipeline.delivery import event
from pipeline.desk import Desk
from pipeline.judgement import Judgement
from pipeline.owing import owed_by_routing, owed_to_citizen
from pipeline.surges import spared_one
from pipeline.told_apart import known_in_sum_alone
from store.models import Case, Review
from store.records import Claimed
from store.unit_of_work import UnitOfWork

Columns = Mapping[str, Any]
ROUTED_ANEW = "the case was routed anew"
_OF_A_ROUTING = UNIT_TEMPLATES | {Template.FORWARDED}
_NOT_TOLD = frozenset({"place", "promised_at", "legal_due_at", "closed_at", "needs_review"})
"""What of a decision its line of history leaves out: the rest says it."""


def correlation(review_id: int) -> str:
    """What a decision's notices belong to."""
    return f"review-{review_id}"


def plain(columns: Columns) -> dict[str, Any]:
    """Columns of a case as JSON can hold them."""
    return {n: v.isoformat() if isinstance(v, datetime) else v for n, v in columns.items()}


def restored(kept: Columns) -> dict[str, Any]:
    """The columns that `plain` made these of."""
    return {
        name: datetime.fromisoformat(value) if value and name.endswith("_at") else value
        for name, value in kept.items()
    }


def changes(before: Columns, after: Columns) -> tuple[dict[str, Any], dict[str, Any]]:
    """What was and what is, of the columns that differ and that people read."""
    names = [n for n in after if before[n] != after[n] and n not in _NOT_TOLD]
    return {n: plain(before)[n] for n in names}, {n: plain(after)[n] for n in names}


def reroute_notices(
    desk: Desk, uow: UnitOfWork, review: Review, each: Claimed, judgement: Judgement, before: Columns,
    after: Columns, now: datetime,
) -> list[int]:  # fmt: skip
    """Owe what follows from a routing that differs, and take back what is still owed for the one before;
    returns what was taken back. `each` is the message that the case was opened with."""
    case_id, of = review.case_id, review.id or 0
    row = {"id": case_id, "reasons": (), "not_a_case": review.not_a_case, **after}
    if not (_is_routed_anew(before, after) or (_is_another(before, after) and known_in_sum_alone(uow, row))):
        return []
    withdrawn = uow.notifications.withdraw(case_id, ROUTED_ANEW, templates=_OF_A_ROUTING)
    turn, taxonomy = f"-r{of}", judgement.taxonomy
    spared = spared_one(desk, uow, row, taxonomy.units, now)
    owed = [n for n in owed_by_routing(desk, row, taxonomy, now, turn=turn) if n.template not in spared]
    owed += owed_to_citizen(desk, uow, each, row, taxonomy, now, turn=turn)
    for notice in owed:
        uow.notifications.owe(case_id, correlation(of), _held(desk, notice))
    return withdrawn


def _is_routed_anew(before: Columns, after: Columns) -> bool:
    if any(before[name] != after[name] for name in ("state", "unit")):
        return True
    return bool(before["priority"] != after["priority"] == Priority.LIFE_SAFETY)


def _is_another(before: Columns, after: Columns) -> bool:
    """Whether the answer to an incident may not reach the case any more."""
    return any(before[name] != after[name] for name in ("topic", "confidentiality"))


def _held(desk: Desk, notice: Notification) -> Notification:
    """The notice, a moment later, so that a slip can be undone; danger to life waits for nothing, and what
    waits for its unit's mail with all new cases for nothing more."""
    if notice.priority is Priority.LIFE_SAFETY or GATHERED in notice.values:
        return notice
    return replace(notice, due_at=notice.due_at + timedelta(seconds=desk.settings.review_hold_seconds))


def history(
    case: Case, who: str, outcome: ReviewOutcome, before: Columns, after: Columns, now: datetime,
    not_a_case: NotACase | None = None,
) -> list[dict[str, object]]:  # fmt: skip
    """The lines of a decision: what changed, from what to what, and where the case stands now."""
    was, now_is = changes(before, after)
    detail: dict[str, object] = {"from": was, "to": now_is}
    if not_a_case:
        detail["not_a_case"] = not_a_case
    lines = [event(case.id or 0, CaseEventKind(outcome), now, detail, who)]
    moved = before["state"] != after["state"]
    if after["state"] == CaseState.ASSIGNED and (moved or before["unit"] != after["unit"]):
        assigned: dict[str, object] = {"unit": after["unit"], "topic": after["topic"]}
        lines.append(event(case.id or 0, CaseEventKind.ASSIGNED, now, assigned, who))
    elif moved:
        lines.append(state_changed(case, before, after, who, now))
    return lines


def state_changed(case: Case, before: Columns, after: Columns, who: str, now: datetime) -> dict[str, object]:
    """The line that says so. Without a reason: an institution that asked would read it as its answer."""
    detail: dict[str, object] = {"from": before["state"], "to": after["state"]}
    return event(case.id or 0, CaseEventKind.STATE_CHANGED, now, detail, who)
