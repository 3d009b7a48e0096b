"""The cases that messages go on with, where a merged one is the case it was merged into (E13)."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from domain.cases import CLOSED
from domain.vocabulary import CaseState
from store.records import KnownCase
from store.unit_of_work import UnitOfWork

_Key = TypeVar("_Key")


def cases_in_force(uow: UnitOfWork, case_ids: Sequence[int]) -> dict[int, KnownCase]:
    """By the ids asked for; unknown ones are missing."""
    return in_force(uow, uow.cases.known_by_id(case_ids)) if case_ids else {}


def in_force(uow: UnitOfWork, found: Mapping[_Key, KnownCase]) -> dict[_Key, KnownCase]:
    """The same cases, each merged one replaced by its target."""
    targets = [case.merged_into for case in found.values() if case.merged_into]
    merged = uow.cases.known_by_id(targets) if targets else {}
    return {key: merged.get(case.merged_into or 0, case) for key, case in found.items()}


def is_open(case: KnownCase | None) -> bool:
    """Whether messages may still be added to a case. Not to one whose people were erased: no later erasure
    would find what is written to it."""
    return case is not None and CaseState(case.state) not in CLOSED and case.anonymised_at is None
