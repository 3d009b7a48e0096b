"""Made-up cases with histories, put straight into the store, and what months brought, counted without SQL."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from statistics import quantiles
from typing import Any

from domain.vocabulary import CaseState, Channel
from store.bulk import copy_rows
from store.models import Case, CaseEvent
from store.unit_of_work import UnitOfWork

UNITS = ("yol-bakim", "altyapi-koordinasyon", "yol-bakim-dairesi", "iski", "iski-su-ariza", "zabita")
TOPICS = ("su-kesintisi", "yol-cukur", None)
DISTRICTS = ("Kadıköy", "Fatih", None)
CHANNELS = (Channel.EMAIL, Channel.SMS, Channel.WEBFORM)
CLOSED = ("resolved", "rejected")
ROUTED = ("assigned", "sent_to_review", "answered")


@dataclass
class Story:
    """One case: how it was opened, and the lines of its history as (at, kind, detail)."""

    channel: str
    opened_at: datetime
    due_at: datetime
    district: str | None
    lines: list[tuple[datetime, str, dict[str, Any]]] = field(default_factory=list)
    legal_due_at: datetime | None = None

    def add(self, at: datetime, kind: str, **detail: Any) -> None:
        """One line more."""
        self.lines.append((at, kind, detail))

    def until(self, moment: datetime) -> dict[str, Any]:
        """Where it stood at a time: unit, topic, district, and since when it is closed."""
        now: dict[str, Any] = {"district": self.district, "closed": None, "unit": None, "topic": None}
        now["due"] = self.due_at
        for at, kind, detail in self.lines:
            if at >= moment:
                break
            if kind in (*ROUTED, "corrected"):
                decided = detail["to"] if kind == "corrected" else detail
                now |= {n: decided[n] for n in ("unit", "topic", "district") if n in decided}
            if kind in (*ROUTED, "state_changed"):
                shut = kind == "answered" or detail.get("to") in CLOSED
                now["closed"] = (now["closed"] or at) if shut else None
            if kind == "extended" or "was_due_at" in detail:
                now["due"] = datetime.fromisoformat(detail["to" if kind == "extended" else "due_at"])
            if kind == "merged":
                now |= {"closed": now["closed"] or at, "into": detail["into"]}
            if kind == "unlinked" and detail["case"] == now.get("into"):
                now["closed"] = None
        return now


def make_stories(
    random: Random, begin: datetime, days: int, count: int, units: Sequence[str] = UNITS
) -> list[Story]:
    """So many cases from `begin` on, over so many days: closed, opened again, passed on, corrected."""
    return [_story(random, begin + timedelta(days=random.uniform(0, days)), units) for _ in range(count)]


def _story(random: Random, at: datetime, units: Sequence[str]) -> Story:
    story = Story(
        random.choice(CHANNELS), at, at + timedelta(days=random.choice([2, 15])), random.choice(DISTRICTS)
    )
    unit, topic, district = random.choice(units), random.choice(TOPICS), story.district
    due = story.due_at
    story.add(at, "opened", message=1, channel=story.channel)
    first = random.choice(["assigned", "assigned", "sent_to_review", "answered"])
    story.add(at, first, unit=unit, topic=topic)
    state = {"assigned": "assigned", "sent_to_review": "in_review", "answered": "rejected"}[first]
    for _ in range(random.randrange(7)):
        at += timedelta(days=random.expovariate(1 / 12))
        step = random.choice(["turn", "pass", "correct", "extend", "noise"])
        if step == "turn":
            to = "reopened" if state in CLOSED else random.choice(CLOSED)
            objected = {}
            if to == "reopened" and random.random() < 0.5:  # both clocks begin anew
                objected = {"was_due_at": due.isoformat(), "due_at": (at + timedelta(days=9)).isoformat()}
                due = at + timedelta(days=9)
            story.add(at, "state_changed", **{"from": state, "to": to}, **objected)
            state = to
        elif step == "pass" and state not in CLOSED:
            unit, state = random.choice(units), "assigned"
            story.add(at, "assigned", unit=unit, topic=topic)
        elif step == "correct":
            was = {"topic": topic, "district": district}
            topic, district = random.choice(TOPICS), random.choice(DISTRICTS)
            story.add(at, "corrected", **{"from": was, "to": {"topic": topic, "district": district}})
        elif step == "extend":
            due += timedelta(days=20)
            before = due - timedelta(days=20)
            story.add(at, "extended", **{"from": before.isoformat(), "to": due.isoformat()})
        else:
            story.add(at, "notice_sent", unit="nobody", to="nobody")
    return story


def put(uow: UnitOfWork, stories: Sequence[Story], first_id: int = 1) -> None:
    """Write the cases as they stand now, with their histories; their keys count up from `first_id`."""
    rows, lines = [], []
    for case_id, story in enumerate(stories, first_id):
        rows.append(_row(case_id, story))
        lines += [
            {"case_id": case_id, "at": at, "actor": "test", "kind": kind, "detail": detail}
            for at, kind, detail in story.lines
        ]
    copy_rows(uow.session, Case, rows)
    copy_rows(uow.session, CaseEvent, lines)


def _row(case_id: int, story: Story) -> dict[str, Any]:
    now = story.until(datetime.max.replace(tzinfo=story.opened_at.tzinfo))
    return {
        "id": case_id, "number": f"n-{case_id}", "security_number": "", "channel": story.channel,
        "kind": "complaint", "topic": now["topic"], "unit": now["unit"], "priority": "normal",
        "confidentiality": "public", "subject": "", "district": now["district"], "needs_review": False,
        "state": CaseState.RESOLVED if now["closed"] else CaseState.ASSIGNED, "confidence": 0.0,
        "classifier": "", "reasons": [], "alternatives": [], "opened_at": story.opened_at,
        "promised_at": story.due_at, "legal_due_at": story.legal_due_at or story.due_at, "due_at": now["due"],
        "closed_at": now["closed"],
    }  # fmt: skip


def counted(stories: Iterable[Story], since: datetime, until: datetime) -> dict[str, Any]:
    """What a month brought to these cases, as a report's line has it: as all stood at its end."""
    found = dict.fromkeys(("carried", "opened", "reopened", "solved", "open", "overdue", "in_time"), 0)
    times = []
    for story in stories:
        if story.opened_at >= until:
            continue
        closed, due = (story.until(until)[name] for name in ("closed", "due"))
        before = story.until(since)["closed"] if story.opened_at < since else None
        between = [at for at, kind, d in story.lines if since <= at < until and d.get("to") == "reopened"]
        if before and not between:
            continue
        found["opened" if story.opened_at >= since else "reopened" if before else "carried"] += 1
        found["solved" if closed else "open"] += 1
        found["overdue"] += not closed and due < until
        found["in_time"] += bool(closed and closed <= due)
        times += [(closed - story.opened_at).total_seconds()] if closed else []
    cuts = quantiles(times, n=10, method="inclusive") if len(times) > 1 else times * 9
    return found | {"median": cuts[4] if cuts else None, "p90": cuts[8] if cuts else None}
