"""A long text in pieces that Telegram takes: at most 4096 characters, counted in UTF-16 code units (T6)."""

from collections.abc import Iterator

from telegram.constants import MessageLimit

from domain.graphemes import graphemes

LONGEST = int(MessageLimit.MAX_TEXT_LENGTH)


def pieces(text: str, longest: int = LONGEST) -> list[str]:
    """The pieces in order, none of them blank; cut at a line's end if that leaves half a piece or more, else
    between words, never inside a sign. Empty for a text without signs."""
    clusters = [part for cluster in graphemes(text) for part in _no_longer_than(cluster, longest)]
    found, start = [], 0
    while start < len(clusters):
        end = _reach(clusters, start, longest)
        if end < len(clusters):
            end = _good_end(clusters, start, end)
        found.append("".join(clusters[start:end]).strip())
        start = end
    return [piece for piece in found if piece]


def units(text: str) -> int:
    """The length of a text in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _reach(clusters: list[str], start: int, longest: int) -> int:
    total, end = 0, start
    while end < len(clusters) and total + units(clusters[end]) <= longest:
        total += units(clusters[end])
        end += 1
    return end


def _good_end(clusters: list[str], start: int, end: int) -> int:
    lines = (i + 1 for i in range(end - 1, start + (end - start) // 2, -1) if clusters[i].endswith("\n"))
    spaces = (i + 1 for i in range(end - 1, start, -1) if clusters[i].isspace())
    if clusters[end].isspace():
        return next(lines, end)
    return next(lines, next(spaces, end))


def _no_longer_than(cluster: str, longest: int) -> Iterator[str]:
    if units(cluster) <= longest:
        yield cluster
    else:
        yield from cluster  # a heap of accents longer than a message has to be cut somewhere
