"""Whatever an operator is refused is said in Turkish: each reason has a sentence that its values fill."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter
from typing import Any

import cli.texts
import web.templating

ROOT = Path(cli.texts.__file__).parents[1]
CALLS = {"RefusedError", "StartRefusedError", "DemoRefusedError"}
WORDS_OF_STEPS = {
    "pipeline/embedded/postgres.py": "a program of PostgreSQL's that failed, in its own words",
    "pipeline/inviting.py": "a notice",
    "pipeline/incident_values.py": "a notice",
    "pipeline/leaving.py": "a notice",
    "pipeline/notice_values.py": "a notice",
    "pipeline/objection_values.py": "a notice",
    "pipeline/report_mail.py": "a notice",
}
"""Where a plain error is a step's of the program: kept with what failed, and answer to nobody's command."""
FOR_PROGRAMS = {"pipeline/crm/imports.py"}
"""Whose reasons outside CRMs get as they are, in the answers of the API."""


def calls(names: set[str]) -> Iterator[tuple[str, ast.Call]]:
    """Each call of these in what stands behind commands, with its file."""
    for folder in ("pipeline", "cli", "demo"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                    yield str(path.relative_to(ROOT)), node


def reasons(given: ast.expr) -> list[str]:
    """The reasons that an expression may stand for: a name, or one of two."""
    ends = [given.body, given.orelse] if isinstance(given, ast.IfExp) else [given]
    return [each.value for each in ends if isinstance(each, ast.Constant) and isinstance(each.value, str)]


def sentences(catalogue: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every sentence of a catalogue by the last part of its key."""
    for name, value in catalogue.items():
        if isinstance(value, Mapping):
            yield from sentences(value)
        else:
            yield name, str(value)


def refused(catalogue: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The sentences of all tables `refused`."""
    for name, value in catalogue.items():
        if isinstance(value, Mapping):
            yield from sentences(value) if name == "refused" else refused(value)


def test_every_reason_has_a_sentence_that_its_values_fill() -> None:
    known = [*refused(cli.texts._catalogue()), *sentences(web.templating.texts())]
    found = 0
    for path, call in calls(CALLS):
        if path in FOR_PROGRAMS:
            continue
        given = {word.arg for word in call.keywords} | {"phone"}  # that of the desk, on every page
        for reason in reasons(call.args[0]):
            fields = [
                {field for _, field, _, _ in Formatter().parse(text) if field}
                for name, text in known
                if name == reason
            ]
            assert any(each <= given for each in fields), (path, call.lineno, reason, fields, given)
            found += 1
    assert found > 80


def test_nothing_behind_a_command_is_refused_in_english() -> None:
    found = {path for path, _ in calls({"PermanentError"})}
    assert found == set(WORDS_OF_STEPS)
