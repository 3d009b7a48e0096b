"""What the database refuses: told apart from a database that is away, and without citizens' words."""

import random
import string
import traceback
from collections.abc import Callable
from datetime import datetime

import psycopg
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from domain.vocabulary import Channel
from store.bulk import copy_rows
from store.engine import make_engine
from store.failures import DatabaseAwayError
from store.models import Contact
from store.unit_of_work import UnitOfWork

SECRET = "tel:+905321234567"
_TWICE = "INSERT INTO contacts (urn, created_at) VALUES (:urn, now()), (:urn, now())"


@pytest.fixture
def engine(database_url: str) -> Engine:
    """A pool on the test's own database."""
    return make_engine(database_url)


def by_statement(uow: UnitOfWork) -> None:
    uow.session.execute(text(_TWICE), {"urn": SECRET})


def by_flush(uow: UnitOfWork) -> None:
    now = uow.session.scalar(text("SELECT now()"))
    uow.session.add_all([Contact(urn=SECRET, created_at=now), Contact(urn=SECRET, created_at=now)])
    uow.commit()


def by_copy(uow: UnitOfWork) -> None:
    now = uow.session.scalar(text("SELECT now()"))
    copy_rows(uow.session, Contact, [{"urn": SECRET, "created_at": now}] * 2)


def by_cast(uow: UnitOfWork) -> None:
    uow.session.execute(text("SELECT CAST(:urn AS bigint)"), {"urn": SECRET})


@pytest.mark.parametrize(
    ("refused", "state"),
    [(by_statement, "23505"), (by_flush, "23505"), (by_copy, "23505"), (by_cast, "22P02")],
)
def test_a_refusal_names_its_class_and_sqlstate_and_quotes_no_row(
    engine: Engine, refused: Callable[[UnitOfWork], None], state: str
) -> None:
    with pytest.raises((DBAPIError, psycopg.Error)) as caught, UnitOfWork(engine) as uow:
        refused(uow)
    told = "".join(traceback.format_exception(caught.value))
    assert SECRET not in told
    assert state in told
    engine.dispose()


def test_what_is_too_long_for_the_server_is_no_database_that_is_away(engine: Engine) -> None:
    """SQLSTATE class 54 is for psycopg an operational error; tried for ever it would block everything."""
    with pytest.raises(DBAPIError) as caught, UnitOfWork(engine) as uow:
        uow.accounts.add(Channel.SMS, _random_text(20_000), {}, None, "k", _now(uow))
    assert getattr(caught.value.orig, "sqlstate", None) == "54000"
    engine.dispose()


def test_a_database_that_does_not_answer_is_away_and_says_where() -> None:
    engine = make_engine("postgresql://desk@/desk?host=/nowhere")
    with pytest.raises(DatabaseAwayError, match="/nowhere"), UnitOfWork(engine) as uow:
        uow.accounts.all()


def test_a_statement_that_takes_too_long_is_ended_and_the_database_counts_as_busy(database_url: str) -> None:
    engine = make_engine(database_url, statement_seconds=1)
    with pytest.raises(DatabaseAwayError, match="57014"), UnitOfWork(engine) as uow:
        uow.session.execute(text("SELECT pg_sleep(30)"))
    engine.dispose()


@pytest.mark.parametrize(("given", "stated"), [({}, "1min"), ({"statement_seconds": 0}, "0")])
def test_every_statement_has_an_end_but_a_migrations(
    database_url: str, given: dict[str, int], stated: str
) -> None:
    engine = make_engine(database_url, **given)
    with engine.connect() as connection:
        assert connection.scalar(text("SHOW statement_timeout")) == stated
    engine.dispose()


def _random_text(length: int) -> str:
    return "".join(random.Random(7).choices(string.ascii_letters, k=length))  # what does not compress


def _now(uow: UnitOfWork) -> datetime:
    moment: datetime = uow.session.scalar(text("SELECT now()"))
    return moment
