"""Taking due notices in hand: updates for one address share a message, and wait where a day brought enough;
what was added to a case shares one with its like, and so do all news of a unit that wishes it so.

All of it happens in the transaction that takes them, so that however many notifiers work, each notice is in
one hand and in one message, and the day's number is kept exactly.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from config.local_time import day_begins
from domain.vocabulary import Medium
from notifier.rhythm import MOST_TOGETHER, NEWS, is_gathered, shares_mail
from notifier.updates import SOON, TOGETHER, UPDATES, is_update, next_morning
from pipeline.desk import Desk
from store.gathering import DAILY_LIMIT
from store.records import DueNotice
from store.unit_of_work import UnitOfWork

MAKING_ROOM = timedelta(seconds=2)
MOST_JOINED = 100
"""How many waiting notices one look takes in hand beside those whose turn it is."""
_UPDATES = "updates"


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """Notices that leave in one message: in the name of the first, with the words of the others."""

    first: DueNotice
    others: tuple[DueNotice, ...] = ()

    @property
    def ids(self) -> list[int]:
        """The keys of all of them."""
        return [self.first.id, *self.other_ids]

    @property
    def other_ids(self) -> list[int]:
        """The keys of all but the first."""
        return [notice.id for notice in self.others]


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What is in hand now; `looked` is how many notices' turn it was, whatever became of them."""

    bundles: Sequence[Bundle] = ()
    looked: int = 0


def claim(desk: Desk, most: int) -> Claim:
    """Take up to `most` due notices in hand, and what leaves with them. Raises ConnectionFailedError."""
    if most < 1:
        return Claim()
    with desk.uow() as uow:
        due = uow.notifications.claim_due(most, desk.now())
        bundles = _gathered(desk, uow, due) if any(map(_may_gather, due)) else [Bundle(first=n) for n in due]
        uow.commit()
    return Claim(bundles=bundles, looked=len(due))


def _gathered(desk: Desk, uow: UnitOfWork, due: Sequence[DueNotice]) -> list[Bundle]:
    now = desk.now()
    wanted = {notice.recipient for notice in due if _may_gather(notice)}
    ours = uow.gathering.hold(wanted)
    # Somebody gathers for the others this very moment. They make room: whoever hangs holds up nobody else.
    left = [notice.id for notice in due if _may_gather(notice) and notice.recipient not in ours]
    uow.notifications.give_back(left, due_at=now + MAKING_ROOM)
    joined = uow.gathering.join(ours, UPDATES, now, now + SOON, MOST_JOINED)
    for unit in {notice.recipient for notice in due if _company(notice) not in (None, _UPDATES)} & ours:
        joined += uow.gathering.join({unit}, NEWS, now, now, MOST_TOGETHER)
    kept = [notice for notice in due if notice.id not in left]
    bundles = list(_bundled([*kept, *uow.notifications.in_hand(joined)]))
    leaving = _within_the_day(desk, uow, bundles)
    if own := [bundle.first.id for bundle in leaving if bundle.first.carried_by]:
        uow.gathering.alone(own)
    uow.gathering.carry({bundle.first.id: bundle.other_ids for bundle in leaving if bundle.others})
    return leaving


def _may_gather(notice: DueNotice) -> bool:
    return _company(notice) is not None


def _company(notice: DueNotice) -> str | None:
    """What a notice may share a message with: a citizen's updates, a unit's news, what was added to one case;
    None for nothing."""
    about = notice.template, notice.priority, notice.values
    if is_gathered(*about):
        return f"news of {notice.values['unit']}"
    if shares_mail(*about):
        return f"added to {notice.case_id} with {notice.values['unit']}"
    # A chat that is over takes approved texts only, each of one notice.
    may_share = notice.medium in TOGETHER and "window" not in notice.values
    return _UPDATES if may_share and is_update(notice.template, notice.priority) else None


def _bundled(notices: Sequence[DueNotice]) -> Iterator[Bundle]:
    groups: dict[Any, list[DueNotice]] = {}
    for notice in notices:
        by_chat = notice.account_id if notice.medium == Medium.CHAT else None
        company = _company(notice) or notice.id
        groups.setdefault((notice.medium, notice.recipient, by_chat, company), []).append(notice)
    for (medium, _, _, company), group in groups.items():
        most = TOGETHER.get(medium, 1) if company == _UPDATES else MOST_TOGETHER
        yield from _shared(group, most)


def _shared(group: Sequence[DueNotice], most: int) -> Iterator[Bundle]:
    """Messages of so many notices each. What was tried before leaves in the name of one that was not, or in
    the message it was tried in.

    A gateway or a mail program that had the first try drops what comes again under the same id: a notice that
    was not in it would be lost.
    """
    untried_first = sorted(group, key=lambda notice: notice.attempts > 1)
    for start in range(0, len(group), most):
        chunk = untried_first[start : start + most]
        parts = [chunk] if chunk[0].attempts == 1 else _tried_together(chunk)
        yield from (Bundle(first=first, others=tuple(others)) for first, *others in parts)


def _tried_together(notices: Sequence[DueNotice]) -> Iterator[list[DueNotice]]:
    """Those that one of them carried, behind it; whoever has lost its carrier is alone."""
    parts: dict[Any, list[DueNotice]] = {}
    for notice in notices:
        parts.setdefault((notice.carried_by or notice.id, notice.attempts), []).append(notice)
    for (carrier, _), part in parts.items():
        part.sort(key=lambda notice: notice.id != carrier)
        yield from [part] if part[0].id == carrier else ([notice] for notice in part)


def _within_the_day(desk: Desk, uow: UnitOfWork, bundles: Sequence[Bundle]) -> list[Bundle]:
    """Those that may leave today; the others wait for the morning, in which they share messages again."""
    now, leaving = desk.now(), []
    mine = [key for bundle in bundles for key in bundle.ids]
    # Of citizens alone: a unit's mails of a day are thousands, and nobody counts them.
    citizens = {bundle.first.recipient for bundle in bundles if _company(bundle.first) == _UPDATES}
    messages = dict(uow.gathering.messages(citizens, day_begins(now), mine)) if citizens else {}
    for bundle in bundles:
        recipient, bound = bundle.first.recipient, _company(bundle.first) == _UPDATES
        if bound and messages[recipient] >= desk.settings.notices_a_day:
            uow.notifications.give_back(bundle.ids, due_at=next_morning(now), error=DAILY_LIMIT)
            continue
        if recipient in messages:
            messages[recipient] += 1
        leaving.append(bundle)
    return leaving
