"""Finds out where a text speaks of: district, neighbourhood, street, coordinates, and what kind of place."""

import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from config.places import Places
from domain.messages import Place
from domain.text import fold, turkish_lower, words, words_in
from router.addresses import AddressFinder
from router.coordinates import coordinates_in
from router.district_map import DistrictMap
from router.gazetteer import ENDINGS, Ending, Gazetteer
from router.mentions import Context, Mention, MentionReader
from router.place_kinds import KindFinder
from router.place_scores import best_district
from router.spelling import believed

_MOST_WORDS_OF_A_PLACE = 12


class PlaceFinder:
    """Built once from the places' names; then one look-up per word, however many names there are."""

    def __init__(self, places: Places) -> None:
        self._gazetteer = Gazetteer(places)
        self._addresses = AddressFinder(places.words)
        self._reader = MentionReader(places.words, self._addresses.street_words)
        self._kinds = KindFinder(places.kind_words, places.road_numbers)
        self._map = DistrictMap(places.outlines)
        self._where = (
            self._reader.spot_words | self._addresses.street_words | ENDINGS.keys() | places.words.where
        )
        self._where |= frozenset(places.words.neighbourhood)

    def find(self, text: str, *, known: Place | None = None) -> Place | None:
        """The place a text speaks of, or None. What is `known` (a form's fields) stays and is completed.

        The district is the one a form names; else the one the coordinates lie in, those that came with the
        message or stand in the text; else the one that is named best, if one is. A neighbourhood whose name
        several districts have is settled by a named district; else it is told without one.
        """
        given = self._located(self._canonical(known), text)
        shown = unicodedata.normalize("NFC", text).replace("\u0307", "")
        folded = fold(shown)
        tokens = words_in(folded)
        mentions = self._reader.read(believed(self._gazetteer.find(tokens), text), tokens)
        mentions = [m for m in mentions if not (m.weak and m.district and _misspelt(m.letters, text))]
        address = self._addresses.find(shown, folded, tokens, self._is_district)
        kind = self._kinds.find(text, tokens, mentions)
        if not (mentions or address or kind):
            return given
        district = best_district(mentions, given.district if given else None)
        neighbourhood = _neighbourhood(mentions, district)
        found = Place(district=district, neighbourhood=neighbourhood, address=address, kind=kind)
        return _completed(given, found)

    def tells_only_where(self, text: str) -> bool:
        """Whether a text names a place and says nothing of it, as who is asked where answers: the court's
        square is then no matter of the court."""
        tokens = words(text)
        if len(tokens) > _MOST_WORDS_OF_A_PLACE:
            return False
        found = self._gazetteer.find(tokens)
        named = {at for each in found for at in range(each.start, each.end)}
        return bool(found) and all(
            at in named or token.isdecimal() or token in self._where for at, token in enumerate(tokens)
        )

    def _canonical(self, known: Place | None) -> Place | None:
        name = self._gazetteer.get(" ".join(words(known.district))) if known and known.district else None
        return replace(known, district=name.district) if known and name and name.district else known

    def _located(self, given: Place | None, text: str) -> Place | None:
        """What is given, with the coordinates a text tells and the district that coordinates lie in."""
        if given is None or given.latitude is None or given.longitude is None:
            point = coordinates_in(text)
            if point is None:
                return given
            given = replace(given or Place(), latitude=point[0], longitude=point[1])
        if given.district or given.latitude is None or given.longitude is None:
            return given
        return replace(given, district=self._map.district_at(given.latitude, given.longitude))

    def _is_district(self, token: str) -> bool:
        return any(
            name.district is not None and ending in (Ending.BARE, Ending.AT)
            for name, ending in self._gazetteer.names_in(token)
        )


def _misspelt(spellings: Sequence[str], text: str) -> bool:
    """Whether a text with Turkish letters has another word here: `sisli` is foggy, `Şişli` a district."""
    lower = turkish_lower(text)
    return not text.isascii() and not any(spelling in lower for spelling in spellings)


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
        kind=given.kind or found.kind,
    )
