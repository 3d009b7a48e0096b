"""The two models beside that of topics, as lessons: what citizens want, and what is no case at all."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from config.cues import load_cues
from config.examples import ShippedExamples
from domain.decisions import Classification
from pipeline.decisions import Decisions
from pipeline.exam import Exam
from router.curriculum import CASE, kind_samples, train_kinds, train_verdicts, verdict_samples
from router.lessons import Decided, Lessons, lessons
from router.model import Model
from router.model_set import Models
from router.training import Sample

KIND_ACCURACY, VERDICT_ACCURACY = "kind_accuracy", "verdict_accuracy"
_EVIDENCE = 300
"""So many decisions about a kind or verdict say as much as its shipped examples, of which it has hundreds."""


@dataclass(frozen=True, kw_only=True)
class Companion:
    """One of the models of a set, the figure that tells how often it is right, what it is to learn, and where
    it stands in what a classifier finds."""

    part: str
    figure: str
    lesson: Lessons
    train: Callable[[Sequence[Sample]], Model]
    found: Callable[[Classification], str]


def companions(decided: Decisions, examples: ShippedExamples) -> list[Companion]:
    """Both of them. Raises ValueError where there are fewer than two decisions."""
    kinds = Companion(
        part="kinds",
        figure=KIND_ACCURACY,
        lesson=_lesson(decided.kinds, kind_samples(examples)),
        train=lambda samples: train_kinds(samples, load_cues()),
        found=lambda c: str(c.kind),
    )
    verdicts = Companion(
        part="verdicts",
        figure=VERDICT_ACCURACY,
        lesson=_lesson(decided.verdicts, verdict_samples(examples)),
        train=train_verdicts,
        found=lambda c: str(c.not_a_case or CASE),
    )
    return [kinds, verdicts]


def learned(models: Models, companion: Companion, exam: Exam) -> Models:
    """The models with this one learned anew, or as they are where it would be right less often."""
    tried = replace(models, **{companion.part: companion.train(companion.lesson.samples)})
    new, old = (share_right(exam.found(each), companion) for each in (tried, models))
    return tried if new >= old else models


def share_right(found: Mapping[str, Classification], companion: Companion) -> float:
    """How often a classifier that found this is right about what was held out, as a fraction of 1."""
    held_out = companion.lesson.held_out
    return sum(companion.found(found[each.text]) == each.label for each in held_out) / len(held_out)


def _lesson(decided: Sequence[Decided], shipped: Sequence[Sample]) -> Lessons:
    return lessons(decided, shipped, _EVIDENCE)
