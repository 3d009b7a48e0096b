"""The example sentences the shipped models learn from, read from the folders beside this file.

One file a label, one sentence a line; a line that begins with `#` is a remark.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from config.taxonomy import FOLDER
from domain.errors import NotConfiguredError

Examples = Mapping[str, Sequence[str]]
"""Sentences by their label."""


@dataclass(frozen=True, kw_only=True)
class ShippedExamples:
    """Sentences by topic, by kind (`domain.vocabulary.CaseKind`), and by verdict (`NotACase`, or `case`)."""

    topics: Examples
    kinds: Examples
    verdicts: Examples


def load_examples(folder: Path = FOLDER) -> ShippedExamples:
    """The examples of a folder. Raises NotConfiguredError that names what cannot be read."""
    topics, kinds, verdicts = (_read(folder / name) for name in ("examples", "kinds", "verdicts"))
    return ShippedExamples(topics=topics, kinds=kinds, verdicts=verdicts)


def _read(folder: Path) -> dict[str, list[str]]:
    try:
        found = {path.stem: _sentences(path) for path in sorted(folder.glob("*.txt"))}
    except (OSError, ValueError) as error:
        raise NotConfiguredError(f"the examples in {folder.name} cannot be read: {error}") from error
    if not found:
        raise NotConfiguredError(f"there are no examples in {folder.name}")
    return found


def _sentences(path: Path) -> list[str]:
    lines = map(str.strip, path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]
