"""Reads what a unit answers: a command in its first line, or plain words of which only a guess is made.

Only what is `sure` may be acted on. What is doubtful, unfinished or plain prose is for the unit to confirm.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from config.unit_replies import ReplyWords, Words
from domain.text import fold, words
from domain.vocabulary import UnitReplyKind

LONGEST_EXTENSION = 90
"""Days. Whoever asks for more, mistyped or asks for what no case has."""
_WORD = re.compile(r"\w+")
_MARKS = frozenset(":;,.!-–—=|)]*_/")
_AROUND = " \t\u00a0:;,.!-–—=|()[]*_/\"'“”’#"
_DAYS = re.compile(r"(\d{1,4})\s*(?:(is\s+gun|gun|hafta|ay)(?:[aeiu]|ya|l[iu]k)?\b)?")
_IN_DAYS = {"hafta": 7, "ay": 30}
_GREETINGS, _POLITE_AHEAD, _UNIT_WORDS = 3, 4, 8
_COMMAND, _GUESS, _DOUBTFUL = 1.0, 0.8, 0.4
_UNIT_ENDS = re.compile(r"[,;.:(\n]|\s[-–—]\s")


@dataclass(frozen=True, kw_only=True)
class UnitReply:
    """What a unit said. `kind` is None where nothing was recognised, `confidence` lies between 0 and 1.

    `text` is what is left of its words: the answer, the reason or the note. `days` of an extension are
    calendar days, or `working` days. `unit` are the words that name another unit, as they stand there.
    """

    kind: UnitReplyKind | None = None
    confidence: float = 0.0
    sure: bool = False
    text: str = ""
    days: int | None = None
    working: bool = False
    unit: str = ""


def read_unit_reply(text: str, known: ReplyWords) -> UnitReply:
    """What a unit means by its own words, without what it quotes of earlier mails. Never raises."""
    lines = _own_lines(text, known)
    if not lines:
        return UnitReply()
    said = _command(lines, known) or _guessed(lines, known)
    contradicted = said.sure and any(_is_bare_command(line, said.kind, known) for line in lines[1:])
    return replace(said, sure=False, confidence=_DOUBTFUL) if contradicted else said


def _own_lines(text: str, known: ReplyWords) -> list[str]:
    lines = [line.strip() for line in unicodedata.normalize("NFC", text).splitlines()]
    kept = [line for line in lines if not line.startswith(">")]
    for _ in range(_GREETINGS):
        while kept and not _WORD.search(kept[0]):
            kept = kept[1:]
        if len(kept) < 2 or not all(word in known.polite for word in words(kept[0])):
            break
        kept = kept[1:]
    return _before_signature(kept, known)


def _before_signature(lines: Sequence[str], known: ReplyWords) -> list[str]:
    """The lines up to a farewell: the names below it are the officers', not the citizen's to have."""
    for position, line in enumerate(lines):
        begun = tuple(words(line))
        farewell = any(begun[: len(one)] == one and len(begun) <= len(one) + 3 for one in known.farewells)
        if line == "--" or (position and farewell):
            return list(lines[:position])
    return list(lines)


def _command(lines: Sequence[str], known: ReplyWords) -> UnitReply | None:
    found = _at_start(lines[0], known)
    if found is None:
        return None
    kind, loud, rest = found
    after = rest.lstrip()
    marked = not after or after[0] in _MARKS
    doubtful = after.startswith("?") or not known.doubt.isdisjoint(words(after)[:3])
    if doubtful and kind is not UnitReplyKind.NOTE:
        return None
    return _completed(kind, rest, lines[1:], known, clear=loud or marked)


def _at_start(line: str, known: ReplyWords) -> tuple[UnitReplyKind, bool, str] | None:
    """The command that a line begins with: its kind, whether it is in capitals, and what follows."""
    found = list(_WORD.finditer(line))
    folded = [fold(match[0]) for match in found]
    for begin in range(min(len(found), _POLITE_AHEAD + 1)):
        for length in (4, 3, 2, 1):
            kind = known.commands.get(tuple(folded[begin : begin + length]))
            if kind:
                end = found[min(begin + length, len(found)) - 1].end()
                loud = not any(letter.islower() for letter in line[found[begin].start() : end])
                return kind, loud, line[end:]
        if folded[begin] not in known.polite:
            return None
    return None


def _completed(
    kind: UnitReplyKind, rest: str, further: Sequence[str], known: ReplyWords, *, clear: bool
) -> UnitReply:
    body = _joined([rest.strip(_AROUND) if not rest.strip(_AROUND) else rest.lstrip(_AROUND), *further])
    said = UnitReply(kind=kind, confidence=_COMMAND, text=body)
    if kind is UnitReplyKind.RESOLVED:
        return replace(said, sure=clear and bool(body))
    if kind is UnitReplyKind.EXTENSION:
        days, working = _days_in(rest, known)
        return replace(said, days=days, working=working, sure=days is not None)
    if kind is UnitReplyKind.RETURNED:
        unit, reason = _unit_named(rest, known)
        few = len(words(rest)) <= _UNIT_WORDS and known.doubt.isdisjoint(words(rest))
        return replace(said, unit=unit, text=_joined([reason, *further]), sure=clear or few)
    if kind is UnitReplyKind.ACCEPTED:
        return replace(said, sure=clear or all(word in known.polite for word in words(rest)))
    return replace(said, sure=bool(body))


def _unit_named(rest: str, known: ReplyWords) -> tuple[str, str]:
    """The words that may name a unit, up to the first mark, and what stands behind it."""
    told = rest.strip(_AROUND)
    end = _UNIT_ENDS.search(told)
    name, reason = (told[: end.start()], told[end.end() :]) if end else (told, "")
    kept = [match[0] for match in _WORD.finditer(name) if fold(match[0]) not in known.polite]
    if len(kept) > _UNIT_WORDS:
        return "", told
    return (name.strip(_AROUND), reason.strip(_AROUND)) if kept else ("", reason.strip(_AROUND))


def _days_in(rest: str, known: ReplyWords) -> tuple[int | None, bool]:
    folded = " ".join(words(rest))
    for number in sorted(known.numbers, key=len, reverse=True):
        folded = re.sub(
            rf"\b{' '.join(number)}(?= (?:is|gun|hafta|ay)|$)", str(known.numbers[number]), folded
        )
    found = list(_DAYS.finditer(folded))
    if len(found) != 1:
        return None, False
    if not found[0][2] and not all(word in known.polite for word in words(folded[found[0].end() :])):
        return None, False  # hours, or the date of a month: no days
    unit = (found[0][2] or "gun").split()
    days = int(found[0][1]) * _IN_DAYS.get(unit[0], 1)
    return (days, unit[0] == "is") if 0 < days <= LONGEST_EXTENSION else (None, False)


def _is_bare_command(line: str, kind: UnitReplyKind | None, known: ReplyWords) -> bool:
    """Whether a later line is nothing but another command: then nobody knows which of them counts."""
    other = known.commands.get(tuple(words(line)))
    return other is not None and other not in (kind, UnitReplyKind.NOTE)


def _guessed(lines: Sequence[str], known: ReplyWords) -> UnitReply:
    said = words("\n".join(lines))
    text = f" {' '.join(said)}"
    hits = {
        kind: sum(f" {phrase}" in text for phrase in known.phrases.get(kind, ())) for kind in UnitReplyKind
    }
    best = max(hits, key=lambda kind: hits[kind])
    body = _joined(lines)
    if not hits[best]:
        return UnitReply(text=body)
    alone = sum(1 for count in hits.values() if count) == 1
    # A returned case is told of with a "not": that is no doubt.
    doubted = best is not UnitReplyKind.RETURNED and not known.doubt.isdisjoint(said)
    days, working = _days_in(lines[0], known) if best is UnitReplyKind.EXTENSION else (None, False)
    confidence = _GUESS if alone and not doubted else _DOUBTFUL
    return UnitReply(kind=best, confidence=confidence, text=body, days=days, working=working)


def _joined(lines: Iterable[str]) -> str:
    return "\n".join(lines).strip()


def unit_meant(told: str, names: Iterable[tuple[str, str]]) -> str | None:
    """The code of the unit that these words name exactly, by its code or its name; None where none or several
    do. `names` are (code, name)."""
    asked = tuple(words(told))
    found = {code for code, name in names if asked and asked in _called(code, name)}
    return found.pop() if len(found) == 1 else None


def _called(code: str, name: str) -> set[Words]:
    return {tuple(words(code)), tuple(words(name)), tuple(words(name.partition("(")[0]))} | {
        tuple(words(inner)) for inner in re.findall(r"\(([^)]+)\)", name)
    }
