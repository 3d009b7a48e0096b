"""The summary of a person's own data, every value ready to be read; words from `templates/own_data.toml`."""

import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from babel.dates import format_datetime

from config.settings import ISTANBUL
from notifier.rendering import SHIPPED, labels

MOST = 500
"""So many of each are set on paper; the data file has all of them."""


def paper(values: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The values of the paper `own_data`; `now` is aware."""
    words = _catalogue()
    parts = [_part(name, values[name]) for name in ("cases", "messages", "notices", "ratings")]
    return {
        "title": words["title"],
        "made": words["made"].format(at=_plain("at", now)),
        "law": words["law"],
        "person": _rows({**values["person"], "contacts": [_path(one["urn"]) for one in values["contacts"]]}),
        "parts": [part for part in parts if part["items"]],
    }


def file_names() -> dict[str, str]:
    """What the files and folders of the archive are called: data, summary, originals, attachments."""
    return dict(_catalogue()["files"])


@cache
def _catalogue() -> dict[str, Any]:
    return tomllib.loads((SHIPPED / "own_data.toml").read_text(encoding="utf-8"))


def _part(name: str, items: list[Mapping[str, Any]]) -> dict[str, Any]:
    words = _catalogue()
    left = len(items) - MOST
    return {
        "title": words["parts"][name],
        "items": [_rows(each) for each in items[:MOST]],
        "more": words["more"].format(count=left) if left > 0 else "",
    }


def _rows(item: Mapping[str, Any]) -> list[dict[str, str]]:
    names: dict[str, str] = _catalogue()["names"]
    found = ((names[name], _plain(name, value)) for name, value in item.items() if name in names)
    return [{"name": name, "value": value} for name, value in found if value]


def _plain(name: str, value: Any) -> str:
    words = _catalogue()
    if value is None:
        return ""
    if isinstance(value, datetime):
        return format_datetime(value, "dd.MM.y HH:mm", tzinfo=ISTANBUL, locale="tr")
    if name == "history":
        return "\n".join(filter(None, map(_told, value)))
    if name == "attachments":
        return ", ".join(each["name"] for each in value)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, Mapping):
        return str(value.get("address") or "")
    if name in ("sender", "recipient"):
        return _path(value)
    table = labels(words["tables"][name]) if name in words["tables"] else words.get(name, {})
    return str(table.get(value, value))


def _told(line: Mapping[str, Any]) -> str:
    """One line of a history: when, what, and with which answer."""
    words = _catalogue()
    what = words["state"].get(line["state"], "") if line["kind"] == "state_changed" else ""
    what = what or words["history"].get(line["kind"], "")
    said = ": ".join(part for part in (what, line["answer"] or line["unit"]) if part)
    return f"{_plain('at', line['at'])} {said}" if what else ""


def _path(urn: str) -> str:
    """An address without its scheme; a postal one on one line."""
    return urn.partition(":")[2].replace("|", ", ")
