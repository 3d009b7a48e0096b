"""Trains a model from what people decided, tries it on the latest decisions beside the one in force, and
keeps it as a candidate. It runs in the process of whoever asks, never in a worker; no transaction is open
meanwhile.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from config.cues import load_cues
from config.examples import load_examples
from config.taxonomy import Taxonomy
from domain.vocabulary import Priority
from pipeline.desk import Desk
from pipeline.drift import BEGINNING
from pipeline.evaluating import Trial, answered, classified
from pipeline.judgement import make_classifier, stored_taxonomy
from pipeline.model_shelf import model_in_force
from pipeline.personal import masked
from pipeline.refusal import RefusedError
from router.curriculum import topic_samples, train_topics
from router.evaluation import Answer, Evaluation
from router.lessons import Decided, Lessons, distinct, lessons
from router.model import Model
from router.training import Sample
from store.models import TrainedModel
from store.records import Label
from store.unit_of_work import UnitOfWork

LIFE_SAFETY_RECALL = "life_safety_recall"
_GUARDED = ("accuracy", "coverage", LIFE_SAFETY_RECALL)
"""The figures of which none may fall: how often it is right, how much it may decide alone, and that no danger
to life is missed."""
_EPSILON = 1e-9


@dataclass(frozen=True, kw_only=True)
class Trained:
    """A candidate as it is kept. `worse` are the figures in which it falls behind the model in force; both
    aim at the precision `target`."""

    row: TrainedModel
    target: float
    is_new: bool
    worse: Sequence[str]


def train_candidate(desk: Desk, who: str, since: datetime = BEGINNING) -> Trained:
    """A model that learned from decisions since then, and its figures beside those of the model in force.

    Raises RefusedError `too_few`, with how many decisions there are and how many it takes.
    """
    with desk.uow() as uow:
        decided, taxonomy = _decided(uow, since), stored_taxonomy(uow)
        before = model_in_force(desk, uow)
    known = [each for each in decided if each.topic in taxonomy.topics]
    if len(known) < desk.settings.learn_least:
        raise RefusedError("too_few", found=len(known), needed=desk.settings.learn_least)
    shipped = topic_samples(load_examples().topics, taxonomy.topics)
    lesson = lessons(known, shipped)
    target = before.facts.target_precision
    model = train_topics(lesson.samples, taxonomy.topics, load_cues(), target_precision=target)
    figures, compared = (_figures(each, taxonomy, lesson, shipped) for each in (model, before))
    row = TrainedModel(
        version=model.version,
        created_at=desk.now(),
        sha256="",
        figures=figures,
        compared=compared,
        trained_on=_trained_on(lesson, since),
        parent=before.version,
        trained_by=who,
    )
    return Trained(
        row=row,
        target=target,
        is_new=_keep(desk, row, model),
        worse=worse(figures, compared),
    )


def worse(figures: Mapping[str, float | None], compared: Mapping[str, float | None]) -> list[str]:
    """The guarded figures in which a model falls behind another, both measured on the same texts."""
    pairs = [(name, figures.get(name), compared.get(name)) for name in _GUARDED]
    return [n for n, new, old in pairs if new is not None and old is not None and new < old - _EPSILON]


def _decided(uow: UnitOfWork, since: datetime) -> list[Decided]:
    labels = uow.reviews.labels(since)
    return distinct(
        Decided(text=text_of(each), topic=each.topic, at=each.at) for each in labels if each.topic
    )


def text_of(label: Label) -> str:
    """What the classifier was given of a labelled case, masked: a model keeps pieces of what it learns."""
    return masked("\n".join(filter(None, (label.subject, label.text))))


def _figures(
    model: Model, taxonomy: Taxonomy, lesson: Lessons, shipped: Sequence[Sample]
) -> dict[str, float | None]:
    answers = _answers(model, taxonomy, [Trial(text=d.text, label=d.topic) for d in lesson.held_out])
    dangers = frozenset(t.code for t in taxonomy.topics.values() if t.priority is Priority.LIFE_SAFETY)
    # Dangers are rare among the latest decisions: the shipped examples of them stand by.
    examples = [Trial(text=s.text, label=s.label) for s in shipped if s.label in dangers]
    recall = Evaluation([*answers, *_answers(model, taxonomy, examples)]).recall(dangers)
    found = Evaluation(answers).figures(model.facts.target_precision)
    return {**found, LIFE_SAFETY_RECALL: recall}


def _answers(model: Model, taxonomy: Taxonomy, trials: Sequence[Trial]) -> list[Answer]:
    found = classified(make_classifier(taxonomy.topics, model), [trial.text for trial in trials])
    return answered(trials, found)


def _trained_on(lesson: Lessons, since: datetime) -> dict[str, object]:
    return {
        "decisions": lesson.learned.total(),
        "topics": len(lesson.learned),
        "examples": len(lesson.samples) - lesson.learned.total(),
        "held_out": len(lesson.held_out),
        "since": since.isoformat(),
        "until": lesson.until.isoformat(),
    }


def _keep(desk: Desk, row: TrainedModel, model: Model) -> bool:
    [row.sha256] = desk.blobs.put_many([model.to_bytes()])
    with desk.uow() as uow:
        added = uow.trained_models.add(row)
        uow.commit()
    return added
