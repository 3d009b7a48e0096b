"""Cases that wait for a person, for the tests of reviewing."""

from typing import Any

from sqlalchemy import update
from sqlmodel import col

from pipeline.desk import Desk
from store.models import Case, NotificationRow
from tests.fakes import make_message
from tests.pipeline.looking import case_from

RUBBISH, LIGHTS = "cop-toplama", "sokak-aydinlatma"
WHO, OTHER = "temsilci", "baska"
MATTER = "Buraya bir bakar mısınız, yine aynı şey oldu"


def waiting_case(desk: Desk, *, topic: str | None = RUBBISH, text: str = MATTER, **given: Any) -> Case:
    """A case that waits: the citizen chose a topic that is the district's, and told no district."""
    return case_from(desk, make_message(text=text, subject=None, headers=_chosen(topic), **given))


def _chosen(topic: str | None) -> dict[str, str]:
    return {"topic": topic} if topic else {}


def changed(desk: Desk, case: Case, **columns: Any) -> None:
    """Give a case other columns, as time or others would."""
    with desk.uow() as uow:
        uow.session.execute(update(Case).where(col(Case.id) == case.id).values(**columns))
        uow.commit()


def unit_mails(desk: Desk, case: Case) -> list[NotificationRow]:
    """What is, or was, owed to units of a case."""
    with desk.uow() as uow:
        return [
            n for n in uow.notifications.of_case(case.id or 0) if n.template.startswith(("routed", "unit_al"))
        ]


def details(desk: Desk, case: Case, kind: str) -> list[tuple[str, dict[str, Any]]]:
    """Who did something of this kind to a case, and its detail."""
    with desk.uow() as uow:
        return [(e.actor, e.detail) for e in uow.cases.history(case.id or 0) if e.kind == kind]
