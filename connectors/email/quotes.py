"""What a mail quotes of earlier ones, as offsets over its full text (E20): nothing is ever cut away.

Marked are lines with `>`, what the markup says is quoted, and everything behind an attribution, a separator
or a header block of an earlier mail, down to the end unless quoting lines show where it ends. Where nothing
of the sender's own stands above, such a block is the content, not a quote. A forward is content too, and a
signature is the sender's own.
"""

from collections.abc import Sequence
from typing import NamedTuple

from connectors.email import quote_phrases as phrases
from domain.text import fold

_SIGNS = (
    "\n>", "\n >", "\n\u200b>", "yazdı", "yazdi", "YAZDI", "yazmış", "wrote", "schrieb", "a écrit",
    ">:", "> :", "Kimden", "kimden", "KİMDEN", "KIMDEN", "önderen", "ÖNDEREN", "nderen:", "From", "FROM",
    "from:", "Von:",
)  # fmt: skip
_DRAWN = ("--", "__", "==", "**")
_SEPARATING = ("leti", "LET", "esaj", "ESAJ", "essage", "ESSAGE", "osta", "OSTA", "mail")
_LONGEST = 400
_MOST_WRAPPED = 4
_BLOCK_LINES = 14

Span = tuple[int, int]


class _Line(NamedTuple):
    start: int
    end: int
    text: str
    quoted: bool


def quoted_spans(text: str, *, subject: str = "", cited: Sequence[Span] = ()) -> tuple[Span, ...]:
    """The (start, end) offsets of what the text quotes, ascending, not touching each other.

    `cited` are offsets that the markup has marked already.
    """
    if not cited and text[:1] != ">" and not _may_quote(text):
        return ()
    lines = _lines(text, cited)
    forwarded = phrases.is_forward_subject(fold(subject[:40]))
    return tuple(_spans(lines, _marked(lines, forwarded=forwarded)))


def _may_quote(text: str) -> bool:
    """Whether it is worth the time to look closer; a few searches of fixed strings cost next to nothing."""
    if any(sign in text for sign in _SIGNS):
        return True
    return any(sign in text for sign in _DRAWN) and any(word in text for word in _SEPARATING)


def _lines(text: str, cited: Sequence[Span]) -> list[_Line]:
    lines, position, waiting = [], 0, list(reversed(cited))
    for line in text.split("\n"):
        end = position + len(line)
        while waiting and waiting[-1][1] <= position:
            waiting.pop()
        inside = bool(waiting and waiting[-1][0] <= position and line.strip())
        lines.append(_Line(position, end, line, inside or line.lstrip(" \u200b\ufeff")[:1] == ">"))
        position = end + 1
    return lines


def _marked(lines: list[_Line], *, forwarded: bool) -> list[bool]:
    """For each line whether it belongs to a quote."""
    marks = [line.quoted for line in lines]
    number, own_words = 0, False
    while number < len(lines):
        line = lines[number]
        if not line.text.strip() or (line.quoted and number and marks[number - 1]):
            number += 1
            continue
        folded = fold(line.text[:_LONGEST].lstrip("> ")).strip()
        if phrases.is_forward(folded):
            return marks[:number] + [False] * (len(lines) - number)
        if line.quoted:
            number += 1
            continue
        last = _head_of_quote(lines, number, folded, forwarded=forwarded)
        if last is None:
            own_words = True
            number += 1
            continue
        after = _next_written(lines, last + 1)
        prefixed = after < len(lines) and lines[after].quoted
        stop = last + 1 if prefixed else len(lines)
        if prefixed or own_words:
            marks[number:stop] = [True] * (stop - number)
        elif not prefixed:
            return marks
        number = stop
    return marks


def _head_of_quote(lines: list[_Line], number: int, folded: str, *, forwarded: bool) -> int | None:
    """The last line of the words that announce a quote, when such words begin at this line."""
    wrapped = _attribution_end(lines, number, folded)
    if wrapped is not None:
        return wrapped
    if phrases.is_separator(folded):
        return _header_block_end(lines, number + 1) or number
    if forwarded:
        return None
    first = _next_written(lines, number + 1) if phrases.is_rule(folded) else number
    return _header_block_end(lines, first)


def _attribution_end(lines: list[_Line], number: int, folded: str) -> int | None:
    """Attributions are wrapped by some programs; the shortest run of lines that makes one counts."""
    joined = ""
    for last in range(number, min(number + _MOST_WRAPPED, len(lines))):
        piece = folded if last == number else fold(lines[last].text[:_LONGEST]).strip()
        if not piece or lines[last].quoted:
            return None
        joined = f"{joined} {piece}".strip()
        if phrases.ends_like_attribution(piece):
            if phrases.is_attribution(joined):
                return None if _starts_later(lines, number, last) else last
            return (
                last if last == number and phrases.says_wrote(piece) and _quote_follows(lines, last) else None
            )
    return None


def _quote_follows(lines: list[_Line], number: int) -> bool:
    following = _next_written(lines, number + 1)
    return following < len(lines) and lines[following].quoted


def _starts_later(lines: list[_Line], number: int, last: int) -> bool:
    """Whether the attribution is whole without this line, which is then the sender's own."""
    rest = " ".join(fold(line.text[:_LONGEST]).strip() for line in lines[number + 1 : last + 1])
    return phrases.is_attribution(rest) and not rest.startswith("<")


def _header_block_end(lines: list[_Line], number: int) -> int | None:
    """The last line of `Kimden: ... Kime: ... Konu:` beginning here; None when it is no such block."""
    number = _next_written(lines, number)
    kinds: set[str] = set()
    last = None
    for place in range(number, min(number + _BLOCK_LINES, len(lines))):
        line = lines[place]
        kind = None if line.quoted else phrases.header_kind(fold(line.text[:80]))
        if kind is None and (place == number or not _continues(lines, place)):
            break
        if kind is not None:
            kinds.add(kind)
            last = place
    complete = {"from", "to"} <= kinds and kinds & {"date", "subject"}
    return last if complete else None


def _continues(lines: list[_Line], place: int) -> bool:
    """A blank line or a wrapped list of recipients between two lines of a header block."""
    text = lines[place].text.strip()
    if text:
        return "@" in text or text.endswith((";", ",")) or phrases.is_labelled(fold(text[:80]))
    following = lines[place + 1].text if place + 1 < len(lines) else ""
    return phrases.header_kind(fold(following[:80])) is not None


def _next_written(lines: list[_Line], number: int) -> int:
    while number < len(lines) and not lines[number].text.strip():
        number += 1
    return number


def _spans(lines: list[_Line], marks: list[bool]) -> list[Span]:
    """Runs of marked lines as offsets; blank lines between two marked ones belong to the run."""
    spans: list[Span] = []
    blank_since: int | None = None
    for line, marked in zip(lines, marks, strict=True):
        if marked and spans and blank_since is not None:
            spans[-1] = (spans[-1][0], line.end)
        elif marked:
            spans.append((line.start, line.end))
        if marked:
            blank_since = line.end
        elif line.text.strip():
            blank_since = None
    return spans
