"""Columns that several tables share the shape of."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ColumnElement, Identity, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, col


def key() -> Any:
    """A generated 64-bit primary key."""
    return Field(default=None, primary_key=True, sa_type=BigInteger, sa_column_args=[Identity()])


def reference(target: str, *, index: bool = False, nullable: bool = False) -> Any:
    """A 64-bit foreign key."""
    default = None if nullable else ...
    return Field(default=default, foreign_key=target, sa_type=BigInteger, index=index, nullable=nullable)


def loose_reference(target: str) -> Any:
    """A 64-bit foreign key that is emptied when what it refers to is deleted."""
    return Field(default=None, foreign_key=target, sa_type=BigInteger, nullable=True, ondelete="SET NULL")


def json_object() -> Any:
    """A JSONB object, empty by default."""
    return Field(default_factory=dict, sa_type=JSONB)


def json_or_null() -> Any:
    """A JSONB value that may be missing."""
    return Field(default=None, sa_type=JSONB(none_as_null=True))


def json_list() -> Any:
    """A JSONB list, empty by default."""
    return Field(default_factory=list, sa_type=JSONB)


def texts() -> Any:
    """An array of texts, empty by default."""
    return Field(default_factory=list, sa_type=ARRAY(Text))


def texts_or_null() -> Any:
    """An array of texts that may be missing."""
    return Field(default=None, sa_type=ARRAY(Text))


def one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    """A check that a column holds one of a closed vocabulary."""
    allowed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({allowed})", name=f"{column}_is_known")


def text_in(column: Any, name: str) -> ColumnElement[str]:
    """What a JSONB column of objects holds under a name, as text."""
    found: ColumnElement[str] = col(column)[name].astext
    return found
