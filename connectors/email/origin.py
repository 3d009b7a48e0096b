"""The few headers that are worth keeping beside a message, under names of ours (E21, E22).

Nothing here is trusted: a verdict on spam or a sender's domain is recorded for the policy that reads it. Of
Authentication-Results only the topmost counts, since the sender can write all others (RFC 8601, section 5).
"""

from connectors.email.headers import Fields, read_ids, text_of
from connectors.email.mime import Part
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
_SMIME = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_SMIME_SIGNATURE = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature"})
_PGP = frozenset({"application/pgp-encrypted", "application/pgp-signature"})
_REM = (b"x-rem-msg-type", b"x-rem-section-type", b"x-rem-evidence-type")  # ETSI TS 102 640-2, as KEP uses it
_KEP_DOMAIN = ".kep.tr"
_MOST_LEAVES = 50


def kept_headers(root: Part, sender: Urn | None) -> dict[str, str]:
    """The useful headers of a mail as text, at most 500 letters each, and what protects it.

    Keys beside those of `_KEPT`: `message_id`, `x_spam`, `signed` and `encrypted` (`smime` or `pgp`), `kep`.
    """
    fields = root.fields
    kept = {name: text_of(fields, header) for name, header in _KEPT.items() if header in fields}
    ids = read_ids(fields.get(b"message-id", ())[:1])
    kept["message_id"] = ids[0] if ids else ""
    kept["x_spam"] = "; ".join(text_of(fields, name) for name in _SPAM if name in fields)
    kept |= _protection(root)
    kept["kep"] = _registered(fields, sender)
    return {name: value for name, value in kept.items() if value}


def _protection(root: Part) -> dict[str, str]:
    found: dict[str, str] = {}
    if not root.children and root.media_type not in _SMIME:
        return found
    for _, leaf in zip(range(_MOST_LEAVES), root.leaves(), strict=False):
        if leaf.media_type in _SMIME_SIGNATURE:
            found["signed"] = "smime"
        elif leaf.media_type in _SMIME:
            kind = leaf.parameters.get("smime-type", "").lower()
            found["signed" if kind == "signed-data" else "encrypted"] = "smime"
        elif leaf.media_type in _PGP:
            found["signed" if leaf.media_type.endswith("signature") else "encrypted"] = "pgp"
    return found


def _registered(fields: Fields, sender: Urn | None) -> str:
    """What a registered mail says it is, or that its sender has a registered address."""
    for name in _REM:
        if name in fields:
            return text_of(fields, name) or "rem"
    return "sender" if sender is not None and sender.path.lower().endswith(_KEP_DOMAIN) else ""
