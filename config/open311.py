"""Which topics' cases may be shown on a map, from `open311.toml` beside this file."""

import tomllib
from functools import cache
from pathlib import Path

from config.taxonomy import FOLDER
from domain.errors import NotConfiguredError


@cache
def located_topics(path: Path = FOLDER / "open311.toml") -> frozenset[str]:
    """The codes of topics about things in public places. Raises NotConfiguredError for a broken file."""
    try:
        return frozenset(str(code) for code in tomllib.loads(path.read_text(encoding="utf-8"))["located"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotConfiguredError(f"{path.name} cannot be read: {error}") from error
