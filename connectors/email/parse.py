"""A mail's octets to a message of ours: the one way in, whatever the octets are (E8-E22).

Pure: no clock, no network, no database (G3). What is read is decided in the modules this one joins.
"""

from collections.abc import Sequence
from datetime import datetime

from connectors.email.addresses import Mailbox, read_mailboxes
from connectors.email.attachments import read_attachments
from connectors.email.bodies import Bodies, read_bodies
from connectors.email.headers import Fields, first, read_date, read_ids, text_of
from connectors.email.html_lines import Prose
from connectors.email.html_text import html_to_prose
from connectors.email.identity import content_key
from connectors.email.limits import MAX_HTML, MAX_NAME, MAX_SUBJECT, MAX_TEXT
from connectors.email.mime import Part, read_structure
from connectors.email.origin import kept_headers
from connectors.email.quotes import quoted_spans
from connectors.email.reports import read_reports
from connectors.email.tnef import Unpacked
from connectors.email.verdict import judge
from domain.errors import UnreadableMessageError
from domain.messages import DeliveryReport, InboundMessage
from domain.urn import Urn
from domain.vocabulary import Channel, Verdict

_RECIPIENTS = (b"to", b"cc", b"delivered-to", b"x-original-to")


def parse_mail(raw: bytes, *, instance: str = "beyazmasa") -> InboundMessage:
    """The message in a mail. `instance` is what our own mail carries in its loop header (E15).

    `external_id` and `content_key` are the same hash over what the sender wrote (E8). `sent_at` is UTC, None
    when the Date header is missing or absurd (E21). `charset` is the rung of the ladder that gave the text
    (E10). `headers` holds the `message_id` among others. Raises UnreadableMessageError for an empty mail, and
    nothing else.
    """
    if not raw.strip():
        raise UnreadableMessageError("the mail is empty")
    try:
        return understand(raw, instance)
    except Exception as error:  # no known octets lead here; those that do must end in quarantine (G4)
        raise UnreadableMessageError(f"the mail could not be read: {type(error).__name__}") from error


def understand(raw: bytes, instance: str) -> InboundMessage:
    """What `parse_mail` gives, without its net."""
    root = read_structure(raw)
    fields = root.fields
    bodies = read_bodies(root)
    files, packed = read_attachments(bodies.others, bodies.html)
    prose, html = _words(bodies, packed)
    author = _author(fields)
    subject = text_of(fields, b"subject", MAX_SUBJECT)
    verdict = judge(root, author.urn, subject, instance=instance)
    sent_at = read_date(first(fields, b"date")) if b"date" in fields else None
    key = content_key(fields, bodies.leaves)
    return InboundMessage(
        channel=Channel.EMAIL,
        external_id=key,
        content_key=key,
        text=prose.text,
        raw=raw,
        sender=author.urn,
        sender_name=author.name,
        recipients=_recipients(fields),
        contacts=_contacts(fields, author.urn),
        sent_at=sent_at,
        subject=subject or None,
        html=html,
        attachments=tuple(files),
        quoted_spans=quoted_spans(prose.text, subject=subject, cited=prose.quoted),
        in_reply_to=_in_reply_to(fields),
        references=read_ids(fields[b"references"]) if b"references" in fields else (),
        verdict=verdict,
        charset=bodies.charset,
        delivery_reports=_reports(verdict, root, bodies, raw, sent_at),
        headers=kept_headers(root, author.urn),
    )


def _words(bodies: Bodies, packed: Unpacked) -> tuple[Prose, str | None]:
    """The mail's own words; those of its winmail.dat where it has none."""
    if bodies.prose.text or not (packed.text.strip() or packed.html.strip()):
        return bodies.prose, bodies.html
    html = packed.html[:MAX_HTML] or None
    if packed.text.strip():
        return Prose(packed.text.strip()[:MAX_TEXT]), bodies.html or html
    return html_to_prose(packed.html), html


def _author(fields: Fields) -> Mailbox:
    """Who wrote: From, or Sender where From names nobody; what From says stays as a name (E9)."""
    named: list[Mailbox] = []
    for header in (b"from", b"sender"):
        for value in fields.get(header, ()):
            found = read_mailboxes(value)
            valid = next((one for one in found if one.urn), None)
            if valid is not None:
                return valid if valid.name else Mailbox(_first_name(named), valid.urn)
            named.extend(found)
    return Mailbox(_first_name(named) or text_of(fields, b"from", MAX_NAME).strip("<>\"' ") or None, None)


def _first_name(mailboxes: Sequence[Mailbox]) -> str | None:
    return next((one.name for one in mailboxes if one.name), None)


def _urns(fields: Fields, header: bytes) -> list[Urn]:
    found = (one.urn for value in fields.get(header, ()) for one in read_mailboxes(value))
    return [urn for urn in found if urn is not None]


def _recipients(fields: Fields) -> tuple[Urn, ...]:
    found = [urn for header in _RECIPIENTS if header in fields for urn in _urns(fields, header)]
    return tuple(dict.fromkeys(found))


def _contacts(fields: Fields, sender: Urn | None) -> tuple[Urn, ...]:
    """Where the sender wants answers; as unproven as the sender."""
    if b"reply-to" not in fields:
        return ()
    return tuple(urn for urn in dict.fromkeys(_urns(fields, b"reply-to")) if urn != sender)


def _in_reply_to(fields: Fields) -> str | None:
    ids = read_ids(fields[b"in-reply-to"]) if b"in-reply-to" in fields else ()
    return ids[0] if ids else None


def _reports(
    verdict: Verdict, root: Part, bodies: Bodies, raw: bytes, sent_at: datetime | None
) -> tuple[DeliveryReport, ...]:
    if verdict is not Verdict.BOUNCE:
        return ()
    return read_reports(root, bodies.leaves, bodies.prose.text, raw, sent_at)
