"""Where Tesseract's Turkish data lies on this machine."""

import os
from collections.abc import Iterator
from pathlib import Path

from domain.errors import NotConfiguredError

LANGUAGE = "tur"
_USUAL = ("/usr/share/tesseract-ocr", "/usr/share/tessdata", "/usr/local/share/tessdata")


def data_folder() -> Path:
    """The folder with the Turkish data: TESSDATA_PREFIX, or where systems put it.

    Raises NotConfiguredError that says what to install.
    """
    for folder in _candidates():
        if (folder / f"{LANGUAGE}.traineddata").is_file():
            return folder
    raise NotConfiguredError(
        "Tesseract's Turkish data is missing, so scans cannot be read: install tesseract-ocr-tur (Debian,"
        " Ubuntu), or set TESSDATA_PREFIX to the folder that holds tur.traineddata"
    )


def _candidates() -> Iterator[Path]:
    if prefix := os.environ.get("TESSDATA_PREFIX"):
        # Set, it is the only word: another folder's data would hide a mistake in it.
        yield from (Path(prefix), Path(prefix) / "tessdata")
        return
    for usual in map(Path, _USUAL):
        yield usual
        yield from sorted(usual.glob("*/tessdata"), reverse=True)
