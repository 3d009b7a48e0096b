"""What follows when many people report the same thing: urgency, and units that are told in sum.

A unit gets a mail for each of the first cases of an incident, then one mail that says how it grows. All of it
is counted by SQL, under a lock of the incident's: two workers never give the last single mail to two cases.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from domain.decisions import Unit
from domain.notices import Notification
from domain.urn import Urn
from domain.vocabulary import CaseEventKind, CaseState, Confidentiality, Medium, Priority, Template
from pipeline.delivery import event, token_id
from pipeline.desk import Desk
from pipeline.sweeps import take_round
from router.surges import RAISED_FROM, RAISED_TO, last_step
from store.incident_records import Tally
from store.unit_of_work import UnitOfWork

ACTOR = "router"
EVERY = timedelta(hours=1)
_SWEEP = "sweep:incidents"
Row = dict[str, Any]
Growth = tuple[Tally, Unit | None, int]
"""What a unit has of an incident, the unit if it is still there, and the number of cases to tell it."""
Spared = Mapping[int, frozenset[Template]]
"""The notices to its unit that a case owes not, by case."""


def raise_urgency(
    desk: Desk, uow: UnitOfWork, joined: Mapping[int, int], rows: Sequence[Row], now: datetime
) -> list[dict[str, object]]:
    """Raise what many citizens report, and hold its incidents until the transaction ends.

    `joined` names the first case of each case's incident; the priorities in `rows` follow. A raise moves no
    due time, and neither lowers a priority nor touches one that a person set. Returns the lines of history.
    """
    if not joined:
        return []
    firsts, settings = sorted(set(joined.values())), desk.settings
    uow.citizens.lock_keys([f"incident {first}" for first in firsts])
    if not settings.incident_high_from:
        return []
    since = now - timedelta(hours=settings.incident_hours)
    found = uow.incidents.raise_priorities(firsts, since, settings.incident_high_from, RAISED_TO, RAISED_FROM)
    raised = {each.case_id: each for each in found}
    for row in rows:
        row["priority"] = RAISED_TO if row["id"] in raised else row["priority"]
    return [
        event(
            each.case_id,
            CaseEventKind.PRIORITY_RAISED,
            now,
            {"from": each.was, "to": RAISED_TO, "case": each.first, "citizens": each.citizens},
            ACTOR,
        )
        for each in found
    ]


def tell_in_sum(
    desk: Desk,
    uow: UnitOfWork,
    joined: Mapping[int, int],
    rows: Sequence[Mapping[str, Any]],
    units: Mapping[str, Unit],
    events: list[dict[str, Any]],
    now: datetime,
) -> Spared:
    """Which of these cases, as they are stored by now, owe their units no mail or SMS of their own.

    The unit's first cases of an incident have a mail each, the first danger to life an SMS; where an incident
    has reached a step, the one mail about it is owed. Who has no mail of its own gets a line that says so.
    """
    routed = [r for r in rows if r["id"] in joined and _went(r)]
    if not routed:
        return {}
    tallies = {(t.first, t.unit): t for t in uow.incidents.tallies(set(joined.values()))}
    spared: dict[int, frozenset[Template]] = {}
    grown: list[Growth] = []
    for key, cases in _by_tally(routed, joined).items():
        tally = tallies.get(key)
        if tally is None:
            continue  # it is not public any more
        for row, position, alarms in _numbered(cases, tally):
            spared[row["id"]] = _spared(desk, position, alarms)
            if Template.ROUTED_TO_UNIT in spared[row["id"]]:
                detail: dict[str, object] = {"case": tally.number, "cases": position}
                events.append(event(row["id"], CaseEventKind.TOLD_IN_SUM, now, detail, ACTOR))
        grown.append((tally, units.get(tally.unit), last_step(tally.cases)))
    owe_growth(desk, uow, grown, now)
    return spared


def spared_one(
    desk: Desk, uow: UnitOfWork, row: Mapping[str, Any], units: Mapping[str, Unit], now: datetime
) -> frozenset[Template]:
    """The same for one case that a person routed just now; its line of history is written. What the one
    answer to the incident will not reach is spared nothing."""
    joined = uow.incidents.firsts_of([row["id"]])
    if not (joined and _is_answered_with(uow, row, joined[row["id"]])):
        return frozenset()
    uow.citizens.lock_keys([f"incident {first}" for first in joined.values()])
    lines: list[dict[str, Any]] = []
    spared = tell_in_sum(desk, uow, joined, [row], units, lines, now)
    uow.cases.record(lines)
    return spared.get(row["id"], frozenset())


def _is_answered_with(uow: UnitOfWork, row: Mapping[str, Any], first_id: int) -> bool:
    first = uow.cases.get(first_id)
    same = first is not None and first.topic == row["topic"]
    return bool(same and row["confidentiality"] == Confidentiality.PUBLIC)


def _went(row: Mapping[str, Any]) -> bool:
    return bool(row["state"] == CaseState.ASSIGNED)


def _by_tally(
    rows: Sequence[Mapping[str, Any]], joined: Mapping[int, int]
) -> dict[tuple[int, str], list[Mapping[str, Any]]]:
    found: dict[tuple[int, str], list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        found[joined[row["id"]], row["unit"]].append(row)
    return found


def _numbered(
    rows: Sequence[Mapping[str, Any]], tally: Tally
) -> Iterator[tuple[Mapping[str, Any], int, int]]:
    """Each of a unit's newest cases of an incident with its place among all of them, and how many dangers to
    life there are up to it."""
    urgent = [row["priority"] == Priority.LIFE_SAFETY for row in rows]
    for index, row in enumerate(rows):
        before = tally.alarms - sum(urgent[index + 1 :])
        yield row, tally.cases - len(rows) + index + 1, before


def _spared(desk: Desk, position: int, alarms: int) -> frozenset[Template]:
    mail = [Template.ROUTED_TO_UNIT] if position > desk.settings.incident_mails else []
    return frozenset([*mail, *([Template.UNIT_ALERT] if alarms > 1 else [])])


def owe_growth(desk: Desk, uow: UnitOfWork, grown: Sequence[Growth], now: datetime) -> None:
    """Owe units the mails about incidents that have reached so many cases, once for each number; such a mail
    takes the place of one that has not left yet."""
    due = {
        f"{_key(tally, cases)}:{unit.emails[0]}": (tally, unit, cases)
        for tally, unit, cases in grown
        if unit and unit.emails and cases > desk.settings.incident_mails
    }
    owed = uow.notifications.owed(due)
    fresh = [growth for key, growth in due.items() if key not in owed]
    if fresh:
        correlations = {_correlation(tally): tally.first for tally, _, _ in fresh}
        uow.notifications.withdraw_many(correlations, "the incident grew further")
        uow.notifications.owe_many([each for growth in fresh for each in _mails(desk, *growth, now)])


def _mails(
    desk: Desk, tally: Tally, unit: Unit, cases: int, now: datetime
) -> Iterator[tuple[int, str, Notification]]:
    for index, address in enumerate(unit.emails):
        notice = Notification(
            medium=Medium.EMAIL,
            recipient=Urn("mailto", address),
            template=Template.INCIDENT_GROWN,
            due_at=now,
            dedupe_key=f"{_key(tally, cases)}:{address}",
            values={"cases": tally.cases, "unit": tally.unit},
            priority=Priority.LIFE_SAFETY if tally.alarms else Priority.NORMAL,
            message_id=token_id(desk, "u", f"{tally.first}-s{cases}-{index}"),
            automatic=False,
        )
        yield tally.first, _correlation(tally), notice


def _correlation(tally: Tally) -> str:
    return f"incident-{tally.first}-{tally.unit}"


def _key(tally: Tally, cases: int) -> str:
    return f"{Template.INCIDENT_GROWN}:{tally.first}:{tally.unit}:{cases}"


def tell_growth(desk: Desk) -> None:
    """Tell units of incidents that grew without reaching a step: once an hour, by one of the clocks."""
    now = desk.now()
    with desk.uow() as uow:
        if not take_round(uow, _SWEEP, now, EVERY):
            return
        firsts = uow.incidents.grown(now - 2 * EVERY)
        told = uow.incidents.told(firsts) if firsts else {}
        tallies = uow.incidents.tallies(firsts) if firsts else []
        grown = [t for t in tallies if t.open and t.cases > told.get((t.first, t.unit), 0)]
        owe_growth(desk, uow, [(t, uow.taxonomy.unit(t.unit), t.cases) for t in grown], now)
        uow.commit()
