"""The shipped cues fit the shipped topics."""

from pathlib import Path

import pytest

from config.cues import load_cues
from config.taxonomy import FOLDER, load_taxonomy
from domain.errors import NotConfiguredError
from domain.urn import can_receive_sms, phone_urn
from domain.vocabulary import CaseKind, Confidentiality, Priority


def test_every_danger_has_a_unit_that_can_be_alarmed_by_text_message() -> None:
    taxonomy = load_taxonomy()
    for danger in load_cues().dangers:
        phones = map(phone_urn, taxonomy.units[taxonomy.topics[danger.topic].unit].phones)
        assert any(phone and can_receive_sms(phone) for phone in phones), danger.topic


def test_every_topic_of_danger_to_life_has_its_signs() -> None:
    named = {danger.topic for danger in load_cues().dangers}
    topics = load_taxonomy().topics.values()
    assert {t.code for t in topics if t.priority is Priority.LIFE_SAFETY} <= named


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
