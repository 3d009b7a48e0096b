"""Topics as the staff's pages and programs are shown them."""

from collections.abc import Iterable, Sequence

from pipeline.topics import TopicChoice
from web.alphabet import in_order
from web.templating import say


def as_json(choice: TopicChoice) -> dict[str, object]:
    """What a program is told of a topic."""
    return {
        "code": choice.code,
        "name": choice.name,
        "unit": unit_name(choice),
        "resolution_time": promise(choice),
        "life_safety": choice.life_safety,
    }


def in_groups(choices: Iterable[TopicChoice]) -> list[tuple[str, Sequence[TopicChoice]]]:
    """The topics by unit, both in the order of the alphabet."""
    groups: dict[str, dict[str, TopicChoice]] = {}
    for choice in choices:
        groups.setdefault(unit_name(choice), {})[choice.name] = choice
    return [(unit, [groups[unit][name] for name in in_order(groups[unit])]) for unit in in_order(groups)]


def unit_name(choice: TopicChoice) -> str:
    """The unit's name; the district's own municipality where the place decides."""
    return choice.unit or say("intake", "district_municipality")


def promise(choice: TopicChoice) -> str:
    """The desk's promise in words."""
    if choice.hours is not None:
        return say("intake", "hours", count=choice.hours)
    return say("intake", "working_days", count=choice.working_days)
