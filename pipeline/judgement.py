"""The classifier and the taxonomy in force, kept in the process and read anew every minute."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache, cached_property

from config.cues import load_cues
from config.places import load_places
from config.taxonomy import Taxonomy
from domain.decisions import Assignment, Classification, Question, Topic
from domain.errors import NotConfiguredError
from domain.vocabulary import Channel
from pipeline.collector import keep_what_is_loaded
from pipeline.desk import Desk
from pipeline.model_shelf import models_in_force
from router.assignment import assign
from router.contracts import Classifier
from router.learned import LearnedClassifier
from router.model_set import Models
from router.places import PlaceFinder
from router.rules import RuleBook
from store.unit_of_work import UnitOfWork

REFRESH_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """Decides what messages are about and who must solve them.

    `open_cases` are those of the units that share topics: counted when it was read, and from then on those
    that this process adds.
    """

    taxonomy: Taxonomy
    classifier: Classifier
    read_at: datetime
    open_cases: dict[str, int] = field(default_factory=dict)

    @cached_property
    def book(self) -> RuleBook:
        """The taxonomy's routing rules, ready for use."""
        return RuleBook(self.taxonomy)

    def judge(self, questions: Sequence[Question], now: datetime) -> list[tuple[Classification, Assignment]]:
        """A classification and an assignment for each question, in order."""
        found = [_as_told(q, c) for q, c in zip(questions, self.classifier.classify(questions), strict=True)]
        return [(c, self.assign(q, c, now)) for q, c in zip(questions, found, strict=True)]

    def assign(self, question: Question, classification: Classification, now: datetime) -> Assignment:
        """Who must solve a case that is classified so, be it by a person; times run from `now` (aware)."""
        found = assign(
            classification,
            classification.place or question.place,
            self.book,
            now=now,
            channel=question.channel or Channel.EMAIL,
            hide_identity=question.hide_identity,
            illegible=question.illegible,
            by_person=question.by_person,
            load=self.open_cases,
        )
        if found.unit in self.open_cases:
            self.open_cases[found.unit] += 1
        return found


def _as_told(question: Question, found: Classification) -> Classification:
    """What an institution says of the kind of an application is no guess of ours."""
    return replace(found, kind=question.kind_hint) if question.kind_hint else found


@dataclass
class _Kept:
    """What is in force at a desk."""

    judgement: Judgement | None = None


_newest: list[tuple[Mapping[str, Topic], Models, Classifier]] = []
"""The last classifier that was built, and from what: it takes longer to build than a batch to judge."""


def current(desk: Desk, uow: UnitOfWork, now: datetime) -> Judgement:
    """The judgement in force. Raises NotConfiguredError while there are no units or topics."""
    kept = desk.part(_kept)
    if kept.judgement and now - kept.judgement.read_at < REFRESH_AFTER:
        return kept.judgement
    taxonomy = stored_taxonomy(uow)
    if not (taxonomy.units and taxonomy.topics):
        raise NotConfiguredError("there are no units and topics yet; run `beyazmasa migrate`")
    classifier = _classifier(taxonomy, models_in_force(desk, uow, _newest[0][1] if _newest else None))
    kept.judgement = Judgement(
        taxonomy=taxonomy, classifier=classifier, read_at=now, open_cases=_open_cases(uow, taxonomy)
    )
    return kept.judgement


def _kept(desk: Desk) -> _Kept:
    return _Kept()


def make_classifier(topics: Mapping[str, Topic], models: Models) -> Classifier:
    """A classifier over these topics that decides by these models."""
    return LearnedClassifier(topics, load_cues(), _place_finder(), models)


@cache
def _place_finder() -> PlaceFinder:
    return PlaceFinder(load_places())


def _classifier(taxonomy: Taxonomy, models: Models) -> Classifier:
    if not (_newest and _newest[0][0] == taxonomy.topics and _newest[0][1].version == models.version):
        _newest[:] = [(taxonomy.topics, models, make_classifier(taxonomy.topics, models))]
        keep_what_is_loaded()
    return _newest[0][2]


def stored_taxonomy(uow: UnitOfWork) -> Taxonomy:
    """The units, topics and rules as operators left them."""
    return Taxonomy(units=uow.taxonomy.units(), topics=uow.taxonomy.topics(), rules=uow.taxonomy.rules())


def _open_cases(uow: UnitOfWork, taxonomy: Taxonomy) -> dict[str, int]:
    sharing = {unit for topic in taxonomy.topics.values() for unit in topic.units}
    return dict.fromkeys(sharing, 0) | uow.taxonomy.open_cases(sharing)
