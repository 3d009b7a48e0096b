"""Whatever the terminal tells people, from `texts.toml` beside this file."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any


def say(key: str, /, **values: object) -> str:
    """The sentence under a dotted key such as `up.ready`, its {fields} filled. Raises KeyError for none."""
    return str(_found(key)).format(**values)


def phrases(key: str) -> dict[str, str]:
    """The sentences of a table of the catalogue, by their names."""
    return dict(_found(key))


def has(key: str) -> bool:
    """Whether a sentence stands under a dotted key."""
    try:
        return isinstance(_found(key), str)
    except KeyError:
        return False


def word(value: str) -> str:
    """A word of the program's vocabularies as people read it; anything else as it is."""
    return str(_catalogue()["word"].get(value, value))


def _found(key: str) -> Any:
    found: Any = _catalogue()
    for part in key.split("."):
        found = found[part]
    return found


@lru_cache
def _catalogue() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("texts.toml").read_text(encoding="utf-8"))
