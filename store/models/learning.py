"""Models that were trained here, and which of them decided when. The shipped one has no row."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from domain.vocabulary import ActivationCause
from store.models.columns import json_object, key, one_of, reference


class TrainedModel(SQLModel, table=True):
    """A trained model: its artefact is the blob `sha256`, and so checked whenever it is read.

    `figures` are those of the hold-out, `compared` what the model then in use reached on the same texts;
    `parent` is that model's version. Rows are added, never changed.
    """

    __tablename__ = "trained_models"

    version: str = Field(primary_key=True)
    created_at: datetime
    sha256: str
    figures: dict[str, Any] = json_object()
    compared: dict[str, Any] = json_object()
    trained_on: dict[str, Any] = json_object()
    parent: str
    trained_by: str


class ModelActivation(SQLModel, table=True):
    """From when on a model decides; the newest row is in force. Rows are added, never changed.

    No version means the shipped model, whichever a release ships. `returns_to` is the row that a roll-back
    brings back; none means the time before the first.
    """

    __tablename__ = "model_activations"
    __table_args__ = (one_of("cause", ActivationCause),)

    id: int | None = key()
    version: str | None = Field(default=None, foreign_key="trained_models.version")
    at: datetime
    activated_by: str
    cause: str
    returns_to: int | None = reference("model_activations.id", nullable=True)
