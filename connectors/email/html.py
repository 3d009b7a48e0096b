"""An HTML body made fit to be shown to staff (E19). At rest it stays as it came.

Cleaned by nh3 (ammonia) with a short allow-list: no script, style, form, frame, media or SVG, nothing that
loads from elsewhere, no link that leads anywhere unless asked for. Pictures that came with the mail are shown
under the addresses the caller gives them; all others are left out.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from html import escape
from urllib.parse import unquote

from connectors.email.html_text import html_to_prose, html_to_text
from connectors.email.html_tokens import tokens
from connectors.email.limits import MAX_CLEANED, MAX_NESTING, MAX_REPEATED

__all__ = ["html_to_prose", "html_to_text", "sanitise"]

_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "center", "cite", "code", "col", "colgroup", "dd", "del",
    "div", "dl", "dt", "em", "font", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "li",
    "ol", "p", "pre", "q", "s", "small", "span", "strike", "strong", "sub", "sup", "table", "tbody", "td",
    "tfoot", "th", "thead", "tr", "u", "ul", "wbr",
}  # fmt: skip
_DROPPED_WITH_CONTENT = {
    "script", "style", "title", "template", "svg", "math", "iframe", "object", "noscript", "xmp", "noembed",
    "noframes", "select", "textarea",
}  # fmt: skip
_ATTRIBUTES = {
    "*": {"dir", "lang"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "align", "valign"},
    "th": {"colspan", "rowspan", "align", "valign"},
    "ol": {"start"},
    "table": {"border", "cellpadding", "cellspacing"},
}
_SCHEMES = {"http", "https", "mailto", "tel", "cid"}
_NEVER_NESTED = frozenset({
    "br", "img", "hr", "input", "meta", "link", "col", "wbr", "area", "base", "param",
    "p", "li", "td", "th", "tr", "tbody", "dt", "dd", "option",
})  # fmt: skip
"""Elements without content, and those that end by themselves where another of theirs begins."""

_MARKS = ("a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u")
_LINK = re.compile(r"https?://|mailto:|tel:", re.IGNORECASE)
_Filter = Callable[[str, str, str], str | None]


def sanitise(html: str, *, pictures: Mapping[str, str] | None = None, links: bool = False) -> str:
    """HTML that is safe within a page of ours, and loads nothing.

    `pictures` gives the address to show for each content id of the mail; pictures without one are left out.
    `links` keeps http, https, mailto and tel links, without referrer. What is too large or too deeply nested
    for the cleaner comes as its text.
    """
    if len(html) > MAX_CLEANED or _too_laborious(html):
        return f"<pre>{escape(html_to_text(html))}</pre>"
    return _cleaner()(html, _attribute_filter(pictures or {}, links=links))


def _attribute_filter(pictures: Mapping[str, str], *, links: bool) -> _Filter:
    def keep(tag: str, name: str, value: str) -> str | None:
        if tag == "img" and name == "src":
            return pictures.get(unquote(value[4:])) if value[:4].lower() == "cid:" else None
        if name == "href":
            return value if links and _LINK.match(value) else None
        return value

    return keep


def _too_laborious(html: str) -> bool:
    """Whether cleaning could take long: elements nested deeply, or marks left open over many elements.

    The cleaner builds a tree as browsers do, repeating every open mark (`<b>`, `<font>`) in each new element.
    """
    depth = work = 0
    opened: dict[str, int] = {}
    for token in tokens(html):
        name = token.name
        if not name or (token.closing and not opened.get(name)):
            continue
        if not token.closing:
            work += 1 + sum(opened.get(mark, 0) for mark in _MARKS if mark in opened)
        if name not in _NEVER_NESTED:
            step = -1 if token.closing else 1
            opened[name] = opened.get(name, 0) + step
            depth += step
        if depth > MAX_NESTING or work > MAX_REPEATED:
            return True
    return False


@cache
def _cleaner() -> Callable[[str, _Filter], str]:
    import nh3  # only pages need it

    def clean(html: str, keep: _Filter) -> str:
        return nh3.clean(
            html,
            tags=_TAGS,
            clean_content_tags=_DROPPED_WITH_CONTENT,
            attributes=_ATTRIBUTES,
            attribute_filter=keep,
            url_schemes=_SCHEMES,
            link_rel="noopener noreferrer nofollow",
            strip_comments=True,
        )

    return clean
