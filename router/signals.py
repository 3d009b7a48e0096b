"""What a text says beside its topic: what is wanted, whether lives are in danger, what must stay discreet."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from config.cues import Cues
from domain.text import fold
from domain.vocabulary import CaseKind, Confidentiality
from router.lexicon import Match
from router.tokens import normal

_DANGER = 3.0
"""What a danger to life weighs for the kind that reports one: as much as a phrase that decides."""

_AT_ONCE = 3
"""Words behind a denial among which it is taken back."""
_GOES_ON = re.compile("[iu]yo(?:r|m$|z$|$)|..[ae]c[ae][kg]")
"""The verb of what is going on or will be, folded, as people write it."""


@dataclass(frozen=True, kw_only=True)
class Dangers:
    """The dangers to life in a text: the phrases that say so and the first one's topic.

    `denied` when the text has such phrases but means none: no gas smells, it is a cat; and when it thanks for
    what was done about a danger that is over.
    `calm` when it has a phrase that only sounds like one: a site that broke down, a fire escape.
    """

    phrases: tuple[str, ...] = ()
    topic: str | None = None
    denied: bool = False
    calm: bool = False


class _Sign(NamedTuple):
    """The danger that a phrase means: its topic, and the phrases that call it off or bring it back."""

    topic: str
    unless: tuple[str, ...]
    despite: tuple[str, ...]

    def called_off(self, whole: Set[str], phrases: Set[str]) -> bool:
        """A cat in a tree is no danger to people, unless there is one up there with it. What calls off must
        stand in one piece: who rang up about a wire has not seen a telephone's."""
        return not whole.isdisjoint(self.unless) and phrases.isdisjoint(self.despite)


class Signals:
    """Reads the signals among the phrases found in a text. Built once from the cues."""

    def __init__(self, cues: Cues) -> None:
        self._kinds = {
            normal(phrase): (kind, weight)
            for kind, weights in cues.kinds.items()
            for phrase, weight in weights.items()
        }
        self._dangers = {
            normal(phrase): _Sign(danger.topic, _normal(danger.unless), _normal(danger.despite))
            for danger in cues.dangers
            for phrase in danger.phrases
        }
        self._calm = frozenset(map(normal, cues.calm))
        self._negation = frozenset(map(fold, cues.negation))
        self._taken_back = frozenset(map(fold, cues.taken_back))
        self._between = frozenset(map(fold, cues.between))
        self._done, self._after = (frozenset(map(normal, some)) for some in (cues.over.done, cues.over.after))
        self._present = frozenset(map(fold, cues.over.present))
        self._writing = frozenset(map(fold, cues.over.writing))
        self._degrees = {
            normal(phrase): degree for degree, phrases in cues.confidentiality.items() for phrase in phrases
        }

    def phrases(self) -> Iterator[str]:
        """Every phrase these signals are made of."""
        yield from self._kinds
        yield from self._dangers
        for sign in dict.fromkeys(self._dangers.values()):
            yield from (*sign.unless, *sign.despite)
        yield from self._calm
        yield from self._done | self._after
        yield from self._degrees

    @property
    def unsaid(self) -> Set[str]:
        """The phrases that only call dangers off or bring them back: alone they say nothing."""
        signs = self._dangers.values()
        asked = frozenset(phrase for sign in signs for phrase in (*sign.unless, *sign.despite))
        heard = self._kinds.keys() | self._dangers.keys() | self._calm | self._degrees.keys()
        return (asked | self._done | self._after) - heard

    def kind_scores(self, found: Mapping[str, Match], *, danger: bool) -> Mapping[CaseKind, float]:
        """What the words of a text weigh for each kind they speak for."""
        scores = defaultdict(float, {CaseKind.DANGER: _DANGER * danger})
        for phrase in sorted(found.keys() & self._kinds.keys()):
            kind, weight = self._kinds[phrase]
            scores[kind] += weight
        return scores

    def dangers(self, matches: Sequence[Match], tokens: Sequence[str]) -> Dangers:
        """The dangers to life a text speaks of, in order, and whether it speaks of one only to deny it."""
        signs = [match for match in matches if match.phrase in self._dangers]
        calm = [match for match in matches if match.phrase in self._calm and match.nearness == 1]
        if self._is_over({match.phrase for match in matches}, tokens):
            return Dangers(denied=True, calm=bool(calm))
        if not signs:
            return Dangers(calm=bool(calm))
        phrases, whole = {match.phrase for match in matches}, {m.phrase for m in matches if m.nearness == 1}
        meant = {
            sign.phrase: self._dangers[sign.phrase].topic
            for sign in signs
            if not self._denied(tokens[sign.end :])
            and not any(_covers(other, sign) for other in calm)
            and not self._dangers[sign.phrase].called_off(whole, phrases)
        }
        topic = next(iter(meant.values()), None)
        return Dangers(phrases=tuple(meant), topic=topic, denied=not meant, calm=bool(calm))

    def confidentiality(self, found: Mapping[str, Match]) -> tuple[Confidentiality, str] | None:
        """The strictest discretion that phrases of a text call for, with one that does; None when none."""
        degrees = [(self._degrees[phrase], phrase) for phrase in found if phrase in self._degrees]
        restricted = [found for found in degrees if found[0] is Confidentiality.RESTRICTED]
        return next(iter(restricted or degrees), None)

    def _is_over(self, phrases: Set[str], tokens: Sequence[str]) -> bool:
        """Whether somebody thanks for, or wants papers about, what was done about a danger, and nothing goes
        on: an alarm for last week's fire wakes people for nothing."""
        if phrases.isdisjoint(self._done) or phrases.isdisjoint(self._after):
            return False
        folded = {fold(token) for token in tokens}
        going_on = any(map(_GOES_ON.search, folded - self._writing))
        return not going_on and folded.isdisjoint(self._present)

    def _denied(self, following: Sequence[str]) -> bool:
        for at, token in enumerate(map(fold, following)):
            if token in self._negation:
                behind = list(map(fold, following[at + 1 : at + 1 + _AT_ONCE]))
                return not any(f"{one} {other}" in self._taken_back for one, other in pairwise(behind))
            if token not in self._between:
                return False
        return False


def _covers(calm: Match, sign: Match) -> bool:
    """Whether a calm phrase holds the first or the last word of a sign: where a car passes and a light burns,
    the car does not."""
    return any(calm.start <= at < calm.end for at in (sign.start, sign.end - 1))


def _normal(phrases: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(normal, phrases))
