"""How strongly the mentions of a text speak for each district."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from router.gazetteer import Ending
from router.mentions import Context, Mention

_NAMED = {Ending.AT: 3.0, Ending.BARE: 2.0, Ending.OTHER: 2.0, Ending.MOVING: 1.0}
_ONLY = {Ending.AT: 2.2, Ending.BARE: 1.5, Ending.OTHER: 1.5, Ending.MOVING: 1.0}
"""A name that lies in one district says nearly as much as the district's; where one comes from or goes to, as
little."""
_ONLY_IN = {Context.NEIGHBOURHOOD: 3.5, Context.STREET: 0.1}
_WEAK = {Ending.AT: 1.0, Ending.BARE: 0.25, Ending.OTHER: 0.25, Ending.MOVING: 0.25}
"""`Kartal'da` is hardly an eagle's."""
_FAMOUS = 0.9
_AGAIN = 0.1
_SETTLED = 3.0  # a neighbourhood together with a district that has it
_GIVEN = 100.0


def best_district(mentions: Sequence[Mention], given: str | None) -> str | None:
    """The district that is named best, or None: two named alike leave it open. A `given` one always wins."""
    if not mentions:
        return given
    ranked = sorted(_scores(mentions, given).items(), key=lambda item: -item[1])
    if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]


def _scores(mentions: Sequence[Mention], given: str | None) -> Mapping[str, float]:
    scores: defaultdict[str, float] = defaultdict(float)
    if given:
        scores[given] = _GIVEN
    for mention in mentions:
        if mention.district:
            worth = _WEAK[mention.ending] if mention.weak else 1.0
            _raise(scores, mention.district, _NAMED[mention.ending] * worth)
    named = frozenset(scores)
    for mention in mentions:
        districts = {district for district, _ in mention.spots}
        for district in districts & named if mention.context is not Context.STREET else ():
            scores[district] += _SETTLED
        meant = _meant(mention, districts)
        if meant and not districts & named:
            alone = _ONLY_IN.get(mention.context, _ONLY[mention.ending])
            _raise(scores, meant, alone if len(districts) == 1 else alone * _FAMOUS)
    return scores


def _meant(mention: Mention, districts: set[str]) -> str | None:
    return next(iter(districts)) if len(districts) == 1 else mention.famous if districts else None


def _raise(scores: defaultdict[str, float], district: str, score: float) -> None:
    """What is said again counts a little more: it decides between two that are named alike."""
    again = _AGAIN if district in scores else 0.0
    scores[district] = max(scores[district], score) + again
