"""Personal data that stands in a text: where it is, who may see it, and how it looks to all others."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from domain.text import fold
from domain.vocabulary import Confidentiality, PersonalData

NEEDED_AS = {
    PersonalData.PHONE: "phone",
    PersonalData.PLATE: "plate",
    PersonalData.IDENTITY_NUMBER: "identity_number",
    PersonalData.TAX_NUMBER: "identity_number",  # what a company is known by
    PersonalData.PASSPORT: "identity_number",  # and a foreigner
}
"""By what word a topic says that its unit must know this. No unit needs what is not named here."""
_OF_OTHERS = frozenset({PersonalData.PLATE})
"""What a citizen writes of somebody else: a hidden identity is not given away by it."""
_NEVER_SEEN = frozenset({PersonalData.SECURITY_NUMBER})
"""What no unit and no operator is shown, whatever they may see else."""
_KEPT = {
    PersonalData.SECURITY_NUMBER: (0, 0),
    PersonalData.IBAN: (2, 4),
    PersonalData.CARD: (0, 4),
    PersonalData.PLATE: (2, 2),
}
_KEPT_ELSE = (0, 2)
_WORDS = re.compile(r"[^\W\d_]+(?:[ \t\u00a0.,'’-]{1,3}[^\W\d_]+)*")
_WORD = re.compile(r"[^\W\d_]+")


class PersonalSpan(NamedTuple):
    """Personal data of a kind, from `start` to `end` (exclusive) of a text, in characters."""

    kind: PersonalData
    start: int
    end: int


def may_be_seen(needed: Collection[str], confidentiality: Confidentiality) -> frozenset[PersonalData]:
    """What a unit sees unmasked of a case whose topic needs this."""
    if confidentiality is Confidentiality.RESTRICTED:
        return frozenset()
    kinds = frozenset(kind for kind, name in NEEDED_AS.items() if name in needed)
    return kinds if confidentiality is Confidentiality.PUBLIC else kinds & _OF_OTHERS


def mask(
    text: str,
    spans: Sequence[PersonalSpan],
    *,
    seen: Collection[PersonalData] = (),
    sign: str = "*",
) -> str:
    """The text with `sign` for the letters and digits of its personal data, save the kinds that are `seen`,
    which security numbers never are.

    It stays as long as it was, so that other offsets into it still fit. Enough is kept to tell two values
    apart: of an address its first letter and its last label, of others what `_KEPT` says.
    """
    parts, position = [], 0
    for kind, start, end in spans:
        if (kind not in seen or kind in _NEVER_SEEN) and start >= position:
            parts += [text[position:start], _masked(kind, text[start:end], sign)]
            position = end
    return "".join([*parts, text[position:]])


def _masked(kind: PersonalData, value: str, sign: str) -> str:
    if kind is PersonalData.EMAIL:
        return value[:1] + _hide(value[1:], sign, 0, len(value.rpartition(".")[2]) if "." in value else 0)
    return _hide(value, sign, *_KEPT.get(kind, _KEPT_ELSE))


def _hide(value: str, sign: str, head: int, tail: int) -> str:
    """The value with all but its first and last letters and digits hidden; what stands between them stays."""
    places = [place for place, character in enumerate(value) if character.isalnum()]
    hidden = set(places[head : len(places) - tail])
    return "".join(sign if place in hidden else character for place, character in enumerate(value))


def without_names(text: str, names: Iterable[str], *, sign: str = "*") -> str:
    """The text without these people's names: two words or more of one beside each other in any order, also
    with an initial, or a single one that fills its line. Any other single word may mean something else."""
    for name in names:
        own = {fold(word) for word in _WORD.findall(name)}
        for start, end in list(_named(text, own)) if own else ():
            text = text[:start] + _hide(text[start:end], sign, 0, 0) + text[end:]
    return text


def _named(text: str, own: set[str]) -> Iterator[tuple[int, int]]:
    known = own | {word[0] for word in own}
    for line in re.finditer(r"[^\n]+", text):
        alone = [fold(word) for word in _WORD.findall(line.group())]
        if len(alone) == 1 and alone[0] in own:
            yield line.span()
        for stretch in _WORDS.finditer(text, line.start(), line.end()):
            yield from _runs(list(_WORD.finditer(text, *stretch.span())), own, known)


def _runs(
    words: Sequence[re.Match[str]], own: Collection[str], known: Collection[str]
) -> Iterator[tuple[int, int]]:
    run: list[re.Match[str]] = []
    for word in (*words, None):
        if word and fold(word.group()) in known:
            run.append(word)
            continue
        if len(run) > 1 and any(fold(each.group()) in own for each in run):
            yield run[0].start(), run[-1].end()
        run = []
