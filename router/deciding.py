"""What outweighs the likeliest topic of a text: a danger to life, then the topic a person chose."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from domain.decisions import Alternative, Topic
from domain.vocabulary import Priority
from router.scoring import Ranked
from router.signals import Dangers

HINT_CONFIDENCE = 0.95
"""A person chose the topic on a form."""
DANGER_CONFIDENCE = 0.9
"""A phrase that means danger to life stands in the text, whatever else it says."""
MOST_ALTERNATIVES = 3
MOST_RANKED = 8
"""More than are told: some may be struck out."""


def decide(
    ranked: Sequence[Ranked], dangers: Dangers, hint: str | None, topics: Mapping[str, Topic]
) -> list[Ranked]:
    """The ranking with the topic first that must be, and without what the text denies."""
    if dangers.denied:
        ranked = [other for other in ranked if other.topic.priority is not Priority.LIFE_SAFETY]
    if dangers.topic:
        named = ranked and ranked[0].topic.priority is Priority.LIFE_SAFETY
        code = ranked[0].topic.code if named else dangers.topic
        return _preferred(ranked, topics.get(code), DANGER_CONFIDENCE)
    return _preferred(ranked, topics.get(hint), HINT_CONFIDENCE) if hint else list(ranked)


def alternatives(ranked: Sequence[Ranked]) -> tuple[Alternative, ...]:
    """What was also thought of, best first, never likelier than the first."""
    others = ranked[1 : 1 + MOST_ALTERNATIVES]
    return tuple(Alternative(topic=other.topic.code, confidence=other.confidence) for other in others)


def _preferred(ranked: Sequence[Ranked], topic: Topic | None, confidence: float) -> list[Ranked]:
    if topic is None:
        return list(ranked)
    known = next((other for other in ranked if other.topic is topic), Ranked(topic, 0.0, 0.0))
    first = replace(known, confidence=max(confidence, known.confidence), sure=True)
    return [first, *(other for other in ranked if other.topic is not topic)]
