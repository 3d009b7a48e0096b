"""Operators read the program's vocabularies in Turkish."""

from enum import StrEnum

import pytest

from cli.texts import word
from domain.vocabulary import (
    CaseEventKind,
    CaseKind,
    CaseState,
    Confidentiality,
    NotACase,
    NoticeStanding,
    NoticeTrouble,
    Priority,
    Template,
)
from router.assignment import ReviewReason


@pytest.mark.parametrize("vocabulary", [CaseKind, CaseState, Confidentiality, Priority])
def test_every_word_has_a_name_of_its_own(vocabulary: type[StrEnum]) -> None:
    names = [word(value) for value in vocabulary]
    assert len(set(names)) == len(names)
    assert not set(names) & set(vocabulary) - {"normal"}, "the one that Turkish spells alike"


@pytest.mark.parametrize(
    "vocabulary", [CaseEventKind, NotACase, NoticeStanding, NoticeTrouble, ReviewReason, Template]
)
def test_every_word_of_a_history_is_translated(vocabulary: type[StrEnum]) -> None:
    assert [value for value in vocabulary if word(value) == value] == []
