"""Moves the clock of the running desk, and looks at what its processes then tell whom, and how often."""

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text

from demo import accounts
from demo.play import Screen, of_the_demo
from demo.readiness import check
from demo.report import taken
from demo.stage import Stage, staged
from domain.errors import ConnectionFailedError
from domain.vocabulary import Channel, Template
from pipeline.desk import Desk
from pipeline.later import ahead_of, move_on
from pipeline.waiting import until
from store.models.cases import FOR_48_HOURS, UNACCEPTED, WATCHED

_PATIENCE = 180.0
_OWING = f"SELECT id FROM cases WHERE {FOR_48_HOURS} AND opened_at <= :before"  # noqa: S608 - our own names
_TOLD = (
    "SELECT n.case_id, c.channel, n.medium, n.state FROM notifications n JOIN cases c ON c.id = n.case_id"
    " WHERE n.template = :template AND n.case_id = ANY(:cases)"
)
_WAITING = (
    "SELECT count(*) FROM notifications WHERE state = 'sending'"
    " OR (state = 'owed' AND due_at <= :now AND attempts = 0)"
)
_REMINDING = (
    f"SELECT (SELECT count(*) FROM cases WHERE {WATCHED} AND watch_at <= :now AND watched_due_at = due_at)"  # noqa: S608
    f" + (SELECT count(*) FROM cases WHERE {UNACCEPTED} AND acceptance_at <= :now AND acceptance_unit = unit)"
)
_WHO_WROTE = (
    "SELECT DISTINCT channel, sender FROM messages WHERE channel = ANY(:channels) AND sender LIKE '%:%'"
)
_UNITS = "SELECT stage, count(*) FROM reminders WHERE at > :since GROUP BY stage ORDER BY stage"


@dataclass(frozen=True, kw_only=True)
class Later:
    """What came of the move. `hours` is how much later the desk lives now; `told` counts the 48-hour notices
    by the case's channel, the medium they left by and their state; `units` the stages units heard of.
    `untold` is how many cases' citizens nobody could tell, `twice` names those who were told twice."""

    hours: float
    due: int
    told: Sequence[tuple[str, str, str, int]]
    units: Sequence[tuple[str, int]]
    taken: dict[str, int]
    untold: int
    twice: Sequence[int]

    @property
    def values(self) -> dict[str, Any]:
        """The same as plain values."""
        return asdict(self)


def live_on(desk: Desk, screen: Screen, by: timedelta) -> Later:
    """Let the running desk live so much later, and return what left.

    Raises DemoRefusedError where nothing may be moved, and other DeskErrors where the desk went away.
    """
    check(desk, force=False)
    since = desk.now()
    with staged(desk) as stage:
        _remember(stage)
        accounts.open_all(desk, of_the_demo(stage))
        try:
            move_on(desk.settings, by)
            screen.say("moved", hours=_hours(desk))
            due = _due(desk)
            _await_notices(desk, screen, due)
        finally:
            accounts.close_all(desk, of_the_demo(stage))
        return _later(stage, due, since)


def _remember(stage: Stage) -> None:
    """Stand-ins are new in each run; those that refuse whom they do not know are told who wrote before."""
    given = {"channels": [str(Channel.TELEGRAM), str(Channel.BIP)]}
    with stage.desk.engine.connect() as connection:
        wrote = [(row.channel, row.sender) for row in connection.execute(text(_WHO_WROTE), given)]
    telegram, bip = stage.servers["gosteri-telegram"], stage.servers["gosteri-bip"]
    for channel, sender in wrote:
        path = sender.partition(":")[2]
        if channel == Channel.BIP:
            bip.users.add(path)
            bip.followers.add(path)
        elif path.isdecimal():
            telegram.chats.add(int(path))


def _hours(desk: Desk) -> float:
    return round(ahead_of(desk.settings).total_seconds() / 3600, 1)


def _due(desk: Desk) -> list[int]:
    before = desk.now() - timedelta(hours=desk.settings.forwarded_notice_hours)
    with desk.engine.connect() as connection:
        return list(connection.execute(text(_OWING), {"before": before}).scalars())


def _await_notices(desk: Desk, screen: Screen, due: Sequence[int]) -> None:
    """Return when the clock told of all that was due and what may leave has left, or when patience ends."""
    seen, moved = 0, desk.now()
    with screen.bar("telling", len(due)) as advance, suppress(ConnectionFailedError):

        def told() -> bool:
            nonlocal seen
            left = len(set(due) & set(_due(desk)))
            advance(len(due) - left - seen)
            seen = len(due) - left
            return left == 0

        until(told, "the clock", _PATIENCE)
        until(lambda: not _count(desk, _REMINDING, now=moved), "the reminders", _PATIENCE)
        until(lambda: not _count(desk, _WAITING, now=desk.now()), "the notices", _PATIENCE)


def _count(desk: Desk, statement: str, **given: Any) -> int:
    with desk.engine.connect() as connection:
        return int(connection.execute(text(statement), given).scalar_one())


def _later(stage: Stage, due: Sequence[int], since: datetime) -> Later:
    desk = stage.desk
    with desk.engine.connect() as connection:
        given = {"template": Template.STILL_IN_WORK, "cases": list(due)}
        rows = connection.execute(text(_TOLD), given).all()
        units = connection.execute(text(_UNITS), {"since": since}).all()
    reached = Counter(row.case_id for row in rows if row.state in ("sent", "delivered", "owed"))
    found = Counter((row.channel, row.medium, row.state) for row in rows)
    return Later(
        hours=_hours(desk),
        due=len(due),
        told=[(*key, times) for key, times in sorted(found.items())],
        units=[(str(stage), int(times)) for stage, times in units],
        taken={name: times for name, times in taken(stage.servers).items() if times},
        untold=len(set(due) - {row.case_id for row in rows}),
        twice=sorted(case for case, times in reached.items() if times > 1),
    )
