"""Whatever the documents, the texts and the program's own errors tell somebody to type is a command."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

import cli.texts
from cli.main import app

ROOT = Path(cli.texts.__file__).parents[1]
PLACES = ("README.md", "CONTRIBUTING.md", "docs/**/*.md", "cli/*.toml", "web/*.toml", "notifier/**/*.txt")
SOURCES = tuple(f"{folder}/**/*.py" for folder in ("cli", "config", "demo", "pipeline", "store", "web"))
NAMED = re.compile(r"(?:`|^|\.venv/bin/)beyazmasa ([a-z]+)(?: ([a-z]+)\b)?", re.MULTILINE)
OTHER = {"unix"}
"""A service of Postfix's that is called as the program is."""


def named() -> Iterator[tuple[str, str, str]]:
    """Each command that is named somewhere: where, its first word, and its second or nothing."""
    for pattern in (*PLACES, *SOURCES):
        for path in sorted(ROOT.glob(pattern)):
            for first, second in NAMED.findall(path.read_text(encoding="utf-8")):
                yield str(path.relative_to(ROOT)), first, second


def test_every_command_that_is_named_exists() -> None:
    known = getattr(typer.main.get_command(app), "commands")  # noqa: B009 - a group's, which mypy does not see
    found = [each for each in named() if each[1] not in OTHER]
    assert len(found) > 100
    for where, first, second in found:
        assert first in known, (where, first)
        below = getattr(known[first], "commands", None)
        if below and second:
            assert second in below, (where, first, second)


@pytest.mark.parametrize("line", ["beyazmasa seed", "run `beyazmasa seed`", ".venv/bin/beyazmasa seed x"])
def test_a_command_is_found_wherever_it_stands_in_a_line(line: str) -> None:
    assert [first for first, _ in NAMED.findall(line)] == ["seed"]
