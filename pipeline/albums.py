"""Messages that were sent together (an album's pictures come one by one) become one case (T4).

The first of them that is handled opens the case; the others join it, with history and without a notice of
their own. The one with words is handled first: a bare picture waits for it as long as files are on their way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from domain.fingerprints import digest64
from domain.messages import ALBUM
from domain.notices import Notification
from domain.vocabulary import CaseEventKind, Priority, Template
from notifier.rhythm import GATHERED
from pipeline.delivery import event
from pipeline.known import cases_in_force, is_open
from pipeline.work import Added, Work
from store.records import Claimed, Outcome
from store.unit_of_work import UnitOfWork

REMEMBERED = timedelta(days=1)
PATIENCE = timedelta(minutes=10)
LOOK_AGAIN = timedelta(seconds=3)
GATHERED_AFTER = timedelta(seconds=30)
"""The parts of an album come within seconds, their files a little later."""


def album_of(each: Claimed) -> int | None:
    """The mark of the album a message is part of, None for one that stands alone."""
    album = each.message.headers.get(ALBUM)
    if not album or each.message.sender is None:
        return None
    return digest64("album", each.account_id, each.message.sender, album)


def take_albums(uow: UnitOfWork, people: Sequence[Claimed], work: Work, now: datetime) -> list[Claimed]:
    """Join parts of albums whose case is there; returns what is to be handled like any message, of each
    album one part at most. The others are left for the next batch."""
    albums = {each.id: mark for each in people if (mark := album_of(each)) is not None}
    if not albums:
        return list(people)
    last = uow.links.last_under(list(set(albums.values())), now - REMEMBERED)
    known = cases_in_force(uow, list(last.values()))
    cases = {mark: known[case_id] for mark, case_id in last.items() if is_open(known.get(case_id))}
    openers = _openers(people, albums)
    rest = []
    for each in people:
        mark = albums.get(each.id)
        if mark is None:
            rest.append(each)
        elif mark in cases:
            _join(each, cases[mark].id, work, now)
        elif openers[mark] is each and not _better_wait(uow, each, now):
            rest.append(each)
    return rest


def mark_albums(uow: UnitOfWork, people: Sequence[Claimed], work: Work, now: datetime) -> None:
    """Let the parts that are still to come find the case of the first, and its unit's mail wait for them."""
    albums = [(each.id, mark) for each in people if (mark := album_of(each)) is not None]
    if not albums:
        return
    cases = {o.message_id: o.case_id for o in work.outcomes}
    opened = [(mark, case_id) for each, mark in albums if (case_id := cases.get(each))]
    uow.links.mark(opened, now)
    waiting = {case_id for _, case_id in opened}
    work.owed = [
        (case_id, correlation, _later(notice) if case_id in waiting else notice)
        for case_id, correlation, notice in work.owed
    ]


def _later(notice: Notification) -> Notification:
    if notice.template is not Template.ROUTED_TO_UNIT or notice.priority is Priority.LIFE_SAFETY:
        return notice
    at_once = GATHERED not in notice.values  # what waits for its unit's next mail waits long enough
    return replace(notice, due_at=notice.due_at + GATHERED_AFTER) if at_once else notice


def _openers(people: Sequence[Claimed], albums: Mapping[int, int]) -> dict[int, Claimed]:
    """Of each album the part that is to open its case: one with words before one without."""
    chosen: dict[int, Claimed] = {}
    for each in people:
        mark = albums.get(each.id)
        if mark is None:
            continue
        if mark not in chosen or (each.message.text and not chosen[mark].message.text):
            chosen[mark] = each
    return chosen


def _better_wait(uow: UnitOfWork, each: Claimed, now: datetime) -> bool:
    """Whether words may still come with a part whose files are on their way; the message waits then."""
    if each.message.text or now - each.received_at >= PATIENCE:
        return False
    album = each.message.headers[ALBUM]
    if not uow.threads.being_read(each.account_id, ALBUM, album, each.received_at):
        return False
    uow.queue.lend(each.id, each.attempts, now + LOOK_AGAIN)
    return True


def _join(each: Claimed, case_id: int, work: Work, now: datetime) -> None:
    detail: dict[str, object] = {"message": each.id, "from_citizen": True, "album": True}
    work.events.append(event(case_id, CaseEventKind.MESSAGE_ADDED, now, detail, "citizen"))
    work.outcomes.append(Outcome(message_id=each.id, case_id=case_id))
    added = Added(case_id=case_id, message_id=each.id, correlation_id=each.correlation_id, part=True)
    work.added.append(added)
