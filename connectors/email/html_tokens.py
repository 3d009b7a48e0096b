"""HTML taken apart into tags and text in linear time, whatever it holds.

The parsers that build a tree take time that grows with the square of the nesting (200,000 nested elements:
minutes), and older `html.parser`s that of unclosed comments and tags. This walk looks at each letter once. It
is for reading only: what may be shown is decided by the cleaner.
"""

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

_NAME = re.compile(r"/?([a-zA-Z][a-zA-Z0-9:_-]{0,40})")
_SIMPLE_TAG = re.compile(r"[^<>\"']*>")
_ATTRIBUTE = re.compile(r"""([^\s=/"'<>]{1,80})\s*=\s*(?:"([^"]*)"?|'([^']*)'?|([^\s"'>]+))""")
_SWALLOWING = frozenset({"script", "style", "title", "template", "svg"})
_MAX_ATTRIBUTES = 4_000


class Token(NamedTuple):
    """A piece of text (`name` empty), an opening tag, or a closing one. `attributes` are undecoded."""

    name: str
    text: str = ""
    attributes: str = ""
    closing: bool = False


def tokens(markup: str) -> Iterator[Token]:
    """The tags and texts in order; comments, declarations, scripts, styles and the title are left out.

    A comment or script that never ends hides nothing: only its opening is left out.
    """
    position, end = 0, len(markup)
    seeker = _Seeker(markup)
    while position < end:
        opening = seeker.find("<", position)
        if opening > position:
            yield Token("", markup[position:opening])
        if opening >= end:
            return
        name = _NAME.match(markup, opening + 1)
        if name is None:
            position = _after_other(markup, opening, seeker)
            if position == opening + 1:
                yield Token("", "<")
            continue
        after = _tag_end(markup, name.end(), seeker)
        if after is None:
            yield Token("", "<")
            position = opening + 1
            continue
        inside = markup[name.end() : min(after - 1, name.end() + _MAX_ATTRIBUTES)]
        tag = name[1].lower()
        closing = markup[opening + 1] == "/"
        if not closing and tag in _SWALLOWING and markup[after - 2] != "/":
            after = seeker.find_closing(tag, after) or after
        yield Token(tag, "", inside, closing)
        position = after


def attributes(text: str) -> dict[str, str]:
    """The attributes of a tag, names in lower case, values decoded; the first of a name counts."""
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(text):
        value = match[2] or match[3] or match[4] or ""
        found.setdefault(match[1].lower(), unescape(value) if "&" in value else value)
    return found


def unescape(text: str) -> str:
    """The text with its character references resolved; an absurdly long number stays as it is."""
    try:
        return html.unescape(text)
    except ValueError:
        return text


class _Seeker:
    """Finds strings, and remembers what does not occur any more, so that no search is done twice in vain."""

    def __init__(self, markup: str) -> None:
        self._markup = markup
        self._folded: str | None = None
        self._gone: set[str] = set()

    def find(self, wanted: str, position: int) -> int:
        """Where the string stands next; the end of the text when it does not."""
        if wanted in self._gone:
            return len(self._markup)
        found = self._markup.find(wanted, position)
        if found == -1:
            self._gone.add(wanted)
            return len(self._markup)
        return found

    def find_closing(self, tag: str, position: int) -> int | None:
        """Where the element that swallows its content ends; None when it is never closed."""
        if self._folded is None:
            self._folded = self._markup.replace("İ", "i").lower()  # of the same length
        closing = f"</{tag}"
        if closing in self._gone:
            return None
        found = self._folded.find(closing, position)
        if found == -1:
            self._gone.add(closing)
            return None
        return min(self.find(">", found) + 1, len(self._markup))


def _after_other(markup: str, opening: int, seeker: _Seeker) -> int:
    """Behind a comment or declaration; just behind the `<` when it is only that letter."""
    if markup.startswith("<!--", opening):
        end = seeker.find("-->", opening + 4)
        return end + 3 if end < len(markup) else opening + 4
    if markup.startswith(("<!", "<?", "</"), opening):
        end = seeker.find(">", opening)
        return end + 1 if end < len(markup) else opening + 2
    return opening + 1


def _tag_end(markup: str, position: int, seeker: _Seeker) -> int | None:
    """Behind the `>` that ends a tag, not one inside a quoted value; None when the tag never ends."""
    simple = _SIMPLE_TAG.match(markup, position)
    if simple is not None:
        return simple.end()
    while True:
        end = seeker.find(">", position)
        quote = min(seeker.find('"', position), seeker.find("'", position))
        if end < quote or end >= len(markup):
            return end + 1 if end < len(markup) else None
        closed = seeker.find(markup[quote], quote + 1)
        if closed >= len(markup):
            return end + 1
        position = closed + 1
