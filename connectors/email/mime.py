"""The structure of a mail: header blocks and body parts, found in its octets without copying them.

Every octet string has a structure, so nothing raises. A missing blank line after the headers, a line that is
no header, a boundary that is missing, wrong or never closed, and line ends of any kind are read as a patient
person would. Headers stay octets here, since raw ones need the charset ladder. Parts are offsets into the
original: memory and time stay linear in its size however deep it is nested (E18).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from connectors.email.headers import Fields, first
from connectors.email.limits import MAX_DEPTH, MAX_FIELD_OCTETS, MAX_FIELDS, MAX_PARTS, MAX_SCANNED
from connectors.email.parameters import Parameters, read_parameters

OPAQUE = "application/octet-stream"
"""The type of what lies beyond the limits: one attachment, as it stands."""

_BLANK_LINE = re.compile(rb"\n\r?\n")
_FIELD = re.compile(rb"^([!-9;-~]{1,100})[ \t]*:(.*+(?:\n[ \t].*+)*+)", re.MULTILINE)
_KNOWN_FIELD = re.compile(
    rb"^(?:from|to|cc|subject|date|message-id|mime-version|content-[a-z-]+|reply-to|received|return-path"
    rb"|references|in-reply-to|x-[a-z-]+)[ \t]*:",
    re.MULTILINE | re.IGNORECASE,
)
_ENVELOPE_LINE = re.compile(rb">?From [^\n]*\n")
_LOST_BOUNDARY = re.compile(
    rb"^--(-{0,70}[^\s-][^\r\n]{0,200}?)[ \t]*\r?\ncontent-", re.MULTILINE | re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One body part, or the mail itself: its headers, its declared type, and where its body lies.

    `media_type` is lower case and always has a slash. A multipart that could be taken apart has `children`.
    """

    fields: Fields
    media_type: str
    parameters: Parameters
    source: bytes = field(repr=False)
    start: int
    end: int
    children: tuple["Part", ...] = ()

    @property
    def body(self) -> bytes:
        """The octets of the body as they stand, not decoded."""
        return self.source[self.start : self.end]

    def leaves(self) -> Iterator["Part"]:
        """Every part that has no children, in order."""
        stack = [self]
        while stack:
            part = stack.pop()
            if part.children:
                stack.extend(reversed(part.children))
            else:
                yield part


def read_structure(raw: bytes) -> Part:
    """The structure of a mail. Never raises, whatever the octets are."""
    if b"\n" not in raw and b"\r" in raw:
        raw = raw.replace(b"\r", b"\n")
    start = len(raw) - len(raw.lstrip(b"\r\n")) if raw[:1] in b"\r\n" else 0
    return _Reader(raw).read(start, len(raw), 0, "text/plain")


class _Reader:
    """Reads one mail; counts down what it may still spend."""

    def __init__(self, source: bytes) -> None:
        self._source = source
        self._parts_left = MAX_PARTS
        self._octets_left = MAX_SCANNED

    def read(self, start: int, end: int, depth: int, default: str) -> Part:
        """The part between two offsets, taken apart when it is a multipart, or looks like a nameless one."""
        fields, body = _read_fields(self._source, start, end)
        declared = first(fields, b"content-type")
        head, parameters = read_parameters(declared) if declared else (default, {})
        part = Part(
            fields=fields, media_type=head, parameters=parameters, source=self._source, start=body, end=end
        )
        if head.startswith("multipart") or not (declared or depth):
            return self._taken_apart(part, depth)
        return part if "/" in head else replace(part, media_type=_guess(head))

    def _taken_apart(self, part: Part, depth: int) -> Part:
        self._octets_left -= part.end - part.start
        if depth >= MAX_DEPTH or self._octets_left < 0 or self._parts_left <= 0:
            return replace(part, media_type=OPAQUE)
        segments, unread = self._segments(part)
        if not segments:
            return replace(part, media_type=_guess(part.media_type))
        default = "message/rfc822" if part.media_type == "multipart/digest" else "text/plain"
        children = [self.read(start, end, depth + 1, default) for start, end in segments]
        if unread < part.end:
            rest = replace(part, fields={}, parameters={}, media_type=OPAQUE, start=unread)
            children.append(rest)
        whole = part.media_type if part.media_type.startswith("multipart/") else "multipart/mixed"
        return replace(part, media_type=whole, children=tuple(children))

    def _segments(self, part: Part) -> tuple[list[tuple[int, int]], int]:
        """The parts between the delimiter lines, and where reading stopped for their number.

        A boundary that is missing or never occurs is looked for in the body.
        """
        boundary = part.parameters.get("boundary", "").encode("utf-8", "replace")
        found = self._between(boundary, part.start, part.end) if boundary else ([], part.end)
        if found[0]:
            return found
        lost = _LOST_BOUNDARY.search(self._source, part.start, part.end)
        return self._between(lost[1], part.start, part.end) if lost else found

    def _between(self, boundary: bytes, start: int, end: int) -> tuple[list[tuple[int, int]], int]:
        segments: list[tuple[int, int]] = []
        opened: int | None = None
        for line_start, line_end, closing in _delimiters(self._source, b"--" + boundary, start, end):
            if opened is not None:
                segments.append((opened, max(opened, _before_line_end(self._source, line_start))))
                self._parts_left -= 1
            if self._parts_left <= 0 and not closing:
                return segments, line_start
            opened = None if closing else line_end
        if opened is not None:
            segments.append((opened, end))
        return segments, end


