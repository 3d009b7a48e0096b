"""What an institution's columns, dates and words mean to the desk: configuration, with a shipped default."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from connectors.feeds.columns import REQUIRED, AnswerField, FeedField
from connectors.feeds.tables import key_of
from domain.errors import NotConfiguredError
from domain.vocabulary import CaseKind, CaseState

_SECTIONS = ("columns", "kinds", "states", "topics", "answer_columns", "answer_states")


class FeedMapping(BaseModel):
    """One feed's mapping. Names of columns are compared without case, accents, blanks and signs; of several
    names the first that a file has counts. Dates without an offset are Istanbul's."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    columns: dict[FeedField, tuple[str, ...]]
    date_formats: tuple[str, ...] = Field(min_length=1)
    kinds: dict[str, CaseKind] = {}
    states: dict[str, CaseState] = {}
    topics: dict[str, str] = {}
    yes: tuple[str, ...] = ()
    ignored_rows: str = ""
    sequence: str = ""
    delimiter: str = Field(default="", max_length=1)
    encoding: str = ""
    sheet: str = ""
    row_element: str = ""
    answer_columns: dict[AnswerField, str] = {}
    answer_states: dict[CaseState, str] = {}
    answer_sheet: str = Field(default="answers", min_length=1, max_length=31)
    answer_root: str = "answers"
    answer_row: str = "answer"

    @field_validator("columns", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        if not isinstance(value, Mapping):
            return value
        return {name: (names,) if isinstance(names, str) else names for name, names in value.items()}

    @field_validator("sequence")
    @classmethod
    def _has_number(cls, value: str) -> str:
        if value and "number" not in _pattern(value).groupindex:
            raise ValueError("needs (?P<number>...), and (?P<year>...) where numbers begin anew each year")
        return value

    @field_validator("ignored_rows")
    @classmethod
    def _is_pattern(cls, value: str) -> str:
        return _pattern(value).pattern

    @model_validator(mode="after")
    def _complete(self) -> "FeedMapping":
        missing = [name for name in REQUIRED if not self.columns.get(name)]
        if missing:
            raise ValueError(f"columns must name {' and '.join(missing)}")
        if self.answer_columns and AnswerField.REFERENCE not in self.answer_columns:
            raise ValueError("answer_columns must name reference: answers are matched by it")
        return self

    @property
    def wanted(self) -> Sequence[str]:
        """The names by which a table is found in a file: those of the reference's column."""
        return self.columns[FeedField.REFERENCE]

    def match(self, columns: Sequence[str]) -> dict[FeedField, str]:
        """Which of a file's columns holds what; fields that no column holds are left out."""
        by_key = {key_of(name): name for name in reversed(columns)}
        keys = {field: [key_of(name) for name in names] for field, names in self.columns.items()}
        found = {field: next((k for k in known if k in by_key), None) for field, known in keys.items()}
        return {field: by_key[key] for field, key in found.items() if key is not None}


def _pattern(value: str) -> re.Pattern[str]:
    try:
        return re.compile(value)
    except re.error as error:
        raise ValueError(f"is no regular expression: {error}") from error


@cache
def shipped(channel: str) -> dict[str, Any]:
    """The default mapping that ships for a channel, as plain values."""
    text = files("connectors.feeds").joinpath("defaults", f"{channel}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def complete(given: object, channel: str) -> object:
    """What was given, TOML as text or a table, over the shipped default of the channel: a section's own
    entries replace those of the same name. Raises ValueError for text that is no TOML."""
    if isinstance(given, str):
        try:
            given = tomllib.loads(given)
        except tomllib.TOMLDecodeError as error:
            raise ValueError(f"is no TOML: {error}") from error
    if not isinstance(given, Mapping):
        return given
    default = shipped(channel)
    tables = {name: given[name] for name in _SECTIONS if isinstance(given.get(name), Mapping)}
    merged = {name: {**default.get(name, {}), **table} for name, table in tables.items()}
    return {**default, **given, **merged}


def read_mapping(text: str, channel: str) -> FeedMapping:
    """The mapping a TOML text describes over the channel's default. Raises NotConfiguredError that names
    what is wrong."""
    try:
        return FeedMapping.model_validate(complete(text, channel))
    except ValidationError as error:
        faults = (f"{'.'.join(map(str, e['loc'])) or 'mapping'}: {e['msg']}" for e in error.errors())
        raise NotConfiguredError("; ".join(faults)) from None
    except ValueError as error:
        raise NotConfiguredError(f"the mapping {error}") from None
