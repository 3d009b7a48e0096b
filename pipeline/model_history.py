"""Which model decides: operators change it, every change is kept, and workers follow within a minute."""

from typing import Any

from domain.vocabulary import ActivationCause, ModelState
from pipeline.desk import Desk
from pipeline.learning import worse
from pipeline.model_shelf import SHIPPED, load_models, shipped_models, stored_name
from pipeline.refusal import RefusedError
from pipeline.review_guards import named
from store.models import ModelActivation, TrainedModel
from store.unit_of_work import UnitOfWork

AS_TRIED = {"coverage": "sure", "precision": "sure_precision"}
"""Figures of `router.calibration` that trials call otherwise."""


def model_rows(desk: Desk) -> list[dict[str, Any]]:
    """Every model, the newest first and the shipped one last: version, state, when, by whom, two figures. The
    shipped one has none here: it was measured on other texts, which says nothing beside the rest."""
    with desk.uow() as uow:
        return [*(_row(uow, row) for row in uow.trained_models.all()), _shipped_row(uow)]


def model_file(desk: Desk, version: str) -> dict[str, Any]:
    """Everything about a model, and when it decided. Raises PermanentError for one that is unknown."""
    with desk.uow() as uow:
        name = stored_name(uow, version)
        row = uow.trained_models.get(name) if name else None
        models = load_models(desk, uow, name)
        known = _row(uow, row) if row else _shipped_row(uow)
        kept = {"compared": row.compared, "trained_on": row.trained_on, "parent": row.parent} if row else {}
        topics = models.topics
        figures = row.figures if row else _shipped_figures()
        return {
            **{key: known[key] for key in ("version", "state", "created_at", "trained_by")},
            "labels": len(topics.labels),
            "target_precision": topics.facts.target_precision,
            "figures": figures,
            **kept,
            "activations": [_activation(each) for each in uow.trained_models.activations_of(name)],
        }


def activate(desk: Desk, version: str, who: str, *, force: bool = False) -> str:
    """Have a model decide; returns its whole version.

    Raises RefusedError: worse (unless forced), already. A model that cannot be read is never activated: it
    raises what reading it raises.
    """
    now, by = desk.now(), named(who)
    with desk.uow() as uow:
        uow.trained_models.lock()
        name = stored_name(uow, version)
        models = load_models(desk, uow, name)
        if uow.trained_models.version_in_force() == name:
            raise RefusedError("already", version=models.version)
        row = uow.trained_models.get(name) if name else None
        fallen = worse(row.figures, row.compared) if row else []
        if fallen and not force:
            raise RefusedError("worse", version=models.version, fallen=fallen)
        cause = ActivationCause.FORCED if fallen else ActivationCause.ACTIVATED
        uow.trained_models.activate(name, by, cause, now)
        uow.commit()
    return models.version


def roll_back(desk: Desk, who: str) -> str:
    """Have the model before decide again; returns its version.

    Raises RefusedError: nothing_before, or model_damaged where that one cannot be read.
    """
    now, by = desk.now(), named(who)
    with desk.uow() as uow:
        uow.trained_models.lock()
        back = uow.trained_models.roll_back(by, now)
        if back is None:
            raise RefusedError("nothing_before")
        load_models(desk, uow, back.version)
        uow.commit()
    return back.version or shipped_models().version


def _shipped_figures() -> dict[str, float]:
    """What training measured, by the names that these figures have wherever models are tried: there the share
    that is sure is called its coverage."""
    found = dict(shipped_models().topics.facts.figures)
    return {AS_TRIED.get(name, name): value for name, value in found.items()}


def _activation(row: ModelActivation) -> dict[str, Any]:
    return {"at": row.at, "activated_by": row.activated_by, "cause": row.cause}


def _row(uow: UnitOfWork, row: TrainedModel) -> dict[str, Any]:
    return {
        "version": row.version,
        "state": _state(uow, row.version),
        "created_at": row.created_at,
        "trained_by": row.trained_by,
        "decisions": row.trained_on["decisions"],
        "accuracy": row.figures["accuracy"],
        "coverage": row.figures["coverage"],
    }


def _shipped_row(uow: UnitOfWork) -> dict[str, Any]:
    return {
        "version": shipped_models().version,
        "state": _state(uow, None),
        "created_at": None,
        "trained_by": SHIPPED,
        "decisions": 0,
        "accuracy": None,
        "coverage": None,
    }


def _state(uow: UnitOfWork, name: str | None) -> ModelState:
    if uow.trained_models.version_in_force() == name:
        return ModelState.ACTIVE
    decided = name is None or any(uow.trained_models.activations_of(name))
    return ModelState.RETIRED if decided else ModelState.CANDIDATE
