"""What a case can be about, as the staff look for it: by name, with who solves it and how fast."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from config.taxonomy import Taxonomy
from domain.decisions import Topic
from domain.vocabulary import Priority
from pipeline.desk import Desk
from pipeline.judgement import current
from router.topic_search import TopicIndex


@dataclass(frozen=True, kw_only=True)
class TopicChoice:
    """A topic to choose. `unit` is None where the district's own municipality solves it; the desk's promise
    is in hours or in working days."""

    code: str
    name: str
    unit: str | None
    hours: int | None
    working_days: int | None
    life_safety: bool


def topic_choices(desk: Desk) -> Sequence[TopicChoice]:
    """Every topic, in no order. Raises ConnectionFailedError where the taxonomy is not known yet."""
    return _book(desk).choices


def search_topics(desk: Desk, text: str, most: int = 8) -> Sequence[TopicChoice]:
    """The topics that fit what was typed, best first. Raises ConnectionFailedError as `topic_choices`."""
    book = _book(desk)
    by_code = {choice.code: choice for choice in book.choices}
    return [by_code[code] for code in book.index.search(text, most)]


@dataclass(frozen=True, kw_only=True)
class _Book:
    choices: Sequence[TopicChoice]
    index: TopicIndex


def _book(desk: Desk) -> _Book:
    with desk.uow() as uow:
        taxonomy = current(desk, uow, desk.now()).taxonomy
    return _bound(_Known(taxonomy))


class _Known:
    """A taxonomy as a key: the judgement keeps one object until operators change something."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy

    def __hash__(self) -> int:
        return id(self.taxonomy)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Known) and other.taxonomy is self.taxonomy


@lru_cache(maxsize=4)
def _bound(known: _Known) -> _Book:
    taxonomy = known.taxonomy
    choices = [_choice(topic, taxonomy) for topic in taxonomy.topics.values()]
    return _Book(choices=choices, index=TopicIndex(taxonomy.topics.values()))


def _choice(topic: Topic, taxonomy: Taxonomy) -> TopicChoice:
    unit = taxonomy.units.get(topic.unit)
    return TopicChoice(
        code=topic.code,
        name=topic.name,
        unit=unit.name if unit else None,
        hours=topic.resolution_time.hours,
        working_days=topic.resolution_time.working_days,
        life_safety=topic.priority is Priority.LIFE_SAFETY,
    )
