"""Models that were trained here, and which decided when."""

from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from domain.vocabulary import ActivationCause
from store.models import ModelActivation, TrainedModel


class TrainedModelRepository:
    """Candidates, the model in force, and the history of activations."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, model: TrainedModel) -> bool:
        """Keep a candidate; False when the very same one is there already."""
        statement = insert(TrainedModel).on_conflict_do_nothing().values(model.model_dump())
        return self._session.execute(statement.returning(col(TrainedModel.version))).first() is not None

    def get(self, version: str) -> TrainedModel | None:
        """The model of this version, or None."""
        return self._session.get(TrainedModel, version)

    def all(self) -> list[TrainedModel]:
        """Every trained model, the newest first."""
        statement = select(TrainedModel).order_by(
            col(TrainedModel.created_at).desc(), col(TrainedModel.version)
        )
        return list(self._session.scalars(statement))

    def in_force(self) -> ModelActivation | None:
        """The newest activation; None while nothing but the shipped model ever decided."""
        statement = select(ModelActivation).order_by(col(ModelActivation.id).desc()).limit(1)
        return self._session.scalars(statement).first()

    def version_in_force(self) -> str | None:
        """The version of the trained model that decides; None for the shipped one."""
        found = self.in_force()
        return found.version if found else None

    def activations_of(self, version: str | None) -> list[ModelActivation]:
        """Who made this model decide, and when, None for the shipped one; the newest first."""
        statement = select(ModelActivation).where(col(ModelActivation.version).is_not_distinct_from(version))
        return list(self._session.scalars(statement.order_by(col(ModelActivation.id).desc())))

    def activate(self, version: str | None, who: str, cause: ActivationCause, now: datetime) -> None:
        """Have a model decide from now on, None for the shipped one; the caller has locked and looked."""
        before = self.in_force()
        self._record(version, who, cause, now, before.id if before else None)

    def roll_back(self, who: str, now: datetime) -> ModelActivation | None:
        """Have the model before decide again; None, and nothing is done, where there was none before.

        Rolled back twice, it is the one before that: what was left behind does not come back by itself.
        """
        current = self.in_force()
        if current is None or (current.version is None and current.returns_to is None):
            return None
        before = self._session.get(ModelActivation, current.returns_to) if current.returns_to else None
        further = before.returns_to if before else None
        version = before.version if before else None
        return self._record(version, who, ActivationCause.ROLLED_BACK, now, further)

    def lock(self) -> None:
        """Let nobody else change what is in force until the transaction ends."""
        self._session.execute(text("SELECT pg_advisory_xact_lock(hashtext('model_activations'))"))

    def _record(
        self, version: str | None, who: str, cause: ActivationCause, now: datetime, returns_to: int | None
    ) -> ModelActivation:
        given: dict[str, Any] = {"version": version, "at": now, "activated_by": who, "cause": cause}
        made = ModelActivation(**given, returns_to=returns_to)
        self._session.add(made)
        self._session.flush()
        return made
