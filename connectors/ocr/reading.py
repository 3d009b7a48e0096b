"""Reads the words on a page with Tesseract. Runs in the child process."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from tesserocr import OEM, PSM, PyTessBaseAPI

from connectors.ocr.language import LANGUAGE
from connectors.ocr.mail_addresses import MailAddresses
from connectors.ocr.preparing import deskewed, is_blank, passes, squared
from connectors.ocr.sheets import Sheet

_GOOD = 90
"""A pass this sure is not tried to be bettered."""
_PERHAPS_TURNED = 60
_DOUBTFUL_WORD = 70
_PICTURE_WIDTH = 1240


@dataclass(frozen=True, kw_only=True)
class Words:
    """What was read: the text, its mean confidence (None: there is nothing on the page), doubtful words."""

    text: str = ""
    confidence: int | None = None
    doubtful: tuple[str, ...] = ()


class Reader:
    """Tesseract with Turkish data, loaded once a process."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._api = PyTessBaseAPI(path=str(data), lang=LANGUAGE, psm=PSM.AUTO, oem=OEM.LSTM_ONLY)
        self._mails = MailAddresses(data)

    def read(self, sheet: Sheet) -> Words:
        """The words of the pass that is surest; a page without sense is tried the other ways up, too."""
        best = self._best(sheet)
        if best.confidence is not None and best.confidence < _PERHAPS_TURNED and (turn := self._turn(sheet)):
            turned = self._best(_turned(sheet, turn))
            best = max(best, turned, key=lambda each: each.confidence or 0)
        return best

    def _best(self, sheet: Sheet) -> Words:
        best = Words()
        for image, dpi in passes(sheet):
            if is_blank(image):
                return Words()
            # A coarse fax loses lines of dots, and with them whole lines of text to the search for columns.
            self._api.SetPageSegMode(PSM.SINGLE_BLOCK if sheet.coarse else PSM.AUTO)
            words = self._words(deskewed(image), dpi)
            if best.confidence is None or (words.confidence or 0) > best.confidence:
                best = words
            if (best.confidence or 0) >= _GOOD:
                break
        return best

    def _words(self, image: Image.Image, dpi: float) -> Words:
        self._api.SetImage(image)
        self._api.SetSourceResolution(round(dpi))
        text = self._api.GetUTF8Text()
        sure = list(zip(self._api.AllWords(), self._api.AllWordConfidences(), strict=False))
        text, mended = self._mails.mend(text, self._api, image, dpi)
        self._api.Clear()
        doubtful = (word for word, confidence in sure if confidence < _DOUBTFUL_WORD and word not in mended)
        return Words(text=text, confidence=round(_mean(sure)), doubtful=tuple(doubtful))

    def _turn(self, sheet: Sheet) -> int:
        """Degrees by which the page lies turned, as far as the data for that is installed."""
        if not (self._data / "osd.traineddata").is_file():
            return 0
        with _turns(self._data) as api:
            api.SetImage(squared(sheet, 1.0))
            api.SetSourceResolution(round(sheet.across))
            found = api.DetectOrientationScript()
        return int(found["orient_deg"]) if found else 0


def picture(sheet: Sheet) -> bytes:
    """The page as a PNG that any screen shows, for whoever must read what the program could not."""
    image = squared(sheet, 1.0)
    image.thumbnail((_PICTURE_WIDTH, _PICTURE_WIDTH * 2))
    file = BytesIO()
    image.convert("1" if sheet.bilevel and image.width < _PICTURE_WIDTH else "L").save(file, "PNG")
    return file.getvalue()


@contextmanager
def _turns(data: Path) -> Iterator[PyTessBaseAPI]:
    api = PyTessBaseAPI(path=str(data), lang="osd", psm=PSM.OSD_ONLY)
    try:
        yield api
    finally:
        api.End()


def _turned(sheet: Sheet, degrees: int) -> Sheet:
    image = squared(sheet, 1.0).rotate(degrees, expand=True)
    return Sheet(image=image, across=sheet.across, down=sheet.across, bilevel=sheet.bilevel)


def _mean(sure: list[tuple[str, int]]) -> float:
    """Weighted by length, so that specks that were taken for letters count little."""
    weight = sum(len(word) for word, _ in sure)
    return sum(len(word) * confidence for word, confidence in sure) / weight if weight else 0.0
