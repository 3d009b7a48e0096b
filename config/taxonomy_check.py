"""Whether units and topics fit together: what `doctor`, the tests and whoever edits the two files ask."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from config.taxonomy import DESK_UNIT, WEIGHTS, Taxonomy
from domain.decisions import DISTRICT_MUNICIPALITY, Topic, Unit
from domain.text import fold
from domain.urn import can_receive_sms, mail_urn, phone_urn
from domain.vocabulary import Priority

MOST_TOPICS_A_WORD = 4
"""A word that more topics share tells none of them apart."""
LONGEST_LIFE_SAFETY_HOURS = 4
"""What endangers lives is promised within hours."""
NEEDED = frozenset(
    [
        "place",
        "time",
        "photo",
        "line",
        "plate",
        "phone",
        "document",
        "identity_number",
        "subscriber_number",
        "transport_card",
    ]
)
"""What a topic may declare that its unit must know."""
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def problems(taxonomy: Taxonomy, districts: Iterable[str] = ()) -> list[str]:
    """Everything that is wrong, a sentence each, naming the entry; empty when all fits.

    `districts` are the names that must each have a municipality, as the places spell them.
    """
    found = [*_desk(taxonomy), *_districts(taxonomy, districts)]
    for unit in taxonomy.units.values():
        found += [f"unit {unit.code}: {problem}" for problem in _unit(unit, taxonomy)]
    for topic in taxonomy.topics.values():
        found += [f"topic {topic.code}: {problem}" for problem in _topic(topic, taxonomy)]
    return found + list(_shared_words(taxonomy))


def _desk(taxonomy: Taxonomy) -> Iterator[str]:
    if DESK_UNIT not in taxonomy.units:
        yield f"there is no unit {DESK_UNIT}, where unsure cases wait for a person"


def _districts(taxonomy: Taxonomy, districts: Iterable[str]) -> Iterator[str]:
    for district in districts:
        if district not in taxonomy.by_district:
            yield f"district {district} has no municipality"
    owners: defaultdict[str, list[str]] = defaultdict(list)
    for unit in taxonomy.units.values():
        if unit.district:
            owners[unit.district].append(unit.code)
    for district, codes in owners.items():
        if len(codes) > 1:
            yield f"district {district} has several municipalities: {', '.join(codes)}"


def _unit(unit: Unit, taxonomy: Taxonomy) -> Iterator[str]:
    if not _CODE.fullmatch(unit.code):
        yield "its code is not of lower-case ASCII words joined by hyphens"
    if unit.parent and unit.parent not in taxonomy.units:
        yield f"its parent {unit.parent} does not exist"
    if _in_cycle(unit, taxonomy):
        yield "its parents lead back to itself"
    if unit.capacity <= 0:
        yield "its capacity is not positive"
    if not 0 <= unit.digest_hour <= 23:
        yield "its digest_hour is no hour of the day"
    if not unit.emails:
        yield "it has no e-mail address"
    yield from (f"{mail} is no e-mail address" for mail in unit.emails if mail_urn(mail) is None)
    yield from (f"{phone} is no phone number" for phone in unit.phones if phone_urn(phone) is None)


def _in_cycle(unit: Unit, taxonomy: Taxonomy) -> bool:
    seen: set[str] = set()
    code = unit.parent
    while code in taxonomy.units and code not in seen:
        seen.add(code)
        code = taxonomy.units[code].parent
    return unit.code in seen


def _topic(topic: Topic, taxonomy: Taxonomy) -> Iterator[str]:
    if not _CODE.fullmatch(topic.code):
        yield "its code is not of lower-case ASCII words joined by hyphens"
    yield from _responsible(topic, taxonomy)
    yield from _answer(topic)
    yield from _resolution(topic)
    yield from _words(topic)
    yield from (f"it needs {need!r}, which nobody knows" for need in topic.needed if need not in NEEDED)
    if topic.priority is Priority.LIFE_SAFETY:
        yield from _life_safety(topic, taxonomy)


def _answer(topic: Topic) -> Iterator[str]:
    if topic.answer and not topic.contact:
        yield "it has an answer, but no contact for the short message"


def _responsible(topic: Topic, taxonomy: Taxonomy) -> Iterator[str]:
    yield from (f"its unit {unit} does not exist" for unit in topic.units[1:] if unit not in taxonomy.units)
    if topic.unit != DISTRICT_MUNICIPALITY:
        if topic.unit not in taxonomy.units:
            yield f"its unit {topic.unit} does not exist"
        if topic.district_fallback:
            yield "it has a district_fallback, but its unit is not the district's municipality"
    elif not topic.district_fallback:
        yield "it has no district_fallback for a case whose district is unknown"
    elif topic.district_fallback not in taxonomy.units:
        yield f"its district_fallback {topic.district_fallback} does not exist"


def _resolution(topic: Topic) -> Iterator[str]:
    promised = topic.resolution_time
    given = [value for value in (promised.hours, promised.working_days) if value is not None]
    if len(given) != 1:
        yield "it needs hours or working_days, exactly one of them"
    elif given[0] <= 0:
        yield "its resolution time is not positive"


def _words(topic: Topic) -> Iterator[str]:
    if not any(weight >= WEIGHTS["words"] for weight in topic.words.values()):
        yield "it has no word that speaks for it"


def _life_safety(topic: Topic, taxonomy: Taxonomy) -> Iterator[str]:
    hours = topic.resolution_time.hours
    if hours is None or hours > LONGEST_LIFE_SAFETY_HOURS:
        yield f"it endangers lives, so it must be promised within {LONGEST_LIFE_SAFETY_HOURS} hours"
    unit = taxonomy.units.get(topic.unit)
    if unit is None or not has_mobile(unit):
        yield f"it endangers lives, but {topic.unit} has no mobile phone for the alert"


def has_mobile(unit: Unit) -> bool:
    """Whether a text message can alert the unit."""
    urns = map(phone_urn, unit.phones)
    return any(urn is not None and can_receive_sms(urn) for urn in urns)


def _shared_words(taxonomy: Taxonomy) -> Iterator[str]:
    topics: defaultdict[str, set[str]] = defaultdict(set)
    for topic in taxonomy.topics.values():
        for word in topic.words:
            topics[fold(word)].add(topic.code)
    for word, codes in topics.items():
        if len(codes) > MOST_TOPICS_A_WORD:
            yield f"the word {word!r} is shared by {len(codes)} topics: {', '.join(sorted(codes))}"
