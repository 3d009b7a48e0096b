"""The few headers that are worth keeping beside a message, under names of ours (E21, E22).

Nothing here is trusted: a verdict on spam or a sender's domain is recorded for the policy that reads it. Of
Authentication-Results only the topmost counts, since the sender can write all others (RFC 8601, section 5).
"""

from connectors.email.headers import read_ids, text_of
from connectors.email.limits import MAX_NOTE
from connectors.email.mime import Part
from connectors.email.protection import protection, registration
from domain.urn import Urn

_KEPT = {
    "date": b"date",
    "return_path": b"return-path",
    "reply_to": b"reply-to",
    "authentication_results": b"authentication-results",
    "received_spf": b"received-spf",
    "auto_submitted": b"auto-submitted",
    "precedence": b"precedence",
    "list_id": b"list-id",
    "user_agent": b"user-agent",
    "mailer": b"x-mailer",
}
_SPAM = (b"x-spam-flag", b"x-spam", b"x-spam-status", b"x-spam-level", b"x-spam-score", b"x-rspamd-score")


def kept_headers(root: Part, sender: Urn | None) -> dict[str, str]:
    """The useful headers of a mail as text, at most 500 letters each, and what protects it.

    Keys beside those of `_KEPT`: `message_id`, `x_spam`, `signed` and `encrypted` (`smime` or `pgp`), `kep`.
    """
    fields = root.fields
    kept = {name: text_of(fields, header) for name, header in _KEPT.items() if header in fields}
    ids = read_ids(fields.get(b"message-id", ())[:1])
    kept["message_id"] = ids[0] if ids else ""
    kept["x_spam"] = "; ".join(text_of(fields, name) for name in _SPAM if name in fields)[:MAX_NOTE]
    kept |= protection(root)
    kept["kep"] = registration(fields, sender)
    return {name: value for name, value in kept.items() if value}