def _delimiters(source: bytes, mark: bytes, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """(start, end, whether it closes) of every line that is a delimiter, white space after it allowed."""
    position = start if source.startswith(mark, start) else _next_line(source, mark, start, end)
    while position != -1:
        after = position + len(mark)
        closing = source.startswith(b"--", after)
        line_end = source.find(b"\n", after, end)
        line_end = end if line_end == -1 else line_end + 1
        if not source[after + 2 * closing : min(line_end, after + 100)].strip():
            yield position, line_end, closing
        position = _next_line(source, mark, after, end)


def _next_line(source: bytes, mark: bytes, start: int, end: int) -> int:
    """Where the next line begins with the mark; -1 when none does."""
    found = source.find(b"\n" + mark, start, end)
    return found if found == -1 else found + 1


def _before_line_end(source: bytes, position: int) -> int:
    """The line end before a delimiter belongs to it (RFC 2046, section 5.1.1)."""
    if source[position - 1 : position] == b"\n":
        position -= 1
    return position - 1 if source[position - 1 : position] == b"\r" else position


def _read_fields(source: bytes, start: int, end: int) -> tuple[Fields, int]:
    """The header fields of a part, and where its body begins."""
    if source.startswith((b"\n", b"\r\n"), start):
        return {}, min(end, start + (1 if source[start : start + 1] == b"\n" else 2))
    blank = _BLANK_LINE.search(source, start, end)
    stop, body = (blank.start() + 1, blank.end()) if blank else (end, end)
    envelope = _ENVELOPE_LINE.match(source, start, stop)
    position = envelope.end() if envelope else start
    fields, stopped = _collect(source, position, stop)
    return fields, body if stopped is None else stopped


def _collect(source: bytes, position: int, stop: int) -> tuple[Fields, int | None]:
    """The fields of a block; and where it breaks off, for a body that no blank line sets apart.

    A line that is no field is passed over when a well-known field still follows it.
    """
    fields: dict[bytes, list[bytes]] = {}
    last_known = -1
    for count, match in enumerate(_FIELD.finditer(source, position, stop)):
        if match.start() > position:
            last_known = last_known if last_known >= 0 else _last_known_field(source, position, stop)
            if last_known < position:
                return fields, position
        position = match.end() + 1
        if count < MAX_FIELDS:
            fields.setdefault(match[1].lower(), []).append(match[2][:MAX_FIELD_OCTETS].strip())
    return fields, position if source[position:stop].strip() else None


def _last_known_field(source: bytes, start: int, stop: int) -> int:
    return max((match.start() for match in _KNOWN_FIELD.finditer(source, start, stop)), default=0)


def _guess(head: str) -> str:
    """A type for a part whose own is no type, or whose parts cannot be found."""
    return "text/html" if "html" in head else "text/plain"
