"""Pages: templates beside this file, the sentences of `texts.toml`, and the headers every page carries."""

import hashlib
import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.dates import format_datetime
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from config.settings import ISTANBUL
from notifier.filters import megabytes
from web.headers import NO_STORE

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"
DESK_PHONE, EMERGENCY_PHONE = "153", "112"

Texts = Mapping[str, Any]


@lru_cache
def texts() -> Texts:
    """The catalogue of sentences."""
    return tomllib.loads((FOLDER / "texts.toml").read_text(encoding="utf-8"))


def say(section: str, key: str, /, **values: object) -> str:
    """One sentence, filled in. Raises KeyError where the catalogue has none."""
    return str(texts()[section][key]).format(phone=DESK_PHONE, **values)


def page(
    template: str, *, status: int = 200, headers: Mapping[str, str] = NO_STORE, **values: Any
) -> HTMLResponse:
    """The rendered page. Values are escaped; a value that a template lacks is an error of ours."""
    content = _environment().get_template(template).render(values)
    return HTMLResponse(content, status_code=status, headers=dict(headers))


def error_page(status: int, headers: Mapping[str, str] | None = None, **values: object) -> HTMLResponse:
    """The page for an HTTP error, in the words of the nearest one that the catalogue has."""
    known = str(status) if str(status) in texts()["errors"] else ("500" if status >= 500 else "400")
    words = texts()["errors"][known]
    text = str(words["text"]).format(limit=values.get("limit", ""))
    return page(
        "error.html",
        status=status,
        headers=dict(NO_STORE) | dict(headers or {}),
        title=words["title"],
        text=text,
    )


@lru_cache
def asset(name: str) -> str:
    """The address of a static file; it changes with the content, so that browsers may keep it for ever."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
    return f"/static/{name}?v={digest}"


def moment(at: datetime) -> str:
    """A time as people write it, by Istanbul's clock."""
    return format_datetime(at, "d MMMM y EEEE, HH:mm", tzinfo=ISTANBUL, locale="tr")


def day(at: datetime) -> str:
    """A day as people write it, by Istanbul's calendar."""
    return format_datetime(at, "d MMMM y EEEE", tzinfo=ISTANBUL, locale="tr")


def clock(at: datetime) -> str:
    """A time of the day, by Istanbul's clock."""
    return format_datetime(at, "HH:mm", tzinfo=ISTANBUL, locale="tr")


@lru_cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "asset": asset,
        "texts": texts(),
        "desk_phone": DESK_PHONE,
        "emergency_phone": EMERGENCY_PHONE,
    }
    environment.filters["moment"] = moment
    environment.filters |= {"day": day, "clock": clock}
    environment.filters["megabytes"] = megabytes
    return environment
