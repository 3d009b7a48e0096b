"""What the names found in a text mean there: a district, a neighbourhood, a street, or a person."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import Enum

from config.places import PlaceWords
from domain.vocabulary import PlaceKind
from router.gazetteer import ENDINGS, Ending, Found
from router.place_names import Name, Spot

_OFFICES = ("ilce", "belediye", "kaymakam")


class Context(Enum):
    """What stands around a name."""

    PLAIN = "plain"
    NEIGHBOURHOOD = "neighbourhood"
    STREET = "street"
    NOTHING = "nothing"


@dataclass(frozen=True, kw_only=True, slots=True)
class Mention:
    """One name in its place: the district it names, and the (district, neighbourhood) it may be, of which
    `famous` is the district that is meant when nothing else is said. `letters` are the name's spellings."""

    district: str | None
    spots: tuple[Spot, ...]
    context: Context
    ending: Ending
    weak: bool
    famous: str | None
    letters: tuple[str, ...]
    kind: PlaceKind | None


class MentionReader:
    """Built once from the words that stand around names, and those that make a street of one."""

    def __init__(self, words: PlaceWords, street_words: AbstractSet[str]) -> None:
        self._words = words
        self._streets = street_words
        self._spots = {spot + suffix: ending for suffix, ending in ENDINGS.items() for spot in words.spot}
        self._spots |= dict.fromkeys(words.spot, Ending.BARE)
        self._elsewhere = frozenset(word + ending for word in words.landmark for ending in ("", *ENDINGS))

    @property
    def spot_words(self) -> AbstractSet[str]:
        """The folded words that make a point of the name before them, such as `meydanında`."""
        return self._spots.keys()

    def read(self, found: Sequence[Found], tokens: Sequence[str]) -> list[Mention]:
        """The mentions among the names found at these words."""
        contexts = [self._context(item, tokens) for item in found]
        return [
            self._mention(found, index, context, tokens)
            for index, context in enumerate(contexts)
            if context is not Context.NOTHING
        ]

    def _context(self, found: Found, tokens: Sequence[str]) -> Context:
        before = tokens[found.start - 1] if found.start else ""
        after = tokens[found.end] if found.end < len(tokens) else ""
        if found.name.district is None and self._is_in_another_province(found, tokens):
            return Context.NOTHING
        if found.name.key.startswith("yeni mah") or self._is_neighbourhood(found.name, after):
            return Context.NEIGHBOURHOOD
        if after in self._streets:
            return Context.STREET
        if after in self._elsewhere and found.name.kind is None:
            return Context.NOTHING
        is_there = Ending.AT in (found.ending, ENDINGS.get(after))  # `ben Maltepe'deyim` is nobody's name
        person = (before in self._words.before_person and not is_there) or after in self._words.after_person
        return Context.NOTHING if person and (found.name.weak or found.name.common) else Context.PLAIN

    def _is_in_another_province(self, found: Found, tokens: Sequence[str]) -> bool:
        """Whether a province, and its district at most, stand before a name: `İzmir Bornova Yeşilova`."""
        before = tokens[max(found.start - 2, 0) : found.start]
        between = before[-1:] if len(before) > 1 and before[-1] not in self._words.elsewhere else []
        stands_apart = any(word in self._streets or word in ENDINGS for word in between)
        return not self._words.elsewhere.isdisjoint(before) and not stands_apart

    def _is_between(self, found: Sequence[Found], index: int, tokens: Sequence[str]) -> bool:
        """Whether it is one of two districts with something in between: `Avcılar ile Beylikdüzü arasında`."""

        def after(item: Found) -> str:
            return tokens[item.end] if item.end < len(tokens) else ""

        pairs = zip(found[max(index - 1, 0) : index + 1], found[max(index, 1) : index + 2], strict=False)
        return any(
            left.name.district and right.start - left.end <= 1 and after(right) in self._words.between
            for left, right in pairs
            if right.name.district
        )

    def _is_neighbourhood(self, name: Name, after: str) -> bool:
        """Whether the next word makes a neighbourhood of a name: `yukarı mahallede` is only further up."""
        return after in self._words.neighbourhood or after.startswith(
            "mahallesi" if name.common else "mahalle"
        )

    def _mention(
        self, found: Sequence[Found], index: int, context: Context, tokens: Sequence[str]
    ) -> Mention:
        item, name = found[index], found[index].name
        spots, district = name.spots, name.district
        after = tokens[item.end] if item.end < len(tokens) else ""
        office = after.startswith(_OFFICES)
        ending = Ending.AT if office else self._ending(item, after)
        common = name.common and not (name.placed and ending is Ending.AT)
        if context is not Context.NEIGHBOURHOOD and (common or district):
            beside = _beside(found, index)
            spots = tuple(spot for spot in spots if spot[0] in beside and spot[0] != district)
        if context is not Context.PLAIN or spots:
            district = None
        return Mention(
            district=district,
            spots=spots,
            context=context,
            ending=ending,
            weak=name.weak and not office and not self._is_between(found, index, tokens),
            famous=name.famous,
            letters=name.letters,
            kind=name.kind,
        )

    def _ending(self, item: Found, after: str) -> Ending:
        if item.ending is not Ending.BARE:
            return Ending.MOVING if after in self._words.direction else item.ending
        if after in self._words.direction:
            return Ending.MOVING
        return ENDINGS.get(after) or self._spots.get(after, Ending.BARE)


def _beside(found: Sequence[Found], index: int) -> set[str]:
    """The districts named right before or after a name, as in `Beşiktaş Arnavutköy` or `Merkez, Avcılar`."""
    item = found[index]
    neighbours = [*found[max(index - 1, 0) : index], *found[index + 1 : index + 2]]
    return {
        other.name.district
        for other in neighbours
        if other.name.district
        and (other.end == item.start or item.end == other.start)
        and Ending.MOVING not in (other.ending, item.ending)
    }
