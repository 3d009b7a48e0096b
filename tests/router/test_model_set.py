"""The artefact of the models that decide together."""

from dataclasses import replace

import pytest

from domain.errors import NotConfiguredError
from router.model import Model
from router.model_set import Models
from router.training import Sample, train
from tests.router.telling import told


@pytest.fixture(scope="module")
def models() -> Models:
    topics, kinds, verdicts = map(model, ("çöp", "su", "yol"))
    return Models(topics=topics, kinds=kinds, verdicts=verdicts)


def model(word: str) -> Model:
    return train([Sample(f"{word} {label} {at}", label) for label in ("var", "yok") for at in range(3)])


def test_what_is_written_is_read_and_equal_sets_are_equal_bytes(models: Models) -> None:
    raw = models.to_bytes()
    again = Models.from_bytes(raw)
    assert (again.version, again.to_bytes()) == (models.version, raw)
    assert told(again.kinds, ["su var"]) == told(models.kinds, ["su var"])


@pytest.mark.parametrize("part", ["topics", "kinds", "verdicts"])
def test_another_part_is_another_version(models: Models, part: str) -> None:
    assert replace(models, **{part: model("park")}).version != models.version


@pytest.mark.parametrize("damage", ["cut", "changed", "nothing", "one model"])
def test_a_damaged_file_is_refused(models: Models, damage: str) -> None:
    raw = models.to_bytes()
    spoilt = {
        "cut": raw[:-1],
        "changed": raw[:-1] + bytes([raw[-1] ^ 1]),
        "nothing": b"",
        "one model": models.topics.to_bytes(),
    }[damage]
    with pytest.raises(NotConfiguredError):
        Models.from_bytes(spoilt)
