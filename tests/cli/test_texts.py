"""Operators read the program's vocabularies in Turkish."""

from enum import StrEnum

import pytest

from cli.texts import word
from domain.vocabulary import CaseKind, CaseState, Confidentiality, Priority


@pytest.mark.parametrize("vocabulary", [CaseKind, CaseState, Confidentiality, Priority])
def test_every_word_has_a_name_of_its_own(vocabulary: type[StrEnum]) -> None:
    names = [word(value) for value in vocabulary]
    assert len(set(names)) == len(names)
    assert not set(names) & set(vocabulary) - {"normal"}, "the one that Turkish spells alike"
