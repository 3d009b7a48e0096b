"""Trains models from what people decided, tries them on the latest decisions beside those in force, and keeps
them as a candidate. It runs in the process of whoever asks, never in a worker; no transaction is open
meanwhile.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from config.cues import load_cues
from config.examples import load_examples
from config.taxonomy import Taxonomy
from domain.vocabulary import Priority
from pipeline.companions import (
    KIND_ACCURACY,
    VERDICT_ACCURACY,
    Companion,
    companions,
    learned,
    share_right,
)
from pipeline.decisions import Decisions, decisions
from pipeline.desk import Desk
from pipeline.drift import BEGINNING
from pipeline.evaluating import Trial, answered
from pipeline.exam import Exam
from pipeline.judgement import stored_taxonomy
from pipeline.model_shelf import models_in_force
from pipeline.refusal import RefusedError
from router.curriculum import topic_samples, train_topics
from router.evaluation import Answer, Evaluation
from router.lessons import Lessons, lessons
from router.model_set import Models
from router.training import Sample
from store.models import TrainedModel

LIFE_SAFETY_RECALL = "life_safety_recall"
_GUARDED = ("accuracy", "coverage", LIFE_SAFETY_RECALL, KIND_ACCURACY, VERDICT_ACCURACY)
"""The figures of which none may fall: how often it is right, how much it may decide alone, that no danger to
life is missed, and the same of what is wanted and of what is no case."""
_EPSILON = 1e-9
Figures = dict[str, float | None]


@dataclass(frozen=True, kw_only=True)
class Trained:
    """A candidate as it is kept. `worse` are the figures in which it falls behind the models in force; both
    aim at the precision `target`."""

    row: TrainedModel
    target: float
    is_new: bool
    worse: Sequence[str]


def train_candidate(desk: Desk, who: str, since: datetime = BEGINNING) -> Trained:
    """Models that learned from decisions since then, and their figures beside those of the models in force.

    Raises RefusedError `too_few`, with how many decisions there are and how many it takes.
    """
    with desk.uow() as uow:
        taxonomy = stored_taxonomy(uow)
        decided = _known(decisions(uow, since), taxonomy)
        before = models_in_force(desk, uow)
    if len(decided.topics) < desk.settings.learn_least:
        raise RefusedError("too_few", found=len(decided.topics), needed=desk.settings.learn_least)
    examples = load_examples()
    shipped = topic_samples(examples.topics, taxonomy.topics)
    lesson, others = lessons(decided.topics, shipped), companions(decided, examples)
    comparison = _Comparison(taxonomy, lesson, others, shipped)
    models = comparison.trained(before)
    figures, compared = map(comparison.figures, (models, before))
    row = TrainedModel(
        version=models.version,
        created_at=desk.now(),
        sha256="",
        figures=figures,
        compared=compared,
        trained_on=_trained_on(lesson, since) | _learned(models, before, others),
        parent=before.version,
        trained_by=who,
    )
    return Trained(
        row=row,
        target=before.topics.facts.target_precision,
        is_new=_keep(desk, row, models),
        worse=worse(figures, compared),
    )


def worse(figures: Mapping[str, float | None], compared: Mapping[str, float | None]) -> list[str]:
    """The guarded figures in which a model falls behind another, both measured on the same texts."""
    pairs = [(name, figures.get(name), compared.get(name)) for name in _GUARDED]
    return [n for n, new, old in pairs if new is not None and old is not None and new < old - _EPSILON]


def _known(decided: Decisions, taxonomy: Taxonomy) -> Decisions:
    return replace(decided, topics=[each for each in decided.topics if each.label in taxonomy.topics])


class _Comparison:
    """Lessons, and what sets of models make of what was held out of them."""

    def __init__(
        self, taxonomy: Taxonomy, lesson: Lessons, others: Sequence[Companion], shipped: Sequence[Sample]
    ) -> None:
        self._taxonomy, self._lesson, self._others = taxonomy, lesson, others
        self._trials = [Trial(text=d.text, label=d.label) for d in lesson.held_out]
        self._dangers = frozenset(
            t.code for t in taxonomy.topics.values() if t.priority is Priority.LIFE_SAFETY
        )
        # Dangers are rare among the latest decisions: the shipped examples of them stand by.
        self._examples = [Trial(text=s.text, label=s.label) for s in shipped if s.label in self._dangers]
        held_out = [each.text for other in others for each in other.lesson.held_out]
        trials = [trial.text for trial in (*self._trials, *self._examples)]
        self._exam = Exam(taxonomy=taxonomy, texts=[*trials, *held_out])

    def trained(self, before: Models) -> Models:
        """Topics learned anew, and whichever of the others does as well on the latest decisions as it did."""
        target = before.topics.facts.target_precision
        topics = train_topics(
            self._lesson.samples, self._taxonomy.topics, load_cues(), target_precision=target
        )
        models = replace(before, topics=topics)
        for other in self._others:
            models = learned(models, other, self._exam)
        return models

    def figures(self, models: Models) -> Figures:
        """What these models reach on what was held out."""
        answers = self._answers(models, self._trials)
        recall = Evaluation([*answers, *self._answers(models, self._examples)]).recall(self._dangers)
        found: Figures = {**Evaluation(answers).figures(models.topics.facts.target_precision)}
        shares = {o.figure: share_right(self._exam.found(models), o) for o in self._others}
        return found | {LIFE_SAFETY_RECALL: recall} | shares

    def _answers(self, models: Models, trials: Sequence[Trial]) -> list[Answer]:
        found = self._exam.found(models)
        return answered(trials, [found[trial.text] for trial in trials])


def _trained_on(lesson: Lessons, since: datetime) -> dict[str, object]:
    return {
        "decisions": lesson.learned.total(),
        "topics": len(lesson.learned),
        "examples": len(lesson.samples) - lesson.learned.total(),
        "held_out": len(lesson.held_out),
        "since": since.isoformat(),
        "until": lesson.until.isoformat(),
    }


def _learned(models: Models, before: Models, others: Sequence[Companion]) -> dict[str, object]:
    """From how many decisions each of the others learned; none where the one in force stays."""
    return {
        other.part: 0
        if getattr(models, other.part) is getattr(before, other.part)
        else other.lesson.learned.total()
        for other in others
    }


def _keep(desk: Desk, row: TrainedModel, models: Models) -> bool:
    [row.sha256] = desk.blobs.put_many([models.to_bytes()])
    with desk.uow() as uow:
        added = uow.trained_models.add(row)
        uow.commit()
    return added
