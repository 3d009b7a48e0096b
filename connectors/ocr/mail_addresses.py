"""Mail addresses on a page: the Turkish data knows no @, so their lines are read again with the English."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import cached_property
from pathlib import Path

from PIL import Image
from tesserocr import OEM, PSM, RIL, PyTessBaseAPI

_PERHAPS = re.compile(r"\b(e-?\s?posta|e-?mail|mail)\b|[\w.]\.(com|net|org|gov|edu|example)\b|\.tr\b", re.I)
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_SAME = 0.6
"""How like the address what stands for it in the line must be, between 0 and 1."""
_MOST = 5
_MARGIN = 6
_SURE = 70


class MailAddresses:
    """Reads mail addresses anew, where the English data is installed."""

    def __init__(self, data: Path) -> None:
        self._data = data

    def mend(self, text: str, api: PyTessBaseAPI, image: Image.Image, dpi: float) -> tuple[str, set[str]]:
        """The text with its mail addresses put right, and the misread words that are gone from it. `api` has
        just read the image."""
        mended: set[str] = set()
        if not self._english:
            return text, mended
        for line, box in list(_lines(api))[:_MOST]:
            address = self._address(image.crop(_wider(box, image.size)), dpi)
            misread = _misread(line, address) if address else ""
            if misread and misread in text:
                text = text.replace(misread, address, 1)
                mended |= set(misread.split())
        return text, mended

    @cached_property
    def _english(self) -> PyTessBaseAPI | None:
        if not (self._data / "eng.traineddata").is_file():
            return None
        return PyTessBaseAPI(path=str(self._data), lang="eng", psm=PSM.SINGLE_LINE, oem=OEM.LSTM_ONLY)

    def _address(self, line: Image.Image, dpi: float) -> str:
        api = self._english
        if api is None:
            return ""
        api.SetImage(line)
        api.SetSourceResolution(round(dpi))
        found = _ADDRESS.search(api.GetUTF8Text())
        sure = dict(zip(api.AllWords(), api.AllWordConfidences(), strict=False))
        address = found[0] if found else ""
        confidence = min((sure[word] for word in sure if address and address in word), default=0)
        return address if confidence >= _SURE else ""


def _lines(api: PyTessBaseAPI) -> Iterator[tuple[str, tuple[int, int, int, int]]]:
    """The lines that may hold a mail address, with their places."""
    lines = api.GetIterator()
    more = lines is not None
    while more:
        text = "" if lines.Empty(RIL.TEXTLINE) else lines.GetUTF8Text(RIL.TEXTLINE).strip()
        if _PERHAPS.search(text) and not _ADDRESS.search(text):
            yield text, lines.BoundingBox(RIL.TEXTLINE)
        more = lines.Next(RIL.TEXTLINE)


def _wider(box: tuple[int, int, int, int], size: tuple[int, int]) -> tuple[int, int, int, int]:
    left, top, right, bottom = box
    return (
        max(0, left - _MARGIN),
        max(0, top - _MARGIN),
        min(size[0], right + _MARGIN),
        min(size[1], bottom + _MARGIN),
    )


def _misread(line: str, address: str) -> str:
    """The words of the line that the address stood for: one, or two where the @ was taken for a gap."""
    words = line.split()
    runs = [" ".join(words[start : start + n]) for n in (1, 2, 3) for start in range(len(words) - n + 1)]
    best = max(runs, key=lambda run: _likeness(run, address), default="")
    return best if _likeness(best, address) >= _SAME else ""


def _likeness(run: str, address: str) -> float:
    return SequenceMatcher(None, run.replace(" ", "").lower(), address.lower()).ratio()
