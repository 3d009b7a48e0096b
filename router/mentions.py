"""What the names found in a text mean there: a district, a neighbourhood, a street, or a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from config.places import PlaceWords
from router.gazetteer import ENDINGS, Ending, Found

_OFFICES = ("ilce", "belediye", "kaymakam")


class Context(Enum):
    """What stands around a name."""

    PLAIN = "plain"
    NEIGHBOURHOOD = "neighbourhood"
    STREET = "street"
    NOTHING = "nothing"


@dataclass(frozen=True, kw_only=True, slots=True)
class Mention:
    """One name in its place: the district it names, and the (district, neighbourhood) it may be."""

    district: str | None
    spots: tuple[tuple[str, str | None], ...]
    context: Context
    ending: Ending
    weak: bool


def read_mentions(
    found: Sequence[Found], tokens: Sequence[str], known: PlaceWords, street_at: Sequence[bool]
) -> list[Mention]:
    """The mentions among found names. `street_at` marks street words and is one longer than the words."""
    contexts = [_context(item, tokens, known, street_at) for item in found]
    return [
        _mention(found, index, context, tokens)
        for index, context in enumerate(contexts)
        if context is not Context.NOTHING
    ]


def _context(found: Found, tokens: Sequence[str], known: PlaceWords, street_at: Sequence[bool]) -> Context:
    before = tokens[found.start - 1] if found.start else ""
    after = tokens[found.end] if found.end < len(tokens) else ""
    if found.name.key.startswith("yeni mah") or after in known.neighbourhood or after.startswith("mahalle"):
        return Context.NEIGHBOURHOOD
    if street_at[found.end]:
        return Context.STREET
    if after in known.landmark:
        return Context.NOTHING
    person = before in known.before_person or after in known.after_person
    return Context.NOTHING if person and (found.name.weak or found.name.common) else Context.PLAIN


def _mention(found: Sequence[Found], index: int, context: Context, tokens: Sequence[str]) -> Mention:
    item, name = found[index], found[index].name
    spots, district = name.spots, name.district
    if context is not Context.NEIGHBOURHOOD and (name.common or district):
        beside = _beside(found, index)
        spots = tuple(spot for spot in spots if spot[0] in beside and spot[0] != district)
    if context is not Context.PLAIN or spots:
        district = None
    after = tokens[item.end] if item.end < len(tokens) else ""
    office = after.startswith(_OFFICES)
    ending = Ending.AT if office else _ending(item, after)
    return Mention(
        district=district, spots=spots, context=context, ending=ending, weak=name.weak and not office
    )


def _ending(item: Found, after: str) -> Ending:
    return ENDINGS.get(after, Ending.BARE) if item.ending is Ending.BARE else item.ending


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
