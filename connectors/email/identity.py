"""What makes two deliveries the same mail (E8).

A Message-ID alone does not: it may be missing, empty, or used again for another content. The key is a hash
over what the sender wrote: Message-ID, Date, From, Subject and the decoded parts. Left out is what the way
adds or changes: trace headers, recipients, boundaries, transfer encodings, line ends. So a mail that reaches
two of our mailboxes, or is fetched again after the server moved, has one key.
"""

import hashlib
from collections.abc import Sequence

from connectors.email.headers import Fields, first
from connectors.email.leaves import Leaf

_HEADERS = (b"message-id", b"date", b"subject")


def content_key(fields: Fields, leaves: Sequence[Leaf]) -> str:
    """The key of a mail, 64 hexadecimal digits."""
    digest = hashlib.sha256()
    for name in _HEADERS:
        _add(digest, b" ".join(first(fields, name).split()))
    _add(digest, b" ".join((first(fields, b"from") or first(fields, b"sender")).split()))
    for leaf in leaves:
        _add(digest, leaf.media_type.encode("utf-8", "replace"))
        _add(digest, leaf.wanted_name.encode("utf-8", "replace"))
        _add(digest, _normal(leaf))
    return digest.hexdigest()


def _normal(leaf: Leaf) -> bytes:
    """The content; of text and of mails within the mail without what line ends and gateways differ in."""
    if leaf.media_type.startswith(("text/", "message/")):
        return leaf.content.replace(b"\r\n", b"\n").rstrip()
    return leaf.content


def _add(digest: "hashlib._Hash", data: bytes) -> None:
    """Each piece with its length, so that no two sequences of pieces look alike."""
    digest.update(b"%d:" % len(data))
    digest.update(data)
