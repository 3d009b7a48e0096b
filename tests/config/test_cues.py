"""The shipped cues fit the shipped topics."""

from pathlib import Path

import pytest

from config.cues import load_cues
from config.taxonomy import FOLDER, load_taxonomy
from domain.errors import NotConfiguredError
from domain.vocabulary import CaseKind, Confidentiality, Priority


def test_every_danger_belongs_to_a_topic_of_danger_to_life() -> None:
    topics = load_taxonomy().topics
    for danger in load_cues().dangers:
        assert topics[danger.topic].priority is Priority.LIFE_SAFETY, danger.topic


def test_every_topic_of_danger_to_life_has_its_signs() -> None:
    named = {danger.topic for danger in load_cues().dangers}
    topics = load_taxonomy().topics.values()
    assert {t.code for t in topics if t.priority is Priority.LIFE_SAFETY} == named


def test_every_kind_has_cues_and_both_degrees_have_theirs() -> None:
    cues = load_cues()
    assert cues.kinds.keys() == set(CaseKind)
    assert cues.confidentiality.keys() == {Confidentiality.RESTRICTED, Confidentiality.IDENTITY_HIDDEN}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[kinds.complaint]", "[kinds.grumble]"),
        ("[readings]", "[readings"),
        ("[negation]", "[denial]"),
        ('topic = "yangin"', 'subject = "yangin"'),
    ],
)
def test_a_broken_file_is_named(tmp_path: Path, old: str, new: str) -> None:
    text = (FOLDER / "cues.toml").read_text("utf-8")
    assert old in text
    (tmp_path / "cues.toml").write_text(text.replace(old, new), "utf-8")
    with pytest.raises(NotConfiguredError, match=r"cues\.toml"):
        load_cues(tmp_path)
