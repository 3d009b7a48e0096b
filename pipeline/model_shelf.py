"""Trained models by their version: the shipped one from its file, the others from rows and blobs.

A model in force whose artefact is missing or damaged stops nothing: the shipped one decides, and operators
are told.
"""

from enum import StrEnum
from functools import cache
from pathlib import Path

from domain.errors import DeskError, NotConfiguredError, UnreadableMessageError
from domain.vocabulary import Template
from pipeline.desk import Desk
from pipeline.log import get_logger
from pipeline.operators import owe_operator
from pipeline.refusal import RefusedError
from router.model import Model
from router.model_set import Models
from store.models import TrainedModel
from store.unit_of_work import UnitOfWork

SHIPPED = "shipped"
"""What operators may call the shipped model, whatever its version."""
SHIPPED_FOLDER = Path(__file__).parents[1] / "config" / "model"
_log = get_logger(__name__)


class ShippedName(StrEnum):
    """The models that come with the program, by the names of their files."""

    TOPICS = "shipped"
    KINDS = "kinds"
    VERDICTS = "verdicts"


@cache
def shipped_model(name: ShippedName = ShippedName.TOPICS) -> Model:
    """A model that comes with the program. Raises NotConfiguredError where its file cannot be used."""
    try:
        return Model.from_bytes((SHIPPED_FOLDER / f"{name}.safetensors").read_bytes())
    except OSError as error:
        raise NotConfiguredError(f"the model {name} cannot be read: {error}") from error


@cache
def shipped_models() -> Models:
    """The set of models that comes with the program. Raises NotConfiguredError as `shipped_model`."""
    topics, kinds, verdicts = map(shipped_model, ShippedName)
    return Models(topics=topics, kinds=kinds, verdicts=verdicts)


def stored_name(uow: UnitOfWork, version: str) -> str | None:
    """The version as rows hold it, from all of it or its beginning; None for the shipped model.

    Raises PermanentError for one that is unknown, or that begins like several.
    """
    known: dict[str, str | None] = {shipped_models().version: None} | {
        row.version: row.version for row in uow.trained_models.all()
    }
    if version == SHIPPED:
        return None
    found = [name for name in known if version and name.startswith(version)]
    if len(found) != 1:
        raise RefusedError("several_models" if found else "no_model", version=version)
    return known[found[0]]


def load_models(desk: Desk, uow: UnitOfWork, version: str | None) -> Models:
    """The models of a version as `stored_name` gives it.

    Raises RefusedError `model_damaged` where its artefact is missing, damaged or another's.
    """
    if version is None:
        return shipped_models()
    row = uow.trained_models.get(version)
    if row is None:
        raise RefusedError("no_model", version=version)
    try:
        return _read(desk, row)
    except (NotConfiguredError, UnreadableMessageError) as error:
        raise RefusedError("model_damaged", version=version, file=row.sha256) from error


def _read(desk: Desk, row: TrainedModel) -> Models:
    models = Models.from_bytes(desk.blobs.get(row.sha256))
    if models.version != row.version:
        raise NotConfiguredError(f"blob {row.sha256} is the model {models.version}, and not {row.version}")
    return models


def models_in_force(desk: Desk, uow: UnitOfWork, kept: Models | None = None) -> Models:
    """The models that decide now, `kept` again if it is these; the shipped ones where they cannot be read."""
    wanted = uow.trained_models.version_in_force()
    if kept is not None and kept.version == (wanted or shipped_models().version):
        return kept
    try:
        return load_models(desk, uow, wanted)
    except DeskError as error:
        if wanted is None:
            raise
        cause = str(error.__cause__ or error)
        _log.warning("model_unreadable", version=wanted, error=cause)
        _tell(desk, wanted, cause)
        return shipped_models()


def _tell(desk: Desk, version: str, cause: str) -> None:
    """Owe the word by itself: whoever asked for the model may be one that keeps nothing."""
    key = f"{Template.MODEL_DAMAGED}:{version}"
    values = {"model": version, "cause": cause}
    with desk.uow() as uow:
        owe_operator(
            desk, uow, Template.MODEL_DAMAGED, key, values, desk.now(), correlation=f"model-{version}"
        )
        uow.commit()
