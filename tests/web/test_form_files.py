"""Files that come with the form: which may not, and bodies beyond all bounds."""

import re

import httpx
import pytest

from pipeline.desk import Desk
from tests.web.forms import filled, png, posted, query

MB = 1024 * 1024
FILES = [
    ("six files", [(f"{n}.png", png(n)) for n in range(6)], "En çok 5 dosya"),
    ("an empty file", [("boş.png", b"")], "“boş.png” boş bir dosya"),
    ("a file above ten megabytes", [("a.png", png() + bytes(10 * MB))], "“a.png” çok büyük"),
    (
        "files above twenty megabytes",
        [(f"{n}.png", png() + bytes(7 * MB)) for n in range(3)],
        "toplamı en çok 20 MB",
    ),
    ("a program", [("a.exe", b"MZ\x90" + bytes(100))], "“a.exe” eklenemiyor"),
    (
        "a page named like a photo",
        [("a.jpg", b"<!doctype html><script>alert(1)</script>")],
        "“a.jpg” eklenemiyor",
    ),
    (
        "a drawing with scripts",
        [("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")],
        "“a.svg” eklenemiyor",
    ),
    ("an archive named like a document", [("a.docx", b"PK\x03\x04" + bytes(60))], "“a.docx” eklenemiyor"),
    ("one good and one bad", [("a.png", png()), ("b.txt", b"metin")], "“b.txt” eklenemiyor"),
]


@pytest.mark.parametrize(("files", "words"), [row[1:] for row in FILES], ids=[row[0] for row in FILES])
def test_files_that_may_not_come_in_are_named_v3(
    client: httpx.Client, desk: Desk, files: list[tuple[str, bytes]], words: str
) -> None:
    page = posted(client, filled(), *files)
    assert page.status_code == 422
    assert re.search(rf'<a href="#files">[^<]*{re.escape(words)}', page.text)
    assert query(desk, "SELECT count(*) FROM messages") == [0]


def test_a_body_beyond_all_bounds_is_answered_with_a_page(client: httpx.Client, desk: Desk) -> None:
    page = posted(client, filled(), ("a.png", bytes(45 * MB)))
    assert page.status_code == 413
    assert "en çok 20 MB" in page.text
    assert query(desk, "SELECT count(*) FROM messages") == [0]
