"""Whatever the terminal tells people, from `texts.toml` beside this file."""

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any


def say(key: str, /, **values: object) -> str:
    """The sentence under a dotted key such as `up.ready`, its {fields} filled. Raises KeyError for none."""
    return str(_found(key)).format(**values)


def translated(table: str, text: str) -> str:
    """A sentence of others in Turkish, with what it names; one that the table does not know as it is.

    The table's keys are regular expressions of whole sentences, of which the first that fits counts; what
    they name may be such a sentence itself.
    """
    for english, turkish in _found(table).items():
        if found := re.fullmatch(english, text, re.DOTALL):
            parts = {name: translated(table, part or "") for name, part in found.groupdict().items()}
            return str(turkish).format(**parts)
    return text


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
