"""How a mail is signed, encrypted or registered (E22). Nothing is verified here; the parts stay as they are.

KEP, the registered mail of Turkish law, follows ETSI TS 102 640: an envelope, signed by the provider, with
its evidence and the original mail, and `X-REM-*` headers.
"""

from connectors.email.headers import Fields, text_of
from connectors.email.mime import Part
from domain.urn import Urn

SMIME = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
MAILS = frozenset({"message/rfc822", "message/global"})

_SMIME_SIGNATURE = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature"})
_PGP = frozenset({"application/pgp-encrypted", "application/pgp-signature"})
_REM = (b"x-rem-msg-type", b"x-rem-section-type", b"x-rem-evidence-type")
_KEP_DOMAIN = ".kep.tr"
_MOST_LEAVES = 50


def protection(root: Part) -> dict[str, str]:
    """`signed` and `encrypted`, each `smime` or `pgp`, as far as they are so."""
    found: dict[str, str] = {}
    if not root.children and root.media_type not in SMIME:
        return found
    for _, leaf in zip(range(_MOST_LEAVES), root.leaves(), strict=False):
        if leaf.media_type in _SMIME_SIGNATURE:
            found["signed"] = "smime"
        elif leaf.media_type in SMIME:
            kind = leaf.parameters.get("smime-type", "").lower()
            found["signed" if kind == "signed-data" else "encrypted"] = "smime"
        elif leaf.media_type in _PGP:
            found["signed" if leaf.media_type.endswith("signature") else "encrypted"] = "pgp"
    return found


def is_registered(fields: Fields) -> bool:
    """Whether a mail is the envelope of a registered one."""
    return any(name in fields for name in _REM)


def registration(fields: Fields, sender: Urn | None) -> str:
    """What a registered mail says it is; `sender` when only its sender's address is a registered one."""
    for name in _REM:
        if name in fields:
            return text_of(fields, name) or "rem"
    return "sender" if sender is not None and sender.path.lower().endswith(_KEP_DOMAIN) else ""
