"""Links a batch's new cases with earlier ones that speak of the same thing: one look-up for the whole batch.

A new case always stands by itself, with its own numbers, unit and notices. A link is an offer to people.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from config.settings import Settings
from domain.fingerprints import Fingerprint, fingerprint
from domain.messages import InboundMessage, Place
from domain.vocabulary import CaseEventKind, CaseKind, Confidentiality, LinkKind, LinkState
from pipeline.delivery import event
from pipeline.desk import Desk
from pipeline.work import Fresh, Work
from router.duplicates import Report, Rules, Why, looks, marks, relation
from store.records import MarkedCase
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
) -> None:
    """Offer what the cases just opened may repeat or belong to, and lay them down for later ones."""
    rules = rules_of(desk.settings)
    reports = [_report(f.claimed.message, row) for f, row in zip(fresh, rows, strict=True)]
    looked = [looks(new, rules) for new in reports]
    laid = [set(marks(new, rules)) for new in reports]
    known = _known(uow, looked, rules, now)
    links = [_link(row["id"], f.related.id, LinkKind.RELATED, "", now) for f, row in _related(fresh, rows)]
    mates: dict[int, list[Report]] = defaultdict(list)
    heads: dict[int, int] = {}
    for position, new in enumerate(reports):
        earlier = {r.case_id: r for mark in looked[position] for r in mates.get(mark, ())}
        links += _compare(new, [*known[position], *earlier.values()], rules, heads, work, now)
        for mark in laid[position]:
            mates[mark].append(new)
    uow.links.offer(links)
    rows_of_marks = [(mark, new.case_id) for new, each in zip(reports, laid, strict=True) for mark in each]
    uow.links.mark([{"mark": m, "seen_at": now, "case_id": case_id} for m, case_id in rows_of_marks])
    uow.links.keep_words([_words(new, now) for new in reports])


def _compare(
    new: Report,
    earlier: Sequence[Report],
    rules: Rules,
    heads: dict[int, int],
    work: Work,
    now: datetime,
) -> Iterator[dict[str, Any]]:
    found = [(old, related) for old in earlier if (related := relation(new, old, rules))]
    duplicates = [(old, r.why) for old, r in found if r.kind is LinkKind.DUPLICATE]
    if duplicates:
        old, why = min(duplicates, key=lambda pair: pair[0].case_id)
        yield _link(new.case_id, old.case_id, LinkKind.DUPLICATE, why, now)
        _tell(new, old, CaseEventKind.POSSIBLE_DUPLICATE, why, work, now)
    shared = [(old, r.why) for old, r in found if r.kind is LinkKind.SAME_INCIDENT]
    if shared:
        old, why = min(shared, key=lambda pair: pair[0].case_id)
        # An incident's cases all point at its first. Two that turn out to be one are joined at their firsts.
        firsts = sorted({heads.get(o.case_id) or o.incident or o.case_id for o, _ in shared})
        heads[new.case_id] = firsts[0]
        for case_id in (new.case_id, *firsts[1:]):
            yield _link(case_id, firsts[0], LinkKind.SAME_INCIDENT, why, now)
        _tell(new, old, CaseEventKind.SAME_INCIDENT, why, work, now)


def _tell(new: Report, old: Report, kind: CaseEventKind, why: Why, work: Work, now: datetime) -> None:
    work.events.append(event(new.case_id, kind, now, {"case": old.number, "why": why}, ACTOR))


def _known(
    uow: UnitOfWork, looked: Sequence[Sequence[int]], rules: Rules, now: datetime
) -> dict[int, list[Report]]:
    asked = [(position, mark) for position, each in enumerate(looked) for mark in each]
    since = now - max(rules.duplicate_within, rules.incident_within)
    found: dict[int, list[Report]] = defaultdict(list)
    for position, case in uow.links.marked(asked, since):
        found[position].append(_earlier(case))
    return found


def _related(
    fresh: Sequence[Fresh], rows: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[Any, Mapping[str, Any]]]:
    yield from ((f, row) for f, row in zip(fresh, rows, strict=True) if f.related)


def _report(message: InboundMessage, row: Mapping[str, Any]) -> Report:
    return Report(
        case_id=row["id"],
        number=row["number"],
        citizen=row["citizen_id"],
        topic=row["topic"],
        kind=row["kind"],
        confidentiality=row["confidentiality"],
        place=Place.stored(row["place"]) if row["place"] else None,
        words=fingerprint(message.own_words or message.subject or ""),
        opened_at=row["opened_at"],
    )


def _earlier(case: MarkedCase) -> Report:
    return Report(
        case_id=case.case_id,
        number=case.number,
        citizen=case.citizen_id,
        topic=case.topic,
        kind=CaseKind(case.kind),
        confidentiality=Confidentiality(case.confidentiality),
        place=Place.stored(case.place) if case.place else None,
        words=Fingerprint(exact=case.exact, sketch=tuple(case.sketch), length=case.length),
        opened_at=case.opened_at,
        incident=case.incident,
    )


def _link(case_id: int, other_id: int, kind: LinkKind, why: str, now: datetime) -> dict[str, Any]:
    return {
        "case_id": case_id,
        "other_id": other_id,
        "kind": kind,
        "state": LinkState.OFFERED,
        "why": why,
        "created_at": now,
    }


def _words(new: Report, now: datetime) -> dict[str, Any]:
    said = new.words
    return {
        "case_id": new.case_id,
        "exact": said.exact,
        "sketch": list(said.sketch),
        "length": said.length,
        "seen_at": now,
    }


def forget_marks(desk: Desk) -> None:
    """Drop marks whose time is over; once an hour, whichever clock comes first."""
    now, rules = desk.now(), rules_of(desk.settings)
    with desk.uow() as uow:
        if uow.leases.take(_SWEEP, now.isoformat(), now, EVERY) is None:
            return
        uow.links.forget(now - max(rules.duplicate_within, rules.incident_within) - timedelta(days=1))
        uow.commit()
