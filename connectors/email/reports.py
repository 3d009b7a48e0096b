"""What bounces say about mail of ours: status notifications (RFC 3464) and what passes for them (E17).

A report names the mail it is about by that mail's Message-ID, as it stands in the returned headers, whole,
with brackets: `domain.thread_tokens` proves that it is one of ours. Programs that send no RFC 3464 part are
read by their words, with flufl.bounce for the failed address only: it also calls human mail bounces.
"""

import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from email import message_from_bytes

from connectors.email.headers import Fields, first, read_date, read_ids, text_of
from connectors.email.leaves import Leaf
from connectors.email.limits import MAX_BOUNCE_SCAN, MAX_REPORTS
from connectors.email.mime import Part, read_structure
from domain.messages import DeliveryReport
from domain.urn import Urn, mail_urn
from domain.vocabulary import DeliveryState

_STATUS = frozenset({"message/delivery-status", "message/global-delivery-status"})
_RETURNED = frozenset({"message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers"})
_STATES = {
    "failed": DeliveryState.FAILED,
    "delayed": DeliveryState.SENT,
    "relayed": DeliveryState.SENT,
    "expanded": DeliveryState.SENT,
    "delivered": DeliveryState.DELIVERED,
}
_CODE = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")
_REPLY_CODE = re.compile(r"\b([45])\d\d[ -]")
_ID_IN_TEXT = re.compile(r"^message-id:\s*(<[^<>\s]{1,900}>)", re.IGNORECASE | re.MULTILINE)
_LOG = logging.getLogger("flufl.bounce")  # it logs what it stumbles over, with the text of the mail
_LOG.addHandler(logging.NullHandler())
_LOG.propagate = False
_BLANK_LINE = re.compile(rb"\n\s*\n")
_REASON = 500


def read_reports(
    root: Part, leaves: Sequence[Leaf], text: str, raw: bytes, at: datetime | None
) -> tuple[DeliveryReport, ...]:
    """The delivery reports in a bounce, at most `MAX_REPORTS`, one per recipient. Never raises.

    `permanent` is true for status 5.x.x; a delay is no failure. `at` is the time of a report without its own.
    """
    our_id = _returned_id(root, leaves, text)
    status = next((leaf for leaf in leaves if leaf.media_type in _STATUS), None)
    reports = list(_from_status(status, our_id, at)) if status else []
    if not reports and not any(leaf.media_type == "message/feedback-report" for leaf in leaves):
        reports = list(_from_words(root, text, raw, our_id, at))
    return tuple(reports[:MAX_REPORTS])


def _from_status(leaf: Leaf, our_id: str | None, at: datetime | None) -> Iterator[DeliveryReport]:
    """The groups of fields of a message/delivery-status part: one for the mail, then one a recipient."""
    content = leaf.content[:MAX_BOUNCE_SCAN].replace(b"\r\n", b"\n").strip()
    for group in _BLANK_LINE.split(content)[: MAX_REPORTS + 1]:
        fields = read_structure(group + b"\n\n").fields
        recipient = _recipient(fields)
        action = text_of(fields, b"action").lower().partition(" ")[0]
        if recipient is None and not action:
            continue
        status = text_of(fields, b"status")
        diagnostic = text_of(fields, b"diagnostic-code", _REASON)
        state = _STATES.get(action) or (DeliveryState.FAILED if status[:1] in "45" else DeliveryState.SENT)
        yield DeliveryReport(
            state=state,
            our_id=our_id,
            recipient=recipient,
            reason=" ".join(part for part in (status, diagnostic) if part)[:_REASON] or None,
            permanent=state is DeliveryState.FAILED and _is_permanent(status, diagnostic),
            at=read_date(first(fields, b"last-attempt-date")) or at,
        )


def _recipient(fields: Fields) -> Urn | None:
    for name in (b"original-recipient", b"final-recipient", b"x-actual-recipient"):
        kind, _, address = text_of(fields, name).rpartition(";")
        urn = mail_urn(address) if kind.strip().lower() in ("", "rfc822", "utf-8") else None
        if urn is not None:
            return urn
    return None


def _is_permanent(status: str, diagnostic: str) -> bool:
    code = _CODE.search(status) or _CODE.search(diagnostic) or _REPLY_CODE.search(f"{diagnostic} ")
    return code is None or code[1] == "5"


def _from_words(
    root: Part, text: str, raw: bytes, our_id: str | None, at: datetime | None
) -> Iterator[DeliveryReport]:
    """A bounce in prose: the addresses it names and, by its words, whether it is final."""
    lines = " ".join(text[:MAX_BOUNCE_SCAN].split())
    code = _CODE.search(lines) or _REPLY_CODE.search(lines)
    permanent = code is None or code[1] == "5"
    for address in _failed_addresses(root, raw):
        yield DeliveryReport(
            state=DeliveryState.FAILED if permanent else DeliveryState.SENT,
            our_id=our_id,
            recipient=address,
            reason=lines[max(0, code.start() - 100) : code.start() + 300] if code else lines[:300] or None,
            permanent=permanent,
            at=at,
        )


def _failed_addresses(root: Part, raw: bytes) -> list[Urn | None]:
    named = text_of(root.fields, b"x-failed-recipients", 2_000)
    found = [mail_urn(one) for one in named.split(",")] if named else []
    if not any(found):
        found = [mail_urn(one) for one in _guessed_addresses(raw)]
    return [one for one in found if one is not None] or [None]


def _guessed_addresses(raw: bytes) -> list[str]:
    from flufl.bounce import all_failures  # imports seventeen detectors

    with suppress(Exception):  # it raised on 5 of 163 human mails
        temporary, permanent = all_failures(message_from_bytes(raw[:MAX_BOUNCE_SCAN]))
        return sorted(one.decode("ascii", "replace") for one in (*temporary, *permanent))
    return []


def _returned_id(root: Part, leaves: Sequence[Leaf], text: str) -> str | None:
    """The Message-ID of the mail that came back: in the returned headers, the text, or what it answers."""
    for leaf in leaves:
        if leaf.media_type in _RETURNED:
            found = read_ids([first(read_structure(leaf.content[:MAX_BOUNCE_SCAN]).fields, b"message-id")])
            if found:
                return found[0]
    in_text = _ID_IN_TEXT.search(text[:MAX_BOUNCE_SCAN])
    if in_text is not None:
        return in_text[1]
    answered = read_ids([first(root.fields, b"in-reply-to"), *root.fields.get(b"references", ())])
    return answered[0] if answered else None
