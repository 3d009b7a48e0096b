"""Many rows at once by COPY, which takes a third of the time of a multi-row INSERT."""

from collections.abc import Mapping, Sequence
from typing import Any

from psycopg import sql
from psycopg.types.json import Jsonb
from sqlalchemy import Table, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Session, SQLModel


def copy_rows(session: Session, model: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    """Add the rows, all with the same columns; what they do not name takes the database's default."""
    if not rows:
        return
    table: Table = model.__table__  # type: ignore[attr-defined]
    columns = list(rows[0])
    json = {name for name in columns if isinstance(table.c[name].type, JSONB)}
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    connection = session.connection().connection.dbapi_connection
    with connection.cursor() as cursor, cursor.copy(statement) as copy:  # type: ignore[union-attr]
        for row in rows:
            copy.write_row(
                [
                    Jsonb(row[name]) if name in json and row[name] is not None else row[name]
                    for name in columns
                ]
            )


def next_ids(session: Session, model: type[SQLModel], count: int) -> list[int]:
    """Fresh primary keys, so that rows that refer to one another are written without reading back."""
    name = model.__tablename__
    found = session.execute(
        text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)"),
        {"name": name, "count": count},
    )
    return [int(row[0]) for row in found]
