"""Writes the feed files under `samples/`: `python -m tests.connectors.feeds.make_samples`.

The same three applications stand in one file of every format; other files differ in what their names say.
"""

import zipfile
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from openpyxl import Workbook

SAMPLES = Path(__file__).parent / "samples"
Texts = tuple[str, ...]
COLUMNS: Texts = (
    *("Başvuru No", "Başvuru Tarihi", "Son Cevap Tarihi", "Ad Soyad", "Telefon", "E-posta"),
    *("İlçe", "Mahalle", "Adres", "Başvuru Türü", "Konu", "Başvuru Metni", "Durum", "Kimlik Gizli"),
)
ROWS = (
    ("2026-000101", "20.11.2026 09:15:00", "05.12.2026", "Örnek Vatandaş Bir", "0532 000 00 01", "",
     "Kadıköy", "Caferağa", "Moda Caddesi 12", "Şikayet", "Çöp",
     "Çöp kutuları üç gündür alınmıyor; \"koku\" çok.", "Yeni", ""),
    ("2026-000102", "20.11.2026 10:00", "15.12.2026 12:00", "Örnek Vatandaş İki", "",
     "iki@eposta.example", "ÜSKÜDAR", "", "", "BİLGİ EDİNME", "Otobüs",
     "Hat saatleri nedir?\nİkinci satır ğüşıöç.", "", "Evet"),
    ("2026-000103", "21.11.2026", "", "", "0216 000 00 03", "uc@eposta.example", "", "", "", "", "",
     "Parkta lamba yanmıyor", "", "hayır"),
)  # fmt: skip


def delimited(
    delimiter: str, rows: tuple[tuple[str, ...], ...] = ROWS, columns: tuple[str, ...] = COLUMNS
) -> str:
    lines = [delimiter.join(_quoted(cell, delimiter) for cell in row) for row in (columns, *rows)]
    return "\r\n".join(lines) + "\r\n"


