"""Answers in both formats of the standard, from the same values; errors too."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET

from starlette.responses import Response

from config.settings import ISTANBUL
from web.headers import NO_STORE
from web.templating import say

FORMATS = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
Row = Mapping[str, Any]
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


class Open311Error(Exception):
    """Ends a call: `code` names the sentence in the catalogue."""

    def __init__(self, status: int, code: str, **values: object) -> None:
        super().__init__(code)
        self.status, self.sentence = status, say("open311", code, **values)


@dataclass(frozen=True, kw_only=True)
class Shape:
    """How a list is written in XML: the root's and the entries' names. JSON is the list alone."""

    root: str
    entry: str


SERVICES = Shape(root="services", entry="service")
REQUESTS = Shape(root="service_requests", entry="request")
UPDATES = Shape(root="service_request_updates", entry="request_update")
ERRORS = Shape(root="errors", entry="error")
_ENTRIES = {
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
}
"""What the entries of inner lists are called in XML."""


def listed(rows: Sequence[Row], shape: Shape, form: str, status: int = 200) -> Response:
    """A list of rows."""
    if form == "json":
        return _answer(json.dumps(list(rows), ensure_ascii=False).encode(), form, status)
    root = ET.Element(shape.root)
    for row in rows:
        _fill(ET.SubElement(root, shape.entry), row)
    return _answer(_bytes(root), form, status)


def single(row: Row, root: str, form: str) -> Response:
    """One row that stands alone."""
    if form == "json":
        return _answer(json.dumps(row, ensure_ascii=False).encode(), form, 200)
    element = ET.Element(root)
    _fill(element, row)
    return _answer(_bytes(element), form, 200)


def failed(error: Open311Error, form: str, headers: Mapping[str, str] | None = None) -> Response:
    """An error as the standard wants it."""
    rows = [{"code": error.status, "description": error.sentence}]
    answer = listed(rows, ERRORS, form if form in FORMATS else "xml", error.status)
    answer.headers.update(dict(headers or {}))
    return answer


def w3c(moment: datetime | None) -> str:
    """A time as the standard writes it, with Istanbul's offset; empty for none."""
    return moment.astimezone(ISTANBUL).isoformat(timespec="seconds") if moment else ""


def _fill(element: ET.Element, row: Row) -> None:
    for name, value in row.items():
        child = ET.SubElement(element, name)
        if isinstance(value, Mapping):
            _fill(child, value)
        elif isinstance(value, list | tuple):
            _fill_list(child, _ENTRIES[name], value)
        else:
            child.text = _text(value)


def _fill_list(element: ET.Element, entry: str, values: Sequence[Any]) -> None:
    for value in values:
        child = ET.SubElement(element, entry)
        if isinstance(value, Mapping):
            _fill(child, value)
        else:
            child.text = _text(value)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else _NOT_IN_XML.sub("", str(value))


def _bytes(root: ET.Element) -> bytes:
    found: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return found


def _answer(body: bytes, form: str, status: int) -> Response:
    return Response(body, status, headers=dict(NO_STORE), media_type=FORMATS[form])
