"""Looking through what was set aside, and releasing what is a case after all. Plain values only."""

from typing import Any

from domain.messages import RELEASED
from domain.vocabulary import NotACase, Queue, Verdict
from pipeline.desk import Desk
from pipeline.personal import masked
from pipeline.refusal import RefusedError
from pipeline.review_guards import named
from store.review_records import SetAside

AsideVerdict = NotACase | Verdict
EXCERPT = 160


def aside_list(desk: Desk, verdict: str = "", limit: int = 50) -> list[dict[str, Any]]:
    """What was found to be no case and nobody has looked at yet, oldest first; of a connector's verdict
    (auto-replies, bounces ...) the newest.

    Raises PermanentError for a word that is no verdict.
    """
    kind = verdict_of(verdict) if verdict else None
    with desk.uow() as uow:
        by_connector = isinstance(kind, Verdict)
        found = (uow.asides.newest if by_connector else uow.asides.waiting)(kind or "", limit)
    return [_line(each) for each in found]


def verdict_of(word: str) -> AsideVerdict:
    """The verdict that a word names. Raises PermanentError for another, naming those there are."""
    known: dict[str, AsideVerdict] = {v.value: v for v in (*NotACase, *Verdict)}
    if word not in known:
        raise RefusedError("no_verdict", verdict=word, known=", ".join(known))
    return known[word]


def aside_sheet(desk: Desk, message_id: int) -> dict[str, Any]:
    """A message without a case, its personal data masked. Raises PermanentError where there is none."""
    with desk.uow() as uow:
        found = uow.asides.get(message_id)
    if found is None:
        raise RefusedError("never_aside", message=message_id)
    shown = {name: getattr(found, name) for name in SetAside.__dataclass_fields__}
    return shown | {"subject": masked(found.subject or ""), "text": masked(found.text)}


def release(desk: Desk, message_id: int, who: str) -> None:
    """Have a message that was set aside open a case, as if it had come so.

    Raises PermanentError where it became one already, or was never set aside.
    """
    with desk.uow() as uow:
        if not uow.asides.release(message_id, RELEASED, named(who), desk.now()):
            raise RefusedError("not_aside", message=message_id)
        uow.commit()
    desk.wake(Queue.INBOUND)


def keep(desk: Desk, message_id: int, who: str) -> None:
    """Record that somebody looked, and it is no case. Raises PermanentError where nothing waits for that."""
    with desk.uow() as uow:
        if not uow.asides.keep(message_id, named(who), desk.now()):
            raise RefusedError("looked_at", message=message_id)
        uow.commit()


def _line(found: SetAside) -> dict[str, Any]:
    words = masked(" ".join(f"{found.subject or ''} {found.text}".split()))
    return {
        "id": found.id,
        "channel": found.channel,
        "verdict": found.verdict,
        "received_at": found.received_at,
        "confidence": None if found.confidence is None else round(found.confidence, 3),
        "text": words if len(words) <= EXCERPT else f"{words[:EXCERPT]}…",
    }
