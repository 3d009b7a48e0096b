"""`txnid`, BiP's idempotency key: the same for every attempt at one text to one person, never for another."""

import hashlib
import re
from urllib.parse import quote, unquote

from connectors.base import OutboundText

_OURS = re.compile(r"(.+)-[0-9a-f]{16}")


def txn_id(message: OutboundText, *, instance: str) -> str:
    """The id of an attempt.

    Our own id alone would not do: a desk that is set up anew counts from 1 again, and BiP would answer
    "duplicate" to a text that nobody has seen. So what is sent, to whom and by which desk is in it.
    """
    parts = (instance, str(message.recipient), message.text)
    said = "".join(f"{len(part)}:{part}" for part in parts).encode("utf-8", "surrogatepass")
    return f"{quote(message.our_id, safe='')}-{hashlib.sha256(said).hexdigest()[:16]}"


def our_id_of(txnid: str) -> str | None:
    """Our own id in a `txnid` of ours, None for one of BiP's."""
    found = _OURS.fullmatch(txnid.strip())
    return unquote(found[1]) if found else None
