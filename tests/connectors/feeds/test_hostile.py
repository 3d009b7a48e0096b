"""Files made to hurt: each is refused with a reason, at a bounded cost (G3)."""

import resource
import struct
import zipfile
from collections.abc import Callable
from io import BytesIO
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.feeds import limits
from connectors.feeds.mapping import FeedMapping, complete
from connectors.feeds.parsing import FeedParser
from connectors.feeds.reading import read_feed
from connectors.feeds.rows import Reader
from domain.errors import UnreadableMessageError
from domain.vocabulary import Channel
from tests.connectors.feeds.make_samples import SAMPLES, archive, delimited, workbook

READER = Reader(channel=Channel.CIMER, mapping=FeedMapping.model_validate(complete({}, Channel.CIMER)))
MOST_GROWTH = 600 * 1024 * 1024
LAUGHS = "<!DOCTYPE l [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9)
) + "]><l><Basvuru><BasvuruNo>&j;</BasvuruNo></Basvuru></l>"  # fmt: skip
OUTSIDE = "<!DOCTYPE l [<!ENTITY d SYSTEM 'file:///etc/hostname'>]><l><r><BasvuruNo>&d;</BasvuruNo></r></l>"


def book_with(member: str, text: str) -> bytes:
    """A small workbook of which one part is put in place by hand."""
    out = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(workbook(("Sayfa1", [["Başvuru No", "Metin"], ["2026-1", "a"]])))) as whole,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as changed,
    ):
        for name in whole.namelist():
            changed.writestr(name, text.encode() if name == member else whole.read(name))
    return out.getvalue()


def sheet(rows: str) -> bytes:
    head = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    named = '<row r="1"><c r="A1" t="inlineStr"><is><t>Başvuru No</t></is></c></row>'
    return book_with("xl/worksheets/sheet1.xml", f"{head}{named}{rows}</sheetData></worksheet>")


def lying() -> bytes:
    """An archive whose member claims to be small, and is not."""
    content = archive(("a.csv", b"Basvuru No;Metin\n" + b"0" * 5_000_000))
    size = struct.pack("<L", 5_000_017)
    assert size in content
    return content.replace(size, struct.pack("<L", 40))


def encrypted() -> bytes:
    content = bytearray(archive(("a.csv", b"Basvuru No;Metin\n1;a\n")))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + at] |= 1
    return bytes(content)


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "zip-bomb": (lambda: archive(("a.csv", b"0" * 60_000_000)), "200 times its size"),
    "too-large-unpacked": (
        lambda: archive(*((f"{n}.csv", Random(1).randbytes(1000) * 10_000) for n in range(11))),
        "bytes once unpacked",
    ),
    "lying-archive": (lying, "damaged"),
    "many-members": (lambda: archive(*((f"{n}.csv", b"a") for n in range(300))), "200 members"),
    "list-of-members-alone": (lambda: b"PK\x03\x04" + b"PK\x01\x02" * 10_001, "200 members"),
    "archive-in-archive": (lambda: archive(("b.zip", archive(("a.csv", b"a")))), "within the archive"),
    "password": (encrypted, "password"),
    "empty-archive": (lambda: archive(), "holds no file"),
    "old-excel": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "old Excel"),
    "billion-laughs": (LAUGHS.encode, "entities"),
    "billion-laughs-in-workbook": (
        lambda: book_with("xl/worksheets/sheet1.xml", LAUGHS), "could not read worksheets"
    ),
    "entity-from-outside": (OUTSIDE.encode, "entities"),
    "deep-xml": (lambda: b"<a>" * 100_000, "levels"),
    "cut-xml": (lambda: (SAMPLES / "cimer_elements.xml").read_bytes()[:900], "damaged"),
    "xml-of-no-encoding": (lambda: b"<?xml version='1.0' encoding='yok'?><a/>", "damaged"),
    "html-as-xls": (lambda: "<html><table><tr><td>Başvuru No</table>".encode(), "damaged"),
    "million-columns-csv": (lambda: b"Basvuru No;" * 1_000_000, "300 columns"),
    "million-columns-header-below": (lambda: b"a\n" + b";" * 1_000_000 + b"Basvuru No", "columns"),
    "last-column": (lambda: sheet('<row r="2"><c r="XFD2"><v>1</v></c></row>'), "300 columns"),
    "row-of-no-sheet": (lambda: sheet('<row r="999999999"><c><v>1</v></c></row>'), "places"),
    "column-of-no-sheet": (lambda: sheet('<row r="2"><c r="ZZZZZ2"><v>1</v></c></row>'), "damaged"),
    "many-rows": (lambda: b"Basvuru No;Metin\n" + b"2026-1;a\n" * 50_001, "50,000 rows"),
    "field-without-end": (lambda: b'Basvuru No;Metin\n2026-1;"' + b"a" * 300_000, "no table"),
    "noise": (lambda: Random(2).randbytes(100_000), "no text|neither"),
    "zeros": (lambda: bytes(100_000), "neither"),
    "cut-workbook": (lambda: workbook(("S", [["Başvuru No"]]))[:-100], "damaged"),
    "workbook-without-sheets": (lambda: book_with("xl/workbook.xml", "<workbook/>"), "no sheet"),
    "nothing": (lambda: b" \r\n", "empty"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_its_reason_at_a_bounded_cost(name: str) -> None:
    make, reason = HOSTILE[name]
    content = make()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    reading = read_feed("dosya", content, READER)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - before < MOST_GROWTH
    assert reading.items == []
    assert any(part in reading.spoilt[0].error for part in reason.split("|")), reading.spoilt[0].error
    assert "Traceback" not in reading.spoilt[0].error


def test_a_cell_without_end_costs_its_row_only() -> None:
    rows = delimited(";").replace("Moda Caddesi 12", "a" * (limits.MOST_CELL + 1), 1)
    reading = read_feed("dosya.csv", rows.encode(), READER)
    assert len(reading.messages) == 2
    assert reading.unreadable[0].error.endswith("column Adres holds more than 100,000 letters")


@settings(max_examples=150)
@given(st.binary(max_size=400), st.sampled_from(sorted(p.name for p in SAMPLES.iterdir())), st.data())
def test_no_damage_makes_the_parser_raise_anything_else(noise: bytes, name: str, data: st.DataObject) -> None:
    content = (SAMPLES / name).read_bytes()
    at = data.draw(st.integers(0, len(content)))
    parser = FeedParser(Channel.CIMER, READER)
    for raw in (noise, content[:at] + noise + content[at + len(noise) :], b'{"beyazmasa_feed_row"' + noise):
        try:
            parser.parse(raw)
        except UnreadableMessageError:
            continue