def workbook(*sheets: tuple[str, list[Sequence[object]]], hidden: str = "") -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, lines in sheets:
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
        if name == hidden:
            sheet.sheet_state = "hidden"
    book.active = len(book.worksheets) - 1
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def archive(*files: tuple[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files:
            packed.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def elements() -> str:
    rows = "".join(
        "<Basvuru>"
        + "".join(f"<{_tag(c)}>{escape(v)}</{_tag(c)}>" for c, v in zip(COLUMNS, row, strict=True))
        + "</Basvuru>"
        for row in ROWS
    )  # fmt: skip
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<Basvurular tarih="23.11.2026">{rows}</Basvurular>'


def attributes() -> str:
    rows = "".join(
        "<kayit " + " ".join(f"{_tag(c)}={_attribute(v)}" for c, v in zip(COLUMNS, row, strict=True)) + "/>"
        for row in ROWS
    )
    return f'<?xml version="1.0" encoding="windows-1254"?>\n<!DOCTYPE liste>\n<liste>{rows}</liste>'


def nested() -> str:
    groups = {"Basvuran": COLUMNS[3:6], "Yer": COLUMNS[6:9]}
    grouped = {column: group for group, columns in groups.items() for column in columns}
    out = '<b:liste xmlns:b="urn:ornek:behak">'
    for row in ROWS:
        out += "<b:kayit>"
        for column, value in zip(COLUMNS, row, strict=True):
            name = "BehakNo" if column == "Başvuru No" else _tag(column)
            leaf = f"<b:{name}>{escape(value)}</b:{name}>"
            group = grouped.get(column)
            out += f"<b:{group}>{leaf}</b:{group}>" if group else leaf
        out += "</b:kayit>"
    return out + "</b:liste>"


def dated() -> list[Sequence[object]]:
    """Real dates, as a spreadsheet keeps them, and an e-mail address that is a link."""
    naive = datetime.fromisoformat
    times: list[tuple[object, object]] = [
        (naive("2026-11-20 09:15"), naive("2026-12-05")),
        (naive("2026-11-20 10:00"), naive("2026-12-15 12:00")),
        (naive("2026-11-21"), None),
    ]
    return [[row[0], *pair, *row[3:]] for row, pair in zip(ROWS, times, strict=True)]


def bad_rows() -> str:
    good = ROWS[0]
    rows = (
        good,
        ("", *good[1:]),
        ("2026-000105", "otuz şubat", *good[2:]),
        ("2026-000106", *good[1:11], "", *good[12:]),
        ("2026-000107", good[1], "01.01.2020", *good[3:]),
        ("=1+1", *good[1:]),
        ROWS[1],
    )
    return delimited(";", rows)


def files() -> dict[str, bytes]:
    titles: list[Sequence[object]] = [["T.C. ÖRNEK KURUM"], ["Başvuru Listesi", "", "23.11.2026"], []]
    behak = ("BEHAK No", *COLUMNS[1:])
    other = ("Evrak Numarası", "Gönderim", *COLUMNS[2:11], "Vatandaşın Yazdığı", *COLUMNS[12:])
    running = tuple((f"2026/{n}", *ROWS[0][1:]) for n in (4711, 4712, 4715, 4716, 4718))
    return {
        "cimer_utf8_marked.csv": b"\xef\xbb\xbf" + delimited(";").encode(),
        "cimer_windows_1254.csv": delimited(";").encode("windows-1254"),
        "cimer_tabs.csv": delimited("\t").encode(),
        "cimer_utf16.csv": delimited("\t").encode("utf-16"),
        "cimer_separator_line.csv": b"sep=,\r\n" + delimited(",").encode(),
        "cimer_titles_and_totals.xlsx": workbook(
            ("Liste", [*titles, list(COLUMNS), *ROWS, [], ["Toplam: 3 kayıt"]])
        ),
        "cimer_dates.xlsx": workbook(("Sayfa1", [list(COLUMNS), *dated()])),
        "cimer_hidden_sheet.xlsx": workbook(
            ("Ayar", [["Başvuru No"], ["2026-999999"]]),
            ("Liste", [list(COLUMNS), *ROWS]),
            hidden="Ayar",
        ),
        "cimer_formulas.xlsx": workbook(
            ("Sayfa1", [list(COLUMNS), ["2026-000104", "", "", "", "", "", "", "", "", "", "=1+1",
             '=HYPERLINK("http://kotu.example";"tıkla")']])
        ),
        "cimer_elements.xml": elements().encode(),
        "cimer_attributes_1254.xml": attributes().encode("windows-1254"),
        "cimer_bad_rows.csv": bad_rows().encode("windows-1254"),
        "cimer_no_rows.csv": delimited(";", ()).encode(),
        "cimer_page_headings.csv": delimited(";", (ROWS[0], COLUMNS, ROWS[1], ROWS[2])).encode(),
        "cimer_other_columns.csv": delimited(";", ROWS, other).encode("windows-1254"),
        "behak_commas.csv": delimited(",", ROWS, behak).encode(),
        "behak_pipes.csv": delimited("|", ROWS, behak).encode(),
        "behak_nested.xml": nested().encode(),
        "behak_gaps.csv": delimited(";", running, behak).encode(),
        "behak_archive.zip": archive(
            ("a/birinci.csv", delimited(";", ROWS[:1], behak).encode("windows-1254")),
            ("ikinci.xlsx", workbook(("Liste", [list(behak), *ROWS[1:]]))),
            ("oku.txt", "Bu dosya tablo değildir.".encode()),
        ),
    }  # fmt: skip


def _quoted(cell: str, delimiter: str) -> str:
    odd = any(sign in cell for sign in (delimiter, '"', "\n"))
    return '"' + cell.replace('"', '""') + '"' if odd else cell


def _tag(column: str) -> str:
    plain = column.translate(str.maketrans("ŞşıİğĞüÜöÖçÇ", "SsiIgGuUoOcC"))
    return "".join(letter for letter in plain if letter.isalnum())


def _attribute(value: str) -> str:
    return quoteattr(value).replace("\n", "&#10;")


if __name__ == "__main__":
    SAMPLES.mkdir(exist_ok=True)
    for name, content in files().items():
        (SAMPLES / name).write_bytes(content)
