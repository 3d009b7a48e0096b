"""HTML to text that reads well: paragraphs, lists, tables and links shown, no words glued or torn apart.

One walk over the tags, linear in the length. The cells of a table row stay on one line.
"""

import re
from collections.abc import Callable

from connectors.email.html_lines import Lines, Prose
from connectors.email.html_tokens import Token, attributes, tokens, unescape
from connectors.email.limits import MAX_HTML, MAX_TEXT

_SPACED = [
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "pre",
    "blockquote",
    "ul",
    "ol",
    "dl",
    "table",
    "fieldset",
]
_BLOCKS = [
    "div", "tr", "li", "dt", "dd", "section", "article", "header", "footer", "nav", "main", "aside",
    "address", "center", "form", "figure", "figcaption", "caption", "thead", "tbody", "tfoot", "body", "html",
    "head", "hr", "details", "summary", "legend", "option", "select",
]  # fmt: skip
_MARGIN = dict.fromkeys(_SPACED, 2) | dict.fromkeys(_BLOCKS, 1)
_CAN_KEEP_SPACES = frozenset({"pre", "textarea", "div", "p", "span", "td", "blockquote", "font"})
_VOID = frozenset({"br", "img", "hr", "input", "meta", "link", "col", "area", "base", "wbr", "source"})
_WHITE = re.compile(r"[ \t\n\r\f]+")
_HIDDEN = re.compile(r"display\s*:\s*none|(?:^|\s)hidden(?:[\s=]|$)", re.IGNORECASE)
_NO_MARGIN = re.compile(r"MsoNormal|margin\s*:\s*0(?:px|pt|cm|in)?\s*(?:[;\"']|!|$)", re.IGNORECASE)
_QUOTED = re.compile(
    r"type\s*=\s*[\"']?cite|(?:gmail|yahoo|protonmail|moz|zmail|tutanota)_\w*quote", re.IGNORECASE
)
_SHOWN_LINK = re.compile(r"(?:https?|ftp|mailto|tel):", re.IGNORECASE)
_MAX_LINKS = 500
_RULE = "-" * 10


def html_to_text(markup: str) -> str:
    """The readable text of an HTML body, at most `MAX_TEXT` letters. Never raises."""
    return html_to_prose(markup).text


def html_to_prose(markup: str) -> Prose:
    """The readable text of an HTML body with what it quotes. What is styled as hidden is left out."""
    markup = markup[:MAX_HTML]
    reader = _Reader(hide="none" in markup or "hidden" in markup)
    reader.read(markup)
    if reader.hiding:  # never closed: better too much than a lost word
        reader = _Reader(hide=False)
        reader.read(markup)
    return reader.lines.result()


