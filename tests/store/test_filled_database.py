"""A database that an earlier release has filled is brought to this one's schema without losing a row."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from alembic import command
from sqlalchemy import ARRAY, Column, Engine, MetaData, Table, func, inspect, select, text
from sqlalchemy.dialects.postgresql import JSONB

from domain.vocabulary import CaseKind
from store import migrate
from store.engine import make_engine
from tests.servers.postgres import PostgresServer

BEFORE = "0004"
"""The first release's revision."""
_NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
_PLAIN: dict[type, Any] = {str: "x", int: 1, float: 0.5, bool: False, datetime: _NOW}
Checks = dict[str, list[str]]


@pytest.fixture
def engine(postgres_server: PostgresServer) -> Iterator[Engine]:
    """A database at the earlier revision, with one row in every table."""
    postgres_server.revive()
    url = postgres_server.create()
    command.upgrade(migrate._config(url), BEFORE)
    made = make_engine(url)
    _fill(made)
    yield made
    made.dispose()
    postgres_server.drop(url)


def test_a_filled_database_is_upgraded_whole(engine: Engine) -> None:
    before = _rows(engine)
    assert len(before) > 15, "the release's tables are there"
    assert set(before.values()) == {1}, "and filled"
    url = engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
    migrate.upgrade(url)
    after = _rows(engine)
    assert {name: after[name] for name in before} == before
    assert migrate.is_current(engine)
    migrate.check(url)
    assert _unvalidated(engine) == [], "every row was looked at"
    with engine.begin() as connection:
        for kind in CaseKind:
            connection.execute(text("UPDATE cases SET kind = :kind"), {"kind": kind})


def test_kinds_that_an_earlier_release_does_not_know_are_called_what_it_called_them(engine: Engine) -> None:
    url = engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
    migrate.upgrade(url)
    for kind, before in (("thanks", "suggestion"), ("danger", "complaint"), ("request", "request")):
        with engine.begin() as connection:
            connection.execute(text("UPDATE cases SET kind = :kind"), {"kind": kind})
        command.downgrade(migrate._config(url), "0014")
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT kind FROM cases")) == before
        command.upgrade(migrate._config(url), "head")


def _unvalidated(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(text("SELECT conname FROM pg_constraint WHERE NOT convalidated")))


def _fill(engine: Engine) -> None:
    known = inspect(engine)
    checks = {name: [c["sqltext"] for c in known.get_check_constraints(name)] for name in _tables(engine)}
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # they refer to one another
        for table in _tables(engine).values():
            wanted = [column for column in table.columns if not column.identity]
            connection.execute(
                table.insert().values({column.name: _value(column, checks) for column in wanted})
            )


def _value(column: Column[Any], checks: Checks) -> Any:
    if column.foreign_keys and column.nullable:
        return None
    if isinstance(column.type, JSONB):
        return {}
    if isinstance(column.type, ARRAY):
        return []
    plain = _PLAIN[column.type.python_type]
    allowed = re.compile(rf"^\(*{column.name}\b.*?'(\w+)'")
    found = [match[1] for check in checks[column.table.name] if (match := allowed.match(check))]
    return found[0] if found and plain == "x" else plain


def _tables(engine: Engine) -> dict[str, Table]:
    known = MetaData()
    known.reflect(engine)
    return {name: table for name, table in known.tables.items() if name != "alembic_version"}


def _rows(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        counts = {n: select(func.count()).select_from(t) for n, t in _tables(engine).items()}
        return {name: connection.scalar(count) or 0 for name, count in counts.items()}
