"""Finds out where a text speaks of: district, neighbourhood and street."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from config.places import Places
from domain.messages import Place
from domain.text import turkish_lower, words
from router.addresses import AddressFinder
from router.gazetteer import Ending, Gazetteer
from router.mentions import Context, Mention, read_mentions

_NAMED = {Ending.AT: 3.0, Ending.BARE: 2.0, Ending.OTHER: 2.0, Ending.MOVING: 1.0}
_WEAK = 0.25
_SETTLED = 3.0  # a neighbourhood together with a district that has it
_UNIQUE = {Context.PLAIN: 1.5, Context.NEIGHBOURHOOD: 3.5, Context.STREET: 0.1}
_GIVEN = 100.0


class PlaceFinder:
    """Built once from the places' names; then one look-up per word, however many names there are."""

    def __init__(self, places: Places) -> None:
        self._gazetteer = Gazetteer(places)
        self._addresses = AddressFinder(places.words)
        self._words = places.words

    def find(self, text: str, *, known: Place | None = None) -> Place | None:
        """The place a text speaks of, or None. What is `known` (a form's fields) stays and is completed.

        A district is told only when one is named best: two named alike leave it open. A neighbourhood whose
        name several districts have is settled by a named district; else it is told without one.
        """
        tokens = words(text)
        street_at = [*map(self._addresses.is_street_word, tokens), False]
        mentions = read_mentions(self._gazetteer.find(tokens), tokens, self._words, street_at)
        mentions = [m for m in mentions if not (m.weak and m.district and _misspelt(m.district, text))]
        given = self._canonical(known)
        district = _best(_scores(mentions, given.district if given else None))
        address = self._addresses.find(text, self._is_district) if any(street_at) else None
        found = Place(district=district, neighbourhood=_neighbourhood(mentions, district), address=address)
        return _completed(given, found)

    def _canonical(self, known: Place | None) -> Place | None:
        name = self._gazetteer.get(" ".join(words(known.district))) if known and known.district else None
        return replace(known, district=name.district) if known and name and name.district else known

    def _is_district(self, token: str) -> bool:
        name = self._gazetteer.get(token)
        return name is not None and name.district is not None


def _misspelt(district: str, text: str) -> bool:
    """Whether a text with Turkish letters has another word here: `sisli` is foggy, `Şişli` a district."""
    return not text.isascii() and turkish_lower(district) not in turkish_lower(text)


def _scores(mentions: Sequence[Mention], given: str | None) -> Mapping[str, float]:
    scores: defaultdict[str, float] = defaultdict(float)
    if given:
        scores[given] = _GIVEN
    for mention in mentions:
        if mention.district:
            score = _NAMED[mention.ending] * (_WEAK if mention.weak else 1.0)
            scores[mention.district] = max(scores[mention.district], score)
    named = frozenset(scores)
    for mention in mentions:
        districts = {district for district, _ in mention.spots}
        for district in districts & named if mention.context is not Context.STREET else ():
            scores[district] += _SETTLED
        if len(districts) == 1 and not districts & named:
            district = next(iter(districts))
            scores[district] = max(scores[district], _UNIQUE[mention.context])
    return scores


def _best(scores: Mapping[str, float]) -> str | None:
    ranked = sorted(scores.items(), key=lambda item: -item[1])
    if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]


def _neighbourhood(mentions: Sequence[Mention], district: str | None) -> str | None:
    for mention in mentions:
        if mention.context is Context.STREET:
            continue
        if district is None and mention.context is Context.NEIGHBOURHOOD and mention.spots:
            names = {name for _, name in mention.spots}
            return names.pop() if len(names) == 1 else None
        here = [name for spot, name in mention.spots if spot == district and name]
        if here:
            return here[0]
    return None


def _completed(given: Place | None, found: Place) -> Place | None:
    if given is None:
        return found if found != Place() else None
    neighbourhood = given.neighbourhood or (found.neighbourhood if found.district else None)
    return replace(
        given,
        district=given.district or found.district,
        neighbourhood=neighbourhood,
        address=given.address or found.address,
    )
