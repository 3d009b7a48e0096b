"""What is known of a scan beside its pages: from its file's name and from a file that lies beside it (P2).

Pure. Scanners and fax servers write these files: names of fields differ, and nothing is required.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from config.settings import ISTANBUL
from domain.text import fold, storable

_FIELDS = {
    "number": "number sender from caller callerid caller_id cli csid tsi remote_id numara faks_no",
    "name": "name sender_name ad adi ad_soyad adi_soyadi gonderen gonderen_adi",
    "time": "time date received received_at timestamp tarih zaman gelis gelis_zamani",
    "archive": "archive archive_number arsiv arsiv_no evrak_no barkod barcode",
    "pages": "pages page_count sayfa sayfa_sayisi",
}
_MEANING = {alias: name for name, aliases in _FIELDS.items() for alias in aliases.split()}
_TIMES = (
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d/%m/%Y %H:%M",
    "%Y%m%d%H%M%S",
    "%Y%m%d_%H%M%S",
    "%d.%m.%Y",
)
_MOST_BYTES, _MOST_KEPT, _LONGEST = 64 * 1024, 30, 200


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of a scan; `at` is aware, UTC. `others` are the file's own fields, by its own names."""

    number: str = ""
    name: str = ""
    archive: str = ""
    pages: str = ""
    at: datetime | None = None
    others: Mapping[str, str] = field(default_factory=dict)


def facts_of(file_name: str, sidecar: bytes | None, *, pattern: str, time_format: str) -> Facts:
    """The facts of a scan: what the file beside it says, and where that is silent, what its name says."""
    match = re.fullmatch(pattern, Path(file_name).stem) if pattern else None
    named = {key: value for key, value in (match.groupdict() if match else {}).items() if value}
    told = _fields(sidecar) if sidecar else {}
    meant: dict[str, str] = {}
    for key, value in told.items():
        meant.setdefault(_MEANING.get(fold(key).replace(" ", "_").replace("-", "_"), ""), value)
    return Facts(
        at=_moment(meant.get("time", ""), "") or _moment(named.get("time", ""), time_format),
        others=dict(list(told.items())[:_MOST_KEPT]),
        **{each: meant.get(each) or named.get(each, "") for each in ("number", "name", "archive", "pages")},
    )


def _fields(sidecar: bytes) -> dict[str, str]:
    """The single values of a JSON object, or of lines with `key=value` or `key: value`."""
    text = _text(sidecar[:_MOST_BYTES])
    try:
        told: Any = json.loads(text)
    except (ValueError, RecursionError):
        lines = (re.match(r"\s*([^=:#;\[]{1,60}?)\s*[=:]\s*(.+)", line) for line in text.splitlines())
        told = {line[1]: line[2] for line in lines if line}
    if not isinstance(told, dict):
        return {}
    single = ((key, str(value)) for key, value in told.items() if isinstance(value, str | int | float))
    return {storable(key)[:_LONGEST]: storable(value).strip()[:_LONGEST] for key, value in single}


def _text(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1254", "replace")


def _moment(text: str, time_format: str) -> datetime | None:
    """A time as it is written; one without a zone is Istanbul's. None for what is no time."""
    found = next((at for at in _readings(text.strip(), time_format) if at), None)
    if found is None:
        return None
    local = found if found.tzinfo else found.replace(tzinfo=ISTANBUL)
    try:
        return local.astimezone(UTC)
    except (OverflowError, ValueError):
        return None


def _readings(text: str, time_format: str) -> list[datetime | None]:
    formats = [each for each in (time_format, *_TIMES) if each]
    return [*(_read(text, each) for each in formats), _iso(text)] if text else []


def _read(text: str, time_format: str) -> datetime | None:
    try:
        return datetime.strptime(text, time_format)  # noqa: DTZ007  # its zone is given to it afterwards
    except ValueError:
        return None


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
