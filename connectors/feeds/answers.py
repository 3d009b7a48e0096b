"""Writes answer files: what became of each reference, for the institution to take in. Pure."""

import csv
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO, StringIO
from xml.etree.ElementTree import Element, SubElement, indent, tostring  # writes, reads nothing

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from config.settings import ISTANBUL
from connectors.feeds.columns import AnswerField, FileFormat
from connectors.feeds.mapping import FeedMapping
from domain.text import storable
from domain.vocabulary import CaseState

_ACTIVE = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a text of CSV for a formula."""
_LONGEST_CELL = 32_767


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What became of one reference. Datetimes are aware."""

    reference: str
    number: str
    state: CaseState
    changed_at: datetime
    unit: str = ""
    answer: str = ""
    answered_at: datetime | None = None


def write_answers(answers: Sequence[Answer], mapping: FeedMapping, written_as: FileFormat) -> bytes:
    """The file's bytes: the mapping's columns in its order, one line a reference."""
    titles = mapping.answer_columns
    rows = [_values(each, mapping) for each in answers]
    match written_as:
        case FileFormat.XLSX:
            return _workbook(titles, rows, mapping.answer_sheet)
        case FileFormat.CSV:
            return _delimited(titles, rows, mapping)
        case FileFormat.XML:
            return _markup(titles, rows, mapping)


def packed(name: str, content: bytes) -> bytes:
    """A ZIP archive with this one file."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _values(each: Answer, mapping: FeedMapping) -> list[str]:
    told = {
        AnswerField.REFERENCE: each.reference,
        AnswerField.STATE: mapping.answer_states.get(each.state, str(each.state)),
        AnswerField.ANSWER: each.answer,
        AnswerField.ANSWERED_AT: _shown(each.answered_at),
        AnswerField.UNIT: each.unit,
        AnswerField.NUMBER: each.number,
        AnswerField.CHANGED_AT: _shown(each.changed_at),
    }
    return [storable(told[field])[:_LONGEST_CELL] for field in mapping.answer_columns]


def _shown(moment: datetime | None) -> str:
    return f"{moment.astimezone(ISTANBUL):%d.%m.%Y %H:%M:%S}" if moment else ""


def _workbook(titles: Mapping[AnswerField, str], rows: Sequence[Sequence[str]], sheet_name: str) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(sheet_name)
    for row in (list(titles.values()), *rows):
        cells = [WriteOnlyCell(sheet, value=text) for text in row]
        for cell in cells:
            cell.data_type = "s"  # a text that begins with = stays a text
        sheet.append(cells)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _delimited(
    titles: Mapping[AnswerField, str], rows: Sequence[Sequence[str]], mapping: FeedMapping
) -> bytes:
    out = StringIO()
    writer = csv.writer(out, delimiter=mapping.delimiter or ";", lineterminator="\r\n")
    writer.writerow(titles.values())
    writer.writerows([_harmless(text) for text in row] for row in rows)
    # What windows-1254 lacks becomes a question mark there: such a feed cannot be told more.
    return out.getvalue().encode(mapping.encoding or "utf-8-sig", "replace")


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_ACTIVE) else text


def _markup(titles: Mapping[AnswerField, str], rows: Sequence[Sequence[str]], mapping: FeedMapping) -> bytes:
    root = Element(_tag(mapping.answer_root))
    for row in rows:
        element = SubElement(root, _tag(mapping.answer_row))
        for title, text in zip(titles.values(), row, strict=True):
            SubElement(element, _tag(title)).text = text
    indent(root)
    document: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _tag(title: str) -> str:
    """A title as XML allows it as a name: `Başvuru No` becomes `BaşvuruNo`."""
    name = "".join(letter for letter in title if letter.isalnum() or letter in "_-.")
    return name if name[:1].isalpha() or name[:1] == "_" else f"_{name}"
