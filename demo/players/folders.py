"""Drop folders: letters and faxes are put there one by one, a feed's rows together as one export."""

import csv
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO, StringIO
from pathlib import Path

from openpyxl import Workbook

from config.settings import ISTANBUL
from demo.papers import fax as faxed
from demo.papers import letter
from demo.script import Line
from demo.stage import Handed, Stage

_COLUMNS = ("Ad Soyad", "Telefon", "İlçe", "Adres", "Başvuru Türü", "Konu", "Başvuru Metni")


def post(stage: Stage, line: Line) -> Handed:
    """The scanner writes a letter; what is no scan at all ends in quarantine."""
    content, ending = (
        (b"Bu bir tarama degil.\n", "txt.docx") if line.bad else (_letter(stage, line), line.paper)
    )
    _drop(
        stage,
        "post",
        f"mektup-{stage.mark(line)}.{ending}",
        content + (stage.mark(line).encode() if line.bad else b""),
    )
    bad = int(line.bad)
    return Handed(account="gosteri-post", key=line.key, good=1 - bad, bad=bad)


def fax(stage: Stage, line: Line) -> Handed:
    """The fax server writes what it received."""
    _drop(stage, "fax", f"faks-{stage.mark(line)}.tif", faxed(_values(stage, line)))
    return Handed(account="gosteri-fax", key=line.key)


def export(stage: Stage, lines: Sequence[Line]) -> list[Handed]:
    """An institution's batch: a workbook of CİMER's, a text file of BEHAK's in the old Turkish charset."""
    via = lines[0].via
    title = "Başvuru No" if via == "cimer" else "BEHAK No"
    rows = [[title, *_COLUMNS], *(_row(stage, line, n) for n, line in enumerate(lines, 1))]
    content = _workbook(rows) if via == "cimer" else _delimited(rows)
    _drop(stage, via, f"aktarim-{stage.number}.{'xlsx' if via == 'cimer' else 'csv'}", content)
    file = Handed(account=f"gosteri-{via}", key=f"{via}-aktarim")  # it is kept as a message of its own
    return [file] + [
        Handed(
            account=f"gosteri-{via}",
            key=line.key,
            words="" if line.bad else stage.words(line),
            good=0 if line.bad else 1,
            bad=1 if line.bad else 0,
        )
        for line in lines
    ]


def _row(stage: Stage, line: Line, number: int) -> list[str]:
    person = stage.person(line)
    text = "" if line.bad else stage.words(line)
    reference = f"{stage.number}{number:04}"  # digits alone: nobody expects them to run without gaps
    where = (line.district, line.address)
    return [reference, person.name, person.typed_phone, *where, "Şikayet", line.subject, text]


def _workbook(rows: list[list[str]]) -> bytes:
    book, out = Workbook(write_only=True), BytesIO()
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(row)
    book.save(out)
    return out.getvalue()


def _delimited(rows: list[list[str]]) -> bytes:
    out = StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode("windows-1254")


def _letter(stage: Stage, line: Line) -> bytes:
    return letter(_values(stage, line), line.paper)


def _values(stage: Stage, line: Line) -> dict[str, object]:
    person = stage.person(line)
    return {
        "name": person.name,
        "phone": "" if line.unreachable else person.typed_phone,
        "address": f"{line.address} {line.district}/İstanbul",
        "subject": line.subject,
        "paragraphs": [line.text, *line.more],
        "date": f"{datetime.now(ISTANBUL):%d.%m.%Y}",
    }


def _drop(stage: Stage, folder: str, name: str, content: bytes) -> None:
    """Put a file there as one: half of it is never seen."""
    new = stage.folder / folder / "yeni"
    waiting = Path(new / f".{name}")
    waiting.write_bytes(content)
    waiting.rename(new / name)
