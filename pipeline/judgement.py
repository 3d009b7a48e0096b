"""The classifier and the taxonomy in force, kept in the process and read anew every minute."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from config.cues import load_cues
from config.places import load_places
from config.taxonomy import Taxonomy
from domain.decisions import Assignment, Classification, Question
from domain.errors import NotConfiguredError
from domain.vocabulary import Channel
from pipeline.desk import Desk
from router.assignment import assign
from router.classifier import KeywordClassifier
from router.contracts import Classifier
from router.places import PlaceFinder
from store.unit_of_work import UnitOfWork

REFRESH_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """Decides what messages are about and who must solve them."""

    taxonomy: Taxonomy
    classifier: Classifier
    read_at: datetime

    def judge(self, questions: Sequence[Question], now: datetime) -> list[tuple[Classification, Assignment]]:
        """A classification and an assignment for each question, in order."""
        found = [_as_told(q, c) for q, c in zip(questions, self.classifier.classify(questions), strict=True)]
        return [(c, self.assign(q, c, now)) for q, c in zip(questions, found, strict=True)]

    def assign(self, question: Question, classification: Classification, now: datetime) -> Assignment:
        """Who must solve a case that is classified so, be it by a person; times run from `now` (aware)."""
        return assign(
            classification,
            classification.place or question.place,
            self.taxonomy,
            now=now,
            channel=question.channel or Channel.EMAIL,
            hide_identity=question.hide_identity,
            illegible=question.illegible,
        )


def _as_told(question: Question, found: Classification) -> Classification:
    """What an institution says of the kind of an application is no guess of ours."""
    return replace(found, kind=question.kind_hint) if question.kind_hint else found


_kept: dict[int, Judgement] = {}


def current(desk: Desk, uow: UnitOfWork, now: datetime) -> Judgement:
    """The judgement in force. Raises NotConfiguredError while there are no units or topics."""
    kept = _kept.get(id(desk))
    if kept and now - kept.read_at < REFRESH_AFTER:
        return kept
    taxonomy = Taxonomy(units=uow.taxonomy.units(), topics=uow.taxonomy.topics())
    if not (taxonomy.units and taxonomy.topics):
        raise NotConfiguredError("there are no units and topics yet; run `beyazmasa seed`")
    same = kept and kept.taxonomy == taxonomy
    classifier = (
        kept.classifier
        if kept and same
        else KeywordClassifier(taxonomy.topics, load_cues(), PlaceFinder(load_places()))
    )
    _kept[id(desk)] = Judgement(taxonomy=taxonomy, classifier=classifier, read_at=now)
    return _kept[id(desk)]
