"""Which parts of a mail are its words, and what those words are.

A plain alternative is preferred to the HTML one unless it is empty or only says that there is HTML. Several
bodies in a row (Apple Mail cuts a mail around its pictures; gateways add footers) are put together. Words
wrapped into a signature or into a registered mail's envelope are read as well; the wrapping stays a file.
"""

import re
from dataclasses import dataclass
from html import escape

from connectors.email.calendars import calendar_lines
from connectors.email.charset import Decoded, decode
from connectors.email.flowed import unflow
from connectors.email.html_lines import Prose
from connectors.email.html_text import html_to_prose
from connectors.email.leaves import Leaf, read_leaf
from connectors.email.limits import CUT, MAX_HTML, MAX_OPENINGS, MAX_TEXT
from connectors.email.mime import Part, read_structure
from connectors.email.opaque import signed_content
from connectors.email.protection import MAILS, SMIME, is_registered

_CALENDAR = frozenset({"text/calendar", "application/ics"})
_PLAIN = frozenset({"text/plain", "text/enriched", "text/richtext", "text/unknown"})
_REPLACED = frozenset({"text/x-amp-html", "text/watch-html"})
_ENRICHED_MARK = re.compile(r"<<|</?[a-zA-Z-]{1,40}>(?:<param>.*?</param>)?", re.IGNORECASE)
_META_CHARSET = re.compile(rb"<meta[^>]{1,200}?charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_HTML_START = re.compile(rb"\s*(?:<!doctype\s+html|<html[\s>])", re.IGNORECASE)
_STUB_LENGTH = 300
_JOINT = "\n\n"


@dataclass(frozen=True, kw_only=True, slots=True)
class Segment:
    """One stretch of words, as plain text, as HTML, or as both."""

    plain: Decoded | None = None
    html: Decoded | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Bodies:
    """The words of a mail, and every leaf in order: those that were read as words, and the `others`."""

    prose: Prose
    html: str | None
    charset: str | None
    leaves: list[Leaf]
    others: list[Leaf]


def read_bodies(root: Part) -> Bodies:
    """The words of the mail and its other leaves. Never raises."""
    gatherer = _Gatherer(registered=is_registered(root.fields))
    segments = gatherer.segments(root, "") or gatherer.promoted()
    pieces = [(_prose(segment), segment) for segment in segments]
    written = [(prose, segment) for prose, segment in pieces if prose.text.strip()]
    prose = _joined([prose for prose, _ in written] + [Prose(lines) for lines in gatherer.calendars])
    return Bodies(
        prose=prose,
        html=_html(segments),
        charset=_charset((written or pieces)[0][1]) if pieces else None,
        leaves=gatherer.leaves,
        others=gatherer.others,
    )


class _Gatherer:
    def __init__(self, *, registered: bool) -> None:
        self._registered = registered
        self._openings_left = MAX_OPENINGS
        self.leaves: list[Leaf] = []
        self.others: list[Leaf] = []
        self.calendars: list[str] = []

    def segments(self, part: Part, within: str) -> list[Segment]:
        """The stretches of words in a part, in order; everything else is put aside."""
        if not part.children:
            return self._leaf(read_leaf(part, within))
        found = [one for child in part.children for one in self.segments(child, part.media_type)]
        return _alternative(found) if part.media_type == "multipart/alternative" else found

    def promoted(self) -> list[Segment]:
        """The first text or mail that only looked like a file, for a mail without any other words."""
        for leaf in self.others:
            if leaf.media_type in ("text/plain", "text/html") and leaf.disposition != "attachment":
                return [_segment(leaf)]
            if leaf.media_type in MAILS:
                return self._opened(leaf.content)
        return []

    def _leaf(self, leaf: Leaf) -> list[Segment]:
        self.leaves.append(leaf)
        if leaf.media_type in _REPLACED and leaf.within == "multipart/alternative":
            return []
        is_file = leaf.disposition == "attachment" or bool(leaf.wanted_name)
        if not is_file and (leaf.media_type in _PLAIN or leaf.media_type == "text/html"):
            return [_segment(leaf)]
        if leaf.media_type in _CALENDAR:
            self.calendars.append(calendar_lines(leaf.content))
        self.others.append(leaf)
        if leaf.media_type in SMIME:
            return self._opened(signed_content(leaf.content) or b"")
        return self._opened(leaf.content) if self._registered and leaf.media_type in MAILS else []

    def _opened(self, inner: bytes) -> list[Segment]:
        """The words of a mail within the mail; its files come behind it."""
        self._openings_left -= 1
        return self.segments(read_structure(inner), "") if inner and self._openings_left >= 0 else []


def _segment(leaf: Leaf) -> Segment:
    if leaf.media_type == "text/html" or _HTML_START.match(leaf.content):
        return Segment(html=_decoded_html(leaf))
    decoded = leaf.text()
    parameters = leaf.part.parameters
    text = decoded.text
    if parameters.get("format", "").lower() == "flowed":
        text = unflow(text, delete_space=parameters.get("delsp", "").lower() == "yes")
    elif leaf.media_type in ("text/enriched", "text/richtext"):
        text = _ENRICHED_MARK.sub(lambda mark: "<" if mark[0] == "<<" else "", text)
    return Segment(plain=Decoded(text.rstrip(), decoded.charset))


def _decoded_html(leaf: Leaf) -> Decoded:
    meta = None if leaf.part.parameters.get("charset") else _META_CHARSET.search(leaf.content[:4096])
    decoded = decode(leaf.content, meta[1].decode("ascii", "ignore")) if meta else leaf.text()
    return Decoded(decoded.text[:MAX_HTML], decoded.charset)


def _alternative(segments: list[Segment]) -> list[Segment]:
    plain = _merged([segment.plain for segment in segments if segment.plain])
    html = _merged([segment.html for segment in segments if segment.html])
    return [Segment(plain=plain, html=html)] if plain or html else []


def _merged(decoded: list[Decoded]) -> Decoded | None:
    written = [one for one in decoded if one.text.strip()] or decoded
    if not written:
        return None
    return Decoded(_JOINT.join(one.text for one in written), written[0].charset)


def _prose(segment: Segment) -> Prose:
    plain, html = segment.plain, segment.html
    if plain is not None and plain.text.strip():
        if html is None or not _is_stub(plain.text):
            return Prose(_capped(plain.text.lstrip("\n")))
        shown = html_to_prose(html.text)
        return shown if len(shown.text) > len(plain.text) else Prose(plain.text.strip("\n"))
    return html_to_prose(html.text) if html is not None else Prose("")


def _is_stub(text: str) -> bool:
    """Whether a plain alternative only says that the words are in the HTML one."""
    return len(text) < _STUB_LENGTH and "html" in text.lower()


def _capped(text: str) -> str:
    return text if len(text) <= MAX_TEXT else text[:MAX_TEXT] + CUT


def _joined(pieces: list[Prose]) -> Prose:
    if len(pieces) == 1:
        return pieces[0]
    texts: list[str] = []
    quoted: list[tuple[int, int]] = []
    position = 0
    for piece in pieces:
        if piece.text and position <= MAX_TEXT:
            quoted.extend((start + position, end + position) for start, end in piece.quoted)
            texts.append(piece.text)
            position += len(piece.text) + len(_JOINT)
    text = _capped(_JOINT.join(texts))
    return Prose(text, tuple(span for span in quoted if span[1] <= len(text)))


def _html(segments: list[Segment]) -> str | None:
    if not any(segment.html for segment in segments):
        return None
    return "\n".join(_as_html(segment) for segment in segments)[:MAX_HTML]


def _as_html(segment: Segment) -> str:
    if segment.html is not None:
        return segment.html.text
    return f"<pre>{escape(segment.plain.text)}</pre>" if segment.plain else ""


def _charset(segment: Segment) -> str | None:
    if segment.plain is not None and (segment.plain.text.strip() or segment.html is None):
        return segment.plain.charset
    return segment.html.charset if segment.html else None
