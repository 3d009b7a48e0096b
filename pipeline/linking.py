"""Links a batch's new cases with earlier ones that speak of the same thing: one look-up for the whole batch.

A new case always stands by itself, with its own numbers, unit and notices. A link is an offer to people, but
where `router.duplicates` is sure that others speak of the same incident: there a case joins it at once.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from config.settings import Settings
from domain.vocabulary import CaseEventKind, LinkKind, LinkState
from pipeline.delivery import event
from pipeline.desk import Desk
from pipeline.earlier_reports import earlier_reports, report_of
from pipeline.sweeps import take_round
from pipeline.work import Fresh, Work
from router.duplicates import Report, Rules, Why, looks, marks, relation
from store.unit_of_work import UnitOfWork

ACTOR = "router"
EVERY = timedelta(hours=1)
_SWEEP = "sweep:marks"


def rules_of(settings: Settings) -> Rules:
    """How near is near at this desk."""
    return Rules(
        duplicate_within=timedelta(hours=settings.duplicate_hours),
        incident_within=timedelta(hours=settings.incident_hours),
        metres=settings.near_metres,
    )


def link_new_cases(
    desk: Desk,
    uow: UnitOfWork,
    fresh: Sequence[Fresh],
    rows: Sequence[Mapping[str, Any]],
    work: Work,
    now: datetime,
) -> dict[int, int]:
    """Link the cases just opened with what they may repeat or belong to, and lay them down for later ones.

    Returns those that joined an incident, each with the incident's first case.
    """
    rules = rules_of(desk.settings)
    reports = [report_of(f.claimed.message, row) for f, row in zip(fresh, rows, strict=True)]
    laid = [set(marks(new, rules)) for new in reports]
    looked = [looks(new, rules) for new in reports]
    known = earlier_reports(uow, reports, looked, now - rules.within)
    links = [_link(row["id"], f.related.id, LinkKind.RELATED, "", now) for f, row in _related(fresh, rows)]
    mates: dict[int, list[Report]] = defaultdict(list)
    joined: dict[int, int] = {}
    for position, new in enumerate(reports):
        beside = (*looked[position], *new.word_marks)
        earlier = {r.case_id: r for mark in beside for r in mates.get(mark, ())}
        links += _compare(new, [*known[position], *earlier.values()], rules, joined, work, now)
        for mark in laid[position]:
            mates[mark].append(new)
    uow.links.offer(links)
    _bring_together(uow, joined, {new.case_id for new in reports}, now)
    uow.links.mark([(m, new.case_id) for new, each in zip(reports, laid, strict=True) for m in each], now)
    uow.links.keep_words([_words(new, now) for new in reports])
    return {new.case_id: _first(joined, new.case_id) for new in reports if new.case_id in joined}


def _bring_together(
    uow: UnitOfWork, joined: Mapping[int, int], fresh: Collection[int], now: datetime
) -> None:
    """Two incidents that turned out to be one: what pointed at the later first points at the earlier one."""
    laters = (joined.keys() - fresh) | (joined.keys() & set(joined.values()))
    firsts = {later: _first(joined, later) for later in laters}
    for later in uow.links.to_join(firsts):
        uow.links.join([later], firsts[later], ACTOR, now)


def _first(joined: Mapping[int, int], case_id: int) -> int:
    while case_id in joined:
        case_id = joined[case_id]
    return case_id


def _compare(
    new: Report,
    earlier: Sequence[Report],
    rules: Rules,
    joined: dict[int, int],
    work: Work,
    now: datetime,
) -> Iterator[dict[str, Any]]:
    found = [(old, related) for old in earlier if (related := relation(new, old, rules))]
    duplicates = [(old, r.why) for old, r in found if r.kind is LinkKind.DUPLICATE]
    if duplicates:
        old, why = min(duplicates, key=lambda pair: pair[0].case_id)
        yield _link(new.case_id, old.case_id, LinkKind.DUPLICATE, why, now)
        _tell(new, old, CaseEventKind.POSSIBLE_DUPLICATE, why, work, now)
    shared = [(old, r) for old, r in found if r.kind is LinkKind.SAME_INCIDENT]
    if shared:
        sure = [(old, r) for old, r in shared if r.sure]
        old, related = min(sure or shared, key=lambda pair: pair[0].case_id)
        # An incident's cases all point at its first. Two that turn out to be one are joined at their firsts.
        firsts = sorted({_first(joined, o.incident or o.case_id) for o, _ in sure or shared})
        for case_id in (new.case_id, *firsts[1:]):
            yield _link(case_id, firsts[0], LinkKind.SAME_INCIDENT, related.why, now, sure=bool(sure))
            if sure:
                joined[case_id] = firsts[0]
        _tell(new, old, CaseEventKind.SAME_INCIDENT, related.why, work, now)


def _tell(new: Report, old: Report, kind: CaseEventKind, why: Why, work: Work, now: datetime) -> None:
    work.events.append(event(new.case_id, kind, now, {"case": old.number, "why": why}, ACTOR))


def _related(
    fresh: Sequence[Fresh], rows: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[Any, Mapping[str, Any]]]:
    yield from ((f, row) for f, row in zip(fresh, rows, strict=True) if f.related)


def _link(
    case_id: int, other_id: int, kind: LinkKind, why: str, now: datetime, *, sure: bool = False
) -> dict[str, Any]:
    return {
        "case_id": case_id,
        "other_id": other_id,
        "kind": kind,
        "state": LinkState.ACCEPTED if sure else LinkState.OFFERED,
        "why": why,
        "created_at": now,
        "decided_at": now if sure else None,
        "decided_by": ACTOR if sure else None,
    }


def _words(new: Report, now: datetime) -> dict[str, Any]:
    said = new.words
    return {
        "case_id": new.case_id,
        "exact": said.exact,
        "sketch": said.packed,
        "length": said.length,
        "seen_at": now,
    }


def forget_marks(desk: Desk) -> None:
    """Drop marks whose time is over; once an hour, whichever clock comes first."""
    now, rules = desk.now(), rules_of(desk.settings)
    with desk.uow() as uow:
        if not take_round(uow, _SWEEP, now, EVERY):
            return
        uow.links.forget(now - rules.within - timedelta(days=1))
        uow.commit()
