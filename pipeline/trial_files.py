"""Reads texts with their right answers, and what our topics are called there, from an operator's files."""

import csv
import tomllib
from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import Path

from config.taxonomy import Taxonomy
from pipeline.evaluating import Naming, Trial
from pipeline.refusal import RefusedError
from router.evaluation import NOTHING

TEXT, LABEL = "text", "label"
_LONGEST_FIELD = 10 * 1024 * 1024


def read_trials(path: Path, label: str = LABEL) -> list[Trial]:
    """The rows of a CSV file with the columns `text` and `label`, or what it is called.

    Raises RefusedError: unreadable, no_text, no_table, no_column, no_label, no_rows.
    """
    trials = []
    for number, row in _rows(path, (TEXT, label)):
        if not (row[label] or "").strip():
            raise RefusedError("no_label", file=path, line=number, column=label)
        trials.append(Trial(text=row[TEXT] or "", label=row[label].strip()))
    if not trials:
        raise RefusedError("no_rows", file=path)
    return trials


def read_naming(path: Path, taxonomy: Taxonomy) -> Naming:
    """What topics are called, by a file that names topics or units: TOML (`"code" = "name"`), or a CSV with
    the columns `code` and `label`. A topic's own line counts before its unit's; what has none has no name.

    Raises RefusedError as `read_trials`, and unknown_code.
    """
    names = _toml(path) if path.suffix == ".toml" else _table(path)
    for code in names:
        if code not in taxonomy.topics and code not in taxonomy.units and not code.startswith("@"):
            raise RefusedError("unknown_code", file=path, code=code)
    units = {code: topic.unit for code, topic in taxonomy.topics.items()}

    def name(topic: str | None) -> str:
        return names.get(topic or "") or names.get(units.get(topic or "", "")) or NOTHING

    return name


def _toml(path: Path) -> Mapping[str, str]:
    try:
        found = tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError as error:
        raise RefusedError("no_toml", file=path, error=error) from error
    for code, label in found.items():
        if not isinstance(label, str):
            raise RefusedError("no_toml", file=path, error=code)
    return found


def _table(path: Path) -> Mapping[str, str]:
    return {row["code"].strip(): (row[LABEL] or "").strip() for _, row in _rows(path, ("code", LABEL))}


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    csv.field_size_limit(_LONGEST_FIELD)
    reader = csv.DictReader(StringIO(_text(path), newline=""), strict=True)
    try:
        for column in columns:
            if column not in (reader.fieldnames or ()):
                raise RefusedError("no_column", file=path, column=column)
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        raise RefusedError("no_table", file=path, line=reader.reader.line_num, error=error) from error


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise RefusedError("unreadable", file=path, error=error) from error
    except UnicodeDecodeError as error:
        raise RefusedError("no_text", file=path) from error
