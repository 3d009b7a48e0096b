"""`beyazmasa separator` and `beyazmasa parse` on scans: what an operator tries before anything is set up."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.connectors.scans.conftest import turkish
from tests.connectors.scans.rendering import OTHER, encoded, error_rate, fax

__all__ = ["turkish"]
BEYAZMASA = str(Path(sys.executable).with_name("beyazmasa"))


def run(*arguments: object, **environment: str) -> "subprocess.CompletedProcess[str]":
    command = [BEYAZMASA, *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, env=os.environ | environment, timeout=120, check=False
    )


def test_the_separator_sheet_is_a_pdf_with_our_mark(tmp_path: Path) -> None:
    from connectors.ocr.separators import is_separator
    from connectors.ocr.sheets import sheets

    sheet = tmp_path / "ayrac.pdf"
    done = run("separator", sheet)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Ayraç sayfası yazıldı" in done.stdout
    assert [is_separator(each) for each in sheets(sheet.read_bytes(), 40_000_000)] == [True]


@pytest.mark.usefixtures("turkish")
def test_parse_shows_the_words_of_a_fax(tmp_path: Path) -> None:
    scan = tmp_path / "faks.tif"
    scan.write_bytes(encoded(fax(OTHER, standard=True), "TIFF", dpi=(204, 98), compression="group3"))
    done = run("parse", "--json", "--channel", "fax", scan)
    assert done.returncode == 0
    [message] = json.loads(done.stdout)["messages"]
    assert (message["channel"], message["sender_name"]) == ("fax", "Deneme Gül Işık")
    assert error_rate(OTHER, message["text"]) <= 0.1


def test_parse_says_what_to_install(tmp_path: Path) -> None:
    scan = tmp_path / "mektup.png"
    scan.write_bytes(encoded(fax(OTHER, standard=False), "PNG"))
    done = run("parse", "--json", "--channel", "post", scan, TESSDATA_PREFIX=str(tmp_path))
    assert done.returncode == 1
    assert "install tesseract-ocr-tur" in json.loads(done.stdout)["error"]
    assert "Traceback" not in done.stderr
