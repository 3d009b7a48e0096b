"""What operators look at: a case with all that belongs to it, queues, quarantine. Plain values only."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from domain.vocabulary import LinkKind, PersonalData
from pipeline.desk import Desk
from pipeline.edits import wordings
from pipeline.notice_rows import notice_rows
from pipeline.numbers import case_of
from pipeline.personal import masked, masked_name, masked_words
from pipeline.photo_place import PLACE_SOURCE
from pipeline.refusal import RefusedError
from pipeline.review_guards import refuse_restricted
from pipeline.spool import spool_of
from store.models import Case, MessageAttachment
from store.unit_of_work import UnitOfWork


def casefile(desk: Desk, number: str, *, who: str = "", whole: bool = False) -> dict[str, Any]:
    """The case, its history, messages and notices, for `who` looks. Never the security number.

    Personal data in words and names of files is masked unless the `whole` of them is asked for. Raises
    PermanentError for a number that is mistyped or unknown, RefusedError for a restricted case of which they
    are no named reviewer.
    """
    with desk.uow() as uow:
        case = case_of(uow, number)
        refuse_restricted(desk, case, who)
        case_id = case.id or 0
        return {
            "case": _case(uow, case),
            "history": [
                {"at": e.at, "kind": e.kind, "actor": e.actor, "detail": _with_times(e.detail)}
                for e in uow.cases.history(case_id)
            ],
            "links": _links(uow, case_id),
            "messages": _messages(uow, case_id, frozenset(PersonalData) if whole else frozenset()),
            "notices": notice_rows(uow.notifications.of_case(case_id), desk.now(), whole=whole),
        }


def _with_times(detail: Mapping[str, Any]) -> dict[str, Any]:
    """What a line of history tells; its times, which JSON keeps as words, are times again (UTC)."""
    return {name: _time_again(value) for name, value in detail.items()}


def _time_again(value: Any) -> Any:
    if not (isinstance(value, str) and value.endswith("+00:00")):
        return value
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return value


def _case(uow: UnitOfWork, case: Case) -> dict[str, Any]:
    unit, citizen = uow.taxonomy.unit(case.unit), uow.citizens.get(case.citizen_id or 0)
    topic = uow.taxonomy.topic(case.topic) if case.topic else None
    shown = ("state", "kind", "priority", "confidentiality", "channel", "subject", "district")
    times = ("opened_at", "due_at", "promised_at", "legal_due_at", "closed_at")
    target = uow.cases.get(case.merged_into) if case.merged_into else None
    return {
        "number": case.number,
        "merged_into": target.number if target else None,
        **{name: getattr(case, name) for name in shown},
        "neighbourhood": case.neighbourhood,
        "place": (case.place or {}).get("address"),
        "topic": topic.name if topic else None,
        "unit": unit.name if unit else case.unit,
        "citizen": citizen.name if citizen else None,
        "contacts": [c.urn for c in uow.citizens.contacts(case.citizen_id)] if case.citizen_id else [],
        "needs_review": case.needs_review,
        "confidence": round(case.confidence, 3),
        "reasons": case.reasons,
        "alternatives": [a["topic"] for a in case.alternatives],
        "external_reference": case.external_reference,
        **{name: getattr(case, name) for name in times},
    }


def _links(uow: UnitOfWork, case_id: int) -> list[dict[str, Any]]:
    return [
        {
            "kind": link.kind,
            "case": link.number,
            "state": link.state,
            "why": link.why,
            "created_at": link.created_at,
        }
        for link in uow.links.of_case(case_id)
    ]


def _messages(uow: UnitOfWork, case_id: int, seen: Collection[PersonalData]) -> list[dict[str, Any]]:
    messages = uow.messages.of_case(case_id)
    files = uow.messages.attachments([m.id or 0 for m in messages])
    return [
        {
            "received_at": said.message.received_at,
            "channel": said.message.channel,
            "sender": said.message.sender,
            "subject": said.message.subject and masked(said.message.subject, seen),
            "text": masked_words(said.last, seen),
            "edited_from": [masked_words(m, seen) for m in (said.message, *said.edits)][:-1],
            "attachments": [_file(f, seen) for f in files if f.message_id in said.ids],
            "place_source": said.message.headers.get(PLACE_SOURCE),
            "raw_sha256": said.message.raw_sha256,
        }
        for said in wordings(messages)
    ]


def _file(file: MessageAttachment, seen: Collection[PersonalData]) -> str:
    """A file's name and size in bytes; what is missing, or stays with the desk, with the reason."""
    return f"{masked_name(file.name, seen)} ({file.note or file.size})"


def offered_rows(desk: Desk, kind: LinkKind, limit: int) -> list[dict[str, Any]]:
    """The links of a kind that nobody has decided about, oldest first."""
    with desk.uow() as uow:
        found = uow.links.offered(kind, limit)
    return [
        {"case": later, "earlier": earlier, "why": why, "created_at": since}
        for later, earlier, why, since in found
    ]


def queue_rows(desk: Desk) -> list[dict[str, Any]]:
    """What waits at each step, since when, for how many seconds."""
    now = desk.now()
    with desk.uow() as uow:
        depths = uow.queue.depths()
        quarantined = uow.queue.quarantined()
    rows = [
        {
            "step": depth.step,
            "waiting": depth.waiting,
            "oldest_at": depth.oldest_at,
            "age_seconds": round((now - depth.oldest_at).total_seconds()) if depth.oldest_at else None,
        }
        for depth in depths
    ]
    spool = spool_of(desk)
    others = {"spool": spool.calls(), "spool_aside": spool.calls_aside(), "quarantine": quarantined}
    return rows + [
        {"step": step, "waiting": waiting, "oldest_at": None, "age_seconds": None}
        for step, waiting in others.items()
    ]


def aside_rows(desk: Desk) -> list[dict[str, Any]]:
    """What was handled and set aside without a case, counted by channel and verdict."""
    with desk.uow() as uow:
        return [
            {"channel": channel, "verdict": verdict, "messages": messages, "last_at": last_at}
            for channel, verdict, messages, last_at in uow.quarantine.without_case()
        ]


def quarantine_rows(desk: Desk, channel: str | None = None) -> list[dict[str, Any]]:
    """What waits in quarantine, oldest first."""
    with desk.uow() as uow:
        return [
            {
                "id": entry.id,
                "channel": message.channel,
                "step": entry.step,
                "created_at": entry.created_at,
                "attempts": entry.attempts,
                "error": entry.error.splitlines()[0] if entry.error else "",
            }
            for entry, message in uow.quarantine.waiting(channel=channel)
        ]


def quarantine_entry(desk: Desk, entry_id: int) -> dict[str, Any]:
    """One entry with its traceback and where its original is. Raises PermanentError when there is none."""
    with desk.uow() as uow:
        found = uow.quarantine.get(entry_id)
    if found is None:
        raise RefusedError("no_entry", entry=entry_id)
    entry, message = found
    return {
        "id": entry.id,
        "state": entry.state,
        "step": entry.step,
        "channel": message.channel,
        "account_id": message.account_id,
        "received_at": message.received_at,
        "attempts": entry.attempts,
        "error": entry.error,
        "traceback": entry.traceback,
        "raw_sha256": message.raw_sha256,
        "raw_size": message.raw_size,
    }
