"""Which model decides: the newest activation, and what a roll-back brings back."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from domain.vocabulary import ActivationCause
from store.engine import Engine, make_engine
from store.models import TrainedModel
from store.trained_models import TrainedModelRepository
from store.unit_of_work import UnitOfWork

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """The test's own database."""
    made = make_engine(database_url)
    yield made
    made.dispose()


def known(models: TrainedModelRepository, *versions: str) -> None:
    for version in versions:
        row = TrainedModel(
            version=version, created_at=NOW, sha256="0" * 64, parent="shipped", trained_by="temsilci"
        )
        assert models.add(row)


def made_to_decide(models: TrainedModelRepository, steps: str) -> list[str | None]:
    """What decides after each step: a letter activates, `s` the shipped one, `<` rolls back."""
    found = []
    for step in steps:
        if step == "<":
            models.roll_back("temsilci", NOW)
        else:
            version = None if step == "s" else step
            models.activate(version, "temsilci", ActivationCause.ACTIVATED, NOW)
        found.append(models.version_in_force())
    return found


@pytest.mark.parametrize(
    ("label", "steps", "expected"),
    [
        ("one after another", "ab", ["a", "b"]),
        ("back to the shipped one", "a<", ["a", None]),
        ("one step after the other, not to and fro", "ab<<", ["a", "b", "a", None]),
        ("what was left is activated anew", "ab<b<", ["a", "b", "a", "b", "a"]),
        ("the shipped one by name, and back", "as<", ["a", None, "a"]),
        ("further back than the beginning", "a<<", ["a", None, None]),
    ],
)
def test_a_roll_back_returns_to_the_one_before(
    engine: Engine, label: str, steps: str, expected: list[str | None]
) -> None:
    with UnitOfWork(engine) as uow:
        known(uow.trained_models, "a", "b")
        assert made_to_decide(uow.trained_models, steps) == expected


def test_every_change_is_kept(engine: Engine) -> None:
    with UnitOfWork(engine) as uow:
        models = uow.trained_models
        known(models, "a", "b")
        assert models.roll_back("temsilci", NOW) is None, "there was nothing before"
        made_to_decide(models, "ab<")
        assert [row.cause for row in models.activations_of("a")] == ["rolled_back", "activated"]
        assert [row.cause for row in models.activations_of("b")] == ["activated"]
        assert models.activations_of(None) == []


def test_the_same_model_is_kept_once(engine: Engine) -> None:
    with UnitOfWork(engine) as uow:
        known(uow.trained_models, "a")
        again = TrainedModel(version="a", created_at=NOW, sha256="1" * 64, parent="", trained_by="baska")
        assert not uow.trained_models.add(again)
        kept = uow.trained_models.get("a")
        assert kept is not None
        assert kept.sha256 == "0" * 64
