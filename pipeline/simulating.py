"""What would have become of cases under another model or other rules: they are judged once more, and nothing
is written. Deadlines are left out: they follow from topic and kind."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from config.taxonomy import Taxonomy
from domain.decisions import Assignment, Classification
from domain.messages import InboundMessage
from domain.vocabulary import CaseState, Confidentiality
from pipeline.desk import Desk
from pipeline.judgement import Judgement, make_classifier, stored_taxonomy
from pipeline.model_shelf import load_models, models_in_force, stored_name
from pipeline.opening import first_state, question_of, reachable
from pipeline.personal import masked
from pipeline.taxonomy_review import rules_of
from store.records import Replayed
from store.unit_of_work import UnitOfWork

EXAMPLES = 5
"""Cases that are named of each move."""
BATCH = 64


class Move(NamedTuple):
    """Where cases are, and where they would have gone."""

    topic: str | None
    unit: str
    new_topic: str | None
    new_unit: str


class Example(NamedTuple):
    """A case that would have moved. `text` is None where it is restricted or was not asked for."""

    number: str
    text: str | None


@dataclass
class Simulation:
    """What came of it. `judged` are cases a person has decided about, `judged_right` those of them that the
    candidate gives the very topic; `faults` are rules that could not be applied, `unreadable` messages that
    could not be read."""

    cases: int = 0
    moves: Counter[Move] = field(default_factory=Counter)
    examples: dict[Move, list[Example]] = field(default_factory=dict)
    waited: int = 0
    would_wait: int = 0
    judged: int = 0
    judged_right: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    unreadable: int = 0


def simulate(
    desk: Desk,
    since: datetime,
    until: datetime,
    *,
    model: str | None = None,
    rules: Path | None = None,
    with_text: bool = False,
    told: Callable[[int], None] = lambda _: None,
) -> Simulation:
    """Judge the cases opened from `since` to before `until` (aware) once more.

    The model and rules in force stand in for what is not given. `told` hears how many cases each page had.

    Raises RefusedError `rules` for a file that cannot be understood, PermanentError for an unknown model.
    """
    found = Simulation()
    with desk.uow() as uow:
        uow.replays.read_only()
        judgement = _candidate(desk, uow, model, rules)
        for page in uow.replays.pages(since, until):
            for start in range(0, len(page), BATCH):
                _replay(judgement, page[start : start + BATCH], found, with_text=with_text)
            told(len(page))
    return found


def _candidate(desk: Desk, uow: UnitOfWork, model: str | None, rules: Path | None) -> Judgement:
    taxonomy = stored_taxonomy(uow)
    if rules is not None:
        taxonomy = replace(taxonomy, rules=rules_of(rules))
    chosen = load_models(desk, uow, stored_name(uow, model)) if model else models_in_force(desk, uow)
    return Judgement(
        taxonomy=taxonomy, classifier=make_classifier(taxonomy.topics, chosen), read_at=desk.now()
    )


def _replay(judgement: Judgement, cases: Sequence[Replayed], found: Simulation, *, with_text: bool) -> None:
    read = list(_read(cases, found))
    decisions = judgement.judge([question_of(message) for _, message in read], judgement.read_at)
    for (case, message), (classification, assignment) in zip(read, decisions, strict=True):
        assignment = reachable(assignment, judgement.taxonomy)
        _count(case, classification, assignment, found)
        move = Move(case.topic, case.unit, classification.topic, assignment.unit)
        if _moves(move, judgement.taxonomy):
            found.moves[move] += 1
            known = found.examples.setdefault(move, [])
            if len(known) < EXAMPLES:
                known.append(Example(case.number, _text(case, message) if with_text else None))


def _read(cases: Sequence[Replayed], found: Simulation) -> Iterator[tuple[Replayed, InboundMessage]]:
    for case in cases:
        found.cases += 1
        try:
            yield case, case.read()
        except (ValueError, KeyError, TypeError):
            found.unreadable += 1


def _count(case: Replayed, classification: Classification, assignment: Assignment, found: Simulation) -> None:
    found.waited += case.waited
    found.would_wait += first_state(assignment) is CaseState.IN_REVIEW
    found.judged += case.judged
    found.judged_right += case.judged and classification.topic == case.topic
    if assignment.fault:
        found.faults[assignment.fault] += 1


def _moves(move: Move, taxonomy: Taxonomy) -> bool:
    """Whether it would have gone elsewhere; which of the units that share a topic, only the hour decides."""
    if move.topic != move.new_topic:
        return True
    topic = taxonomy.topics.get(move.topic or "")
    shared = topic.units if topic else ()
    return move.unit != move.new_unit and not {move.unit, move.new_unit} <= set(shared)


def _text(case: Replayed, message: InboundMessage) -> str | None:
    return None if case.confidentiality == Confidentiality.RESTRICTED else masked(message.own_words)
