"""A long text in parts that BiP takes: 2,048 characters each, cut between words ("Message Sending", Text)."""

from connectors.bip.settings import LONGEST_TEXT
from domain.errors import PermanentError
from domain.graphemes import graphemes

_MOST_PARTS = 5


def parts_of(text: str) -> list[str]:
    """The text in order, in as few parts as possible. Raises PermanentError for an empty one and for one of
    more than five parts. Characters are counted as UTF-16 units, the larger of the two ways to count."""
    if not text.strip():
        raise PermanentError("The text is empty")
    parts: list[str] = []
    rest = text
    while rest.strip():
        head = _longest_head(rest)
        parts.append(head.strip())
        rest = rest[len(head) :]
    if len(parts) > _MOST_PARTS:
        raise PermanentError(f"The text needs {len(parts)} messages, BiP is sent {_MOST_PARTS} at most")
    return parts


def _longest_head(text: str) -> str:
    head, used = "", 0
    for sign in graphemes(text[: LONGEST_TEXT + 1]):
        used += len(sign.encode("utf-16-le", "surrogatepass")) // 2
        if used > LONGEST_TEXT:
            break
        head += sign
    if len(head) == len(text):
        return head
    if not head:  # one sign of thousands of marks
        return text[: LONGEST_TEXT // 2]
    cut = max(head.rfind(" "), head.rfind("\n"))
    return head[: cut + 1] if cut > 0 else head
