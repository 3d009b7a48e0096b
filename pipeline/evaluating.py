"""Tries classifiers on texts whose right answer is known."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from config.taxonomy import Taxonomy, load_taxonomy
from domain.decisions import Classification, Question
from pipeline.desk import Desk
from pipeline.judgement import stored_taxonomy
from pipeline.model_shelf import SHIPPED, load_models, models_in_force, shipped_models, stored_name
from router.contracts import Classifier
from router.evaluation import NOTHING, Answer
from router.model_set import Models

BATCH = 64
"""As workers do: some of the speed comes from company."""
Naming = Callable[[str | None], str]
"""What a topic is called where the right answers come from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A text, and the right answer."""

    text: str
    label: str


def own_name(topic: str | None) -> str:
    """A topic by its code."""
    return topic or NOTHING


def classified(classifier: Classifier, texts: Sequence[str]) -> list[Classification]:
    """What the classifier makes of these texts, in order, decided in batches."""
    return [
        found
        for start in range(0, len(texts), BATCH)
        for found in classifier.classify([Question(text=text) for text in texts[start : start + BATCH]])
    ]


def answered(
    trials: Iterable[Trial], found: Iterable[Classification], name: Naming = own_name
) -> list[Answer]:
    """What was found, beside what is right, both by the names of whoever knows what is right.

    Topics that have one name there are one answer, of which one is as sure as of all of them together.
    """
    return [_answer(trial, each, name) for trial, each in zip(trials, found, strict=True)]


def _answer(trial: Trial, found: Classification, name: Naming) -> Answer:
    thought = [(name(found.topic), found.confidence)]
    thought += [(name(other.topic), other.confidence) for other in found.alternatives]
    first = thought[0][0]
    confidence = sum(share for label, share in thought if label == first)
    return Answer(
        expected=trial.label,
        label=first,
        confidence=min(1.0, confidence),
        sure=found.sure,
        alternatives=tuple(dict.fromkeys(label for label, _ in thought if label != first)),
    )


def unanswerable(trials: Iterable[Trial], taxonomy: Taxonomy, name: Naming) -> list[str]:
    """The right answers that no topic is called by, in order of the alphabet: whatever a model finds there
    counts as wrong."""
    return sorted({trial.label for trial in trials} - {name(topic) for topic in taxonomy.topics})


def tried(desk: Desk, version: str | None) -> tuple[Taxonomy, Models]:
    """The topics and the models to try: those in force, or another set; the shipped ones need no database.

    Raises what reading the models raises.
    """
    if version == SHIPPED:
        return load_taxonomy(), shipped_models()
    with desk.uow() as uow:
        models = load_models(desk, uow, stored_name(uow, version)) if version else models_in_force(desk, uow)
        return stored_taxonomy(uow), models
