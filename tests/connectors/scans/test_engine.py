"""The child process that opens scans: what it refuses, what it is held to, and what it must not know."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from connectors.ocr import engine
from connectors.ocr.engine import split, transcribe
from connectors.ocr.language import data_folder
from connectors.ocr.limits import OcrLimits
from domain.errors import NotConfiguredError
from pipeline.separator import separator_pdf
from tests.connectors.scans.rendering import OTHER, encoded, page, several

BOMB = Image.new("1", (8000, 8000), 1)
# What it is, the file, what is said of it.
BAD: list[tuple[str, Callable[[], bytes], str]] = [
    ("nothing", lambda: b"", "no PDF, TIFF, JPEG or PNG"),
    ("a text", lambda: b"Merhaba", "no PDF, TIFF, JPEG or PNG"),
    ("a PDF of rubbish", lambda: b"%PDF-1.7\n" + bytes(range(256)) * 9, "Failed to load document"),
    (
        "a TIFF of rubbish",
        lambda: b"II*\x00\x08\x00\x00\x00" + b"\xff" * 300,
        "cannot identify image file it",
    ),
    ("half a TIFF", lambda: encoded(page(OTHER), "TIFF")[:5000], ""),
    ("too many dots", lambda: encoded(BOMB, "TIFF", compression="group4"), "8000 x 8000 dots is too large"),
    ("too many dots as PNG", lambda: encoded(BOMB, "PNG"), "8000 x 8000 dots is too large"),
]


@pytest.mark.usefixtures("turkish")
@pytest.mark.parametrize(("label", "file", "said"), BAD, ids=[row[0] for row in BAD])
def test_a_bad_file_is_a_problem_and_no_error(label: str, file: Callable[[], bytes], said: str) -> None:
    read = transcribe(file(), OcrLimits())
    assert read.problem
    assert said in read.problem
    assert list(read.pages) == []


@pytest.mark.usefixtures("turkish")
def test_two_hundred_pages_are_read_up_to_the_limit() -> None:
    pages = [page(OTHER).resize((827, 500)).convert("1")] + [Image.new("1", (400, 300), 1)] * 199
    file = several(pages, "TIFF", compression="group4", dpi=(100, 100))
    read = transcribe(file, OcrLimits(pages=3))
    assert len(read.pages) == 3
    assert read.problem == "has more than 3 pages; the others were not read"


@pytest.mark.usefixtures("turkish")
def test_a_file_that_needs_too_much_memory_is_a_problem_of_its_own() -> None:
    large = encoded(Image.new("RGBA", (6000, 6000)), "PNG")
    read = transcribe(large, OcrLimits(memory_bytes=500 * 1024**2))
    assert (list(read.pages), read.problem) == ([], "too large for the memory it may take")


@pytest.mark.usefixtures("turkish")
def test_what_was_read_until_time_was_over_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_START_SECONDS", 0)
    read = transcribe(several([page()] * 40, "TIFF", dpi=(200, 200)), OcrLimits(seconds=2))
    assert read.problem == "takes longer than 2 s to read"
    assert len(read.pages) < 40


def test_the_child_knows_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TOKEN_KEY", "never to be handed on")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr("sys.executable", str(_printing_environment(tmp_path)))
    assert split(b"%PDF-", OcrLimits()) == ()
    seen = (tmp_path / "environment").read_text()
    assert "OMP_THREAD_LIMIT=1" in seen
    assert not any(name in seen for name in ("TOKEN_KEY", "never to be", "PYTHONPATH"))


def _printing_environment(folder: Path) -> Path:
    program = folder / "program"
    program.write_text(f'#!/bin/sh\nenv > {folder}/environment\necho \'{{"end": "seen"}}\'\n')
    program.chmod(0o700)
    return program


# What TESSDATA_PREFIX names, whether the data is found.
PLACES = [("the folder itself", ".", True), ("its parent", "..", True), ("another one", "empty", False)]


@pytest.mark.parametrize(("label", "prefix", "found"), PLACES, ids=[row[0] for row in PLACES])
def test_the_turkish_data_is_looked_for_where_the_variable_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, label: str, prefix: str, found: bool
) -> None:
    data = tmp_path / "tessdata"
    (data / "empty").mkdir(parents=True)
    (data / "tur.traineddata").touch()
    monkeypatch.setenv("TESSDATA_PREFIX", str(data / prefix))
    if found:
        assert data_folder().samefile(data)
    else:
        with pytest.raises(NotConfiguredError, match="install tesseract-ocr-tur"):
            data_folder()


def sheet() -> Image.Image:
    from connectors.ocr.sheets import sheets

    return next(sheets(separator_pdf(), OcrLimits().pixels)).image.resize((827, 1169))


# The pages of a file (S is a separator sheet), the first and last pages of its letters.
STACKS = [
    ("no sheet", "LL", []),
    ("one between", "LSL", [(1, 1), (3, 3)]),
    ("before, between, behind", "SLLSLS", [(2, 3), (5, 5)]),
    ("two in a row", "LSSL", [(1, 1), (4, 4)]),
    ("sheets alone", "SS", []),
]


@pytest.mark.parametrize(("label", "pages", "letters"), STACKS, ids=[row[0] for row in STACKS])
@pytest.mark.parametrize("kind", ["TIFF", "PDF"])
def test_a_stack_is_split_at_its_separator_sheets(
    kind: str, label: str, pages: str, letters: list[tuple[int, int]]
) -> None:
    letter, mark = page(OTHER, dpi=100), sheet()
    images = [(mark if each == "S" else letter).convert("1") for each in pages]
    resolution = {"dpi": (100, 100), "compression": "group4"} if kind == "TIFF" else {"resolution": 100}
    found = split(several(images, kind, **resolution), OcrLimits())
    assert [(each.first, each.last) for each in found] == letters
    # What was split off is a file of its own, without sheets.
    assert not any(split(each.content, OcrLimits()) for each in found[:1])


def test_a_letter_that_is_split_off_keeps_its_pages_and_their_resolution() -> None:
    from connectors.ocr.sheets import sheets

    images = [each.convert("1") for each in (sheet(), page(OTHER, dpi=100), page(dpi=150), sheet())]
    [letter] = split(several(images, "TIFF", dpi=(204, 98), compression="group3"), OcrLimits())
    first, second = list(sheets(letter.content, OcrLimits().pixels))
    assert (first.image.size, second.image.size) == (images[1].size, images[2].size)
    assert (round(first.across), round(first.down), first.coarse) == (204, 98, True)
