"""Cases that a unit works on and their citizens add to, for the tests of what the unit hears of it."""

from typing import Any

from sqlalchemy import update

from domain.messages import InboundMessage
from domain.vocabulary import (
    MailRhythm,
    Template,
)
from pipeline.desk import Desk
from pipeline.judgement import REFRESH_AFTER
from store.models import Case, NotificationRow, OutboxEntry, UnitRow
from tests.fakes import Clock, make_message
from tests.pipeline.answering_units import CITIZEN, assigned_case
from tests.pipeline.looking import notices_of, send_all
from tests.pipeline.timing import rows_of

ONE = "ekip@birim.example"
WORDS = "Konteyner caminin arkasında. Telefonum 0532 999 88 77."


def one_office(desk: Desk) -> None:
    """Every unit is one office with one address."""
    with desk.uow() as uow:
        uow.session.execute(update(UnitRow).values(emails=[ONE], rhythm=MailRhythm.AT_ONCE))
        uow.commit()


def brought(desk: Desk, **given: Any) -> Case:
    """A case whose unit has had its mail."""
    case = assigned_case(desk, **given)
    send_all(desk)
    return case


def addition(case: Case, words: str = WORDS, **given: Any) -> InboundMessage:
    return make_message(**{"sender": CITIZEN, "subject": f"Başvuru {case.number}", "text": words} | given)


def owed(desk: Desk, case: Case) -> list[NotificationRow]:
    return [row for row in notices_of(desk, case) if row.template == Template.CITIZEN_ADDED]


def mails(desk: Desk) -> list[OutboxEntry]:
    """What left to the office, the mails that brought cases left out."""
    left = [entry for entry in rows_of(desk, OutboxEntry) if entry.recipient == f"mailto:{ONE}"]
    return [entry for entry in left if "k bilgi" in (entry.subject or "")]


def rhythm(desk: Desk, clock: Clock, wanted: MailRhythm) -> None:
    """Let every unit have this rhythm from now on."""
    with desk.uow() as uow:
        uow.session.execute(update(UnitRow).values(rhythm=wanted))
        uow.commit()
    clock.step(seconds=REFRESH_AFTER.total_seconds())
