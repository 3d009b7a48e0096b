"""What is drawn on the fly: photos, letters as a scanner writes them, faxes as a fax server does."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import typst
from PIL import Image, ImageDraw

_LETTER = Path(__file__).with_name("letter.typ")
_SCAN_DPI = 200
_FAX_DPI = (204, 196)
"""Group 3, fine resolution (ITU-T T.4): dots an inch across and down."""
_FAX_WIDTH = 1728
_BLACK_BELOW = 140


def photo(number: int) -> bytes:
    """A small JPEG; another number gives other bytes."""
    shade = number * 37 % 200
    picture = Image.new("RGB", (640, 480), (shade, 120, 200 - shade))
    ImageDraw.Draw(picture).ellipse((200, 140, 440, 340), fill=(60, 60, shade))
    ImageDraw.Draw(picture).text((20, 20), f"{number}", fill=(255, 255, 255))
    return _saved(picture, "JPEG", quality=80)


def letter(values: dict[str, Any], kind: Literal["pdf", "jpeg", "tiff"]) -> bytes:
    """A letter of one page as PDF, JPEG or TIFF."""
    if kind == "pdf":
        return _set(values, "pdf", _SCAN_DPI)
    page = Image.open(BytesIO(_set(values, "png", _SCAN_DPI))).convert("L")
    if kind == "jpeg":
        return _saved(page, "JPEG", quality=85, dpi=(_SCAN_DPI, _SCAN_DPI))
    return _saved(_black_and_white(page), "TIFF", compression="group4", dpi=(_SCAN_DPI, _SCAN_DPI))


def fax(values: dict[str, Any]) -> bytes:
    """The same page as it comes out of a fax machine: TIFF, G4."""
    page = Image.open(BytesIO(_set(values, "png", _FAX_DPI[0]))).convert("L")
    height = round(page.height * _FAX_DPI[1] / _FAX_DPI[0] * _FAX_WIDTH / page.width)
    dots = _black_and_white(page.resize((_FAX_WIDTH, height)))
    return _saved(dots, "TIFF", compression="group4", dpi=_FAX_DPI)


def _set(values: dict[str, Any], form: Literal["pdf", "png"], dpi: int) -> bytes:
    told = {"values": json.dumps(values, ensure_ascii=False)}
    return typst.compile(_LETTER, format=form, ppi=float(dpi), sys_inputs=told)


def _black_and_white(page: Image.Image) -> Image.Image:
    return page.point([255 if shade >= _BLACK_BELOW else 0 for shade in range(256)]).convert("1")


def _saved(picture: Image.Image, form: str, **more: Any) -> bytes:
    out = BytesIO()
    picture.save(out, form, **more)
    return out.getvalue()
