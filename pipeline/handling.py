"""What becomes of a batch of messages: set aside, joined to a case, or opened as one."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from domain.messages import RELEASED
from domain.vocabulary import CaseEventKind, Verdict
from pipeline import metrics
from pipeline.additions import owe_additions
from pipeline.albums import mark_albums, take_albums
from pipeline.chat_windows import hear
from pipeline.delivery import apply_reports, event
from pipeline.desk import Desk
from pipeline.edits import take_edits
from pipeline.feed_mails import take_feed_mails
from pipeline.feed_rows import settle_feeds
from pipeline.followups import going_on, join_follow_ups
from pipeline.opening import open_cases
from pipeline.owing import owe_opt_out, owe_refusal
from pipeline.personal import personal_spans
from pipeline.unit_replies import take_unit_replies
from pipeline.work import Fresh, Work
from store.records import Claimed, Outcome
from store.unit_of_work import UnitOfWork

_ASIDE = frozenset({Verdict.AUTO_REPLY, Verdict.BOUNCE, Verdict.OWN_LOOP, Verdict.OPT_OUT})
OVERSIZE = "oversize"
"""Marks a mail of which only the head was fetched: its sender is told, it stays in its mailbox (E18)."""
ACTOR = "router"


def handle(desk: Desk, uow: UnitOfWork, claimed: Sequence[Claimed], now: datetime) -> int:
    """Write everything that follows from these messages; the caller commits. Returns how many it settled."""
    work = Work()
    later = going_on(claimed)
    claimed = [each for each in claimed if each.id not in later]
    claimed, meant = take_feed_mails(desk, uow, claimed, work, now)
    uow.citizens.lock_keys(list(_keys(claimed)))  # before anything is written: an opt-out registers, too
    hear(uow, claimed)
    odd = {m.id for m in claimed if m.id in meant and _is_automatic(m)}
    people = [m for m in claimed if m.id in odd or not _goes_aside(m)]
    _set_aside(desk, uow, [m for m in claimed if _goes_aside(m) and m.id not in odd], work, now)
    if people:
        uow.citizens.heard_from([str(m.message.sender) for m in people if _from_a_person(m)])
        people = settle_feeds(desk, uow, people, work, now)
        first = take_edits(uow, _without_repeats(uow, people, work, now), work, now)
        first = take_albums(uow, first, work, now)
        missed = [Fresh(claimed=m, doubted=True) for m in first if m.id in odd]
        others, doubted = take_unit_replies(desk, uow, [m for m in first if m.id not in odd], work, now)
        fresh = join_follow_ups(desk, uow, others, work, now)
        open_cases(desk, uow, [*missed, *doubted, *fresh], work, now)
        mark_albums(uow, first, work, now)
        owe_additions(desk, uow, work, now)
    uow.cases.record(work.events)
    uow.notifications.owe_fresh(work.owed)
    uow.queue.finish(work.outcomes, personal_spans(claimed, work.outcomes))
    metrics.PROCESSED.labels("case").inc(sum(1 for o in work.outcomes if o.case_id))
    metrics.PROCESSED.labels("aside").inc(sum(1 for o in work.outcomes if not o.case_id))
    return len(work.outcomes)


def _goes_aside(each: Claimed) -> bool:
    if RELEASED in each.message.headers:
        return False
    return each.message.verdict in _ASIDE or OVERSIZE in each.message.headers


def _is_automatic(each: Claimed) -> bool:
    """Whether it seems to be a machine's answer, and nothing else speaks against a case."""
    return each.message.verdict is Verdict.AUTO_REPLY and OVERSIZE not in each.message.headers


def _from_a_person(each: Claimed) -> bool:
    return each.message.verdict is Verdict.ORDINARY and each.message.sender is not None


def _keys(claimed: Iterable[Claimed]) -> Iterable[str]:
    for each in claimed:
        if each.message.content_key:
            yield each.message.content_key
        yield from (str(urn) for urn in (each.message.sender, *each.message.contacts) if urn)


def _set_aside(desk: Desk, uow: UnitOfWork, machines: Sequence[Claimed], work: Work, now: datetime) -> None:
    for each in machines:
        apply_reports(desk, uow, each.message.delivery_reports, now)
        if each.message.verdict is Verdict.OPT_OUT and each.message.sender:
            owe_opt_out(desk, uow, each, work.owed, now)
        if OVERSIZE in each.message.headers:
            owe_refusal(desk, uow, each, work.owed, now)
        work.outcomes.append(Outcome(message_id=each.id))


def _without_repeats(uow: UnitOfWork, people: Sequence[Claimed], work: Work, now: datetime) -> list[Claimed]:
    """Those that came for the first time. The same mail to two of our mailboxes is one case (E8)."""
    known: dict[str, int] = uow.messages.cases_with_content(
        [each.message.content_key for each in people if each.message.content_key]
    )
    first: dict[str, Claimed] = {}
    fresh = []
    for each in people:
        key = each.message.content_key
        if key and key in known:
            detail: dict[str, object] = {"message": each.id, "account": each.account_id}
            work.events.append(event(known[key], CaseEventKind.DELIVERY_REPEATED, now, detail, ACTOR))
            work.outcomes.append(Outcome(message_id=each.id, case_id=known[key]))
        elif key and key in first:
            continue  # its twin in this very batch is handled first, it follows in the next one
        else:
            fresh.append(each)
            if key:
                first[key] = each
    return fresh
