"""What operators look at of a topic. Plain values only."""

from typing import Any

from pipeline.desk import Desk
from pipeline.refusal import RefusedError


def topic_file(desk: Desk, code: str) -> dict[str, Any]:
    """The topic, what is promised of it, and `measured`: how long it really takes, the whole city first.

    Raises RefusedError for a topic there is none of.
    """
    with desk.uow() as uow:
        topic = uow.taxonomy.topic(code)
        if topic is None:
            raise RefusedError("no_topic", code=code)
        unit = uow.taxonomy.unit(topic.unit)
        return {
            "code": topic.code,
            "name": topic.name,
            "unit": unit.name if unit else topic.unit,
            "hours": topic.resolution_time.hours,
            "working_days": topic.resolution_time.working_days,
            "priority": topic.priority,
            "confidentiality": topic.confidentiality,
            "measured": [
                {name: getattr(row, name) for name in ("district", "cases", "working_days", "measured_at")}
                for row in uow.turnarounds.of_topic(code)
            ],
        }