class _Reader:
    """Knows the open elements that matter, and tells the lines what to do."""

    def __init__(self, *, hide: bool) -> None:
        self.lines = Lines()
        self.hiding = 0
        self._hide = hide
        self._hidden_tag = ""
        self._row_begun = False
        self._cell_begins = False
        self._paragraph = 2
        self._lists: list[int | None] = []
        self._quotes: list[bool] = []
        self._kept: dict[str, list[bool]] = {}
        self._keeping = 0
        self._link = ""
        self._label: list[str] = []
        self._links_left = _MAX_LINKS

    def read(self, markup: str) -> None:
        for token in tokens(markup):
            if self.lines.length > MAX_TEXT:
                return
            if self.hiding:
                self._skip(token)
            elif not token.name:
                self._text(token.text)
            elif token.closing:
                self._close(token.name)
            else:
                self._open(token.name, token.attributes)

    def _skip(self, token: Token) -> None:
        if token.name == self._hidden_tag:
            self.hiding += -1 if token.closing else 1

    def _text(self, text: str) -> None:
        if "&" in text:
            text = unescape(text)
        if self._keeping:
            self._kept_text(text)
            return
        text = _WHITE.sub(" ", text)
        if text[:1] == " " and self.lines.wants_no_space:
            text = text[1:]
        if text:
            self._put(text)

    def _kept_text(self, text: str) -> None:
        for number, line in enumerate(text.replace("\r\n", "\n").split("\n")):
            if number:
                self.lines.end_line()
            if line:
                self._put(line)

    def _put(self, text: str) -> None:
        self.lines.quoted = bool(self._quotes) and self._quotes[-1]
        self.lines.put(text)
        self._row_begun, self._cell_begins = True, False
        if self._link:
            self._label.append(text)

    def _open(self, tag: str, inside: str) -> None:
        if self._hide and inside and tag not in _VOID and _HIDDEN.search(inside):
            self.hiding, self._hidden_tag = 1, tag
            return
        margin = _MARGIN.get(tag)
        if margin is not None:
            self._begin_block(tag, inside, margin)
        handler = _OPENERS.get(tag)
        if handler is not None:
            handler(self, inside)
        if tag in _CAN_KEEP_SPACES:
            keeps = tag in ("pre", "textarea") or ("white-space" in inside and "pre" in inside)
            self._kept.setdefault(tag, []).append(keeps)
            self._keeping += keeps

    def _begin_block(self, tag: str, inside: str, margin: int) -> None:
        pending = self.lines.pending
        if tag == "p":
            self._paragraph = margin = 1 if inside and _NO_MARGIN.search(inside) else margin
        if tag == "tr":
            pending, margin = min(pending, 1), 1
        elif self._cell_begins and tag in ("p", "div"):
            return
        elif tag in ("ul", "ol") and self._lists:
            margin = 1
        self._cell_begins = False
        self.lines.pending = max(pending, margin)

    def _close(self, tag: str) -> None:
        margin = _MARGIN.get(tag)
        if margin is not None:
            nested = tag in ("ul", "ol") and len(self._lists) > 1
            margin = self._paragraph if tag == "p" else 1 if nested else margin
            self.lines.pending = max(self.lines.pending, margin)
        if self._kept.get(tag):
            self._keeping -= self._kept[tag].pop()
        closer = _CLOSERS.get(tag)
        if closer is not None:
            closer(self)

    def _line_break(self, _: str) -> None:
        self.lines.end_line()

    def _image(self, inside: str) -> None:
        alt = attributes(inside).get("alt", "").strip()
        if alt:
            self._put(f"[{_WHITE.sub(' ', alt)[:200]}]")

    def _begin_link(self, inside: str) -> None:
        self._end_link()
        address = attributes(inside).get("href", "").strip()
        self._link = address if _SHOWN_LINK.match(address) else ""

    def _end_link(self) -> None:
        address, label = self._link, "".join(self._label)
        self._link, self._label = "", []
        if address.lower().startswith("mailto:"):
            address = address.partition("?")[0]
        if address and label.strip() and _bare(address) not in _bare(label) and self._links_left:
            self._links_left -= 1
            self._put(f"{'' if label[-1:] == ' ' else ' '}({address[:500]})")

    def _item(self, _: str) -> None:
        number = self._lists[-1] if self._lists else None
        if number is not None:
            self._lists[-1] = number + 1
        indent = "  " * min(len(self._lists) - 1, 8)
        self.lines.prefix = f"{indent}- " if number is None else f"{indent}{number}. "

    def _begin_list(self, _: str) -> None:
        self._lists.append(None)

    def _begin_numbered_list(self, _: str) -> None:
        self._lists.append(1)

    def _end_list(self) -> None:
        if self._lists:
            self._lists.pop()

    def _begin_row(self, _: str) -> None:
        self._row_begun = False

    def _end_row(self) -> None:
        self._row_begun = self._cell_begins = False

    def _begin_cell(self, _: str) -> None:
        self._cell_begins = True
        if self._row_begun and self.lines.begun:
            self.lines.pending = 0
            self.lines.separate = True

    def _end_cell(self) -> None:
        self.lines.pending = min(self.lines.pending, 1)

    def _begin_quote(self, inside: str) -> None:
        self._quotes.append(bool(_QUOTED.search(inside)) or any(self._quotes[-1:]))

    def _end_quote(self) -> None:
        if self._quotes:
            self._quotes.pop()

    def _rule(self, _: str) -> None:
        self._put(_RULE)
        self.lines.pending = 1


_OPENERS: dict[str, Callable[[_Reader, str], None]] = {
    "br": _Reader._line_break, "img": _Reader._image, "a": _Reader._begin_link, "hr": _Reader._rule,
    "li": _Reader._item, "ul": _Reader._begin_list, "ol": _Reader._begin_numbered_list,
    "tr": _Reader._begin_row, "td": _Reader._begin_cell, "th": _Reader._begin_cell,
    "blockquote": _Reader._begin_quote,
}  # fmt: skip
_CLOSERS: dict[str, Callable[[_Reader], None]] = {
    "a": _Reader._end_link, "ul": _Reader._end_list, "ol": _Reader._end_list, "tr": _Reader._end_row,
    "table": _Reader._end_row, "td": _Reader._end_cell, "th": _Reader._end_cell,
    "blockquote": _Reader._end_quote,
}  # fmt: skip


def _bare(address: str) -> str:
    """An address without what people leave out when they write it."""
    address = address.strip().lower().removeprefix("mailto:").removeprefix("tel:")
    return (
        address.removeprefix("https://")
        .removeprefix("http://")
        .removeprefix("www.")
        .rstrip("/")
        .replace(" ", "")
    )
