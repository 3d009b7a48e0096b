"""How the headers of our mails are kept and become lines.

Two habits of the standard library are unfit for values that strangers write. Setting a header decodes the
encoded words in it, so that `=?utf-8?q?x=0D=0ABcc=3A...?=` becomes two lines. And folding encodes an id
of more than 78 characters as if it were text; such ids are common (Outlook's), and no mail program would
thread the answer. So only headers of addresses and of MIME go the library's way here; others are kept as they
are given and folded by the older and sturdier `email.header`, ids between ids only.
"""

from email.header import Header
from email.policy import EmailPolicy
from typing import Any

LONGEST_LINE = 900
_IDS = frozenset({"message-id", "in-reply-to", "references"})
_STRUCTURED = frozenset({"from", "to", "reply-to", "date", "mime-version"})


class MailPolicy(EmailPolicy):
    """RFC 5322 with CRLF; what is given as text stays that text."""

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        """The header as the message keeps it."""
        return super().header_store_parse(name, value) if _is_structured(name) else (name, str(value))

    def fold(self, name: str, value: Any) -> str:
        """The header's lines as text."""
        if _is_structured(name):
            lines: str = super().fold(name, value)
            return lines
        if name.lower() in _IDS:
            return f"{name}: " + "\r\n ".join(value.split()) + "\r\n"
        return f"{name}: {value if self.utf8 else _encoded(name, value)}\r\n"

    def fold_binary(self, name: str, value: Any) -> bytes:
        """The header's lines as bytes."""
        return self.fold(name, value).encode("utf-8" if self.utf8 else "ascii")


def _is_structured(name: str) -> bool:
    return name.lower() in _STRUCTURED or name.lower().startswith("content-")


def _encoded(name: str, text: str) -> str:
    plain = text.isascii() and "=?" not in text and len(text) < LONGEST_LINE
    return Header(text, None if plain else "utf-8", header_name=name).encode(linesep="\r\n")


ASCII = MailPolicy(linesep="\r\n", cte_type="7bit")
UNICODE = ASCII.clone(utf8=True)
"""For the few addresses that ASCII cannot write (RFC 6531)."""
