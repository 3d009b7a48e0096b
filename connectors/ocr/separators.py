"""Separator sheets: printed once, laid between letters that are scanned in one go. Runs in the child process.

A sheet carries a QR code with a mark of our own, so that no letter is taken for one.
"""

from collections.abc import Iterator, Sequence
from io import BytesIO

import zxingcpp
from PIL import Image
from pypdfium2 import PdfDocument

from connectors.ocr.kinds import Kind, kind_of
from connectors.ocr.preparing import squared
from connectors.ocr.sheets import Sheet, sheets

MARK = "beyazmasa:ayirac"
"""What a separator sheet's QR code says."""

_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)

Group = tuple[int, int, bytes]
"""A letter's first and last page, counted from 1, and these pages as a file of their own."""


def mark_svg() -> str:
    """The QR code of a separator sheet as SVG, with its quiet zone."""
    svg: str = zxingcpp.create_barcode(MARK, zxingcpp.BarcodeFormat.QRCode, ec_level="H").to_svg()
    return svg


def is_separator(sheet: Sheet) -> bool:
    """Whether a page is a separator sheet, however it lay in the scanner."""
    found = zxingcpp.read_barcodes(squared(sheet, 1.0), formats=_QR)
    return any(each.text == MARK for each in found)


def split(content: bytes, most_pixels: int) -> Iterator[Group]:
    """The letters of a file with separator sheets, without these; nothing when it has none."""
    marked = [is_separator(sheet) for sheet in sheets(content, most_pixels)]
    if not any(marked):
        return
    pages = _pages_of_pdf if kind_of(content) is Kind.PDF else _pages_of_tiff
    for numbers in _between(marked):
        yield numbers[0] + 1, numbers[-1] + 1, pages(content, numbers)


def _between(marked: Sequence[bool]) -> Iterator[list[int]]:
    numbers: list[int] = []
    for number, is_mark in enumerate(marked):
        if not is_mark:
            numbers.append(number)
        elif numbers:
            yield numbers
            numbers = []
    if numbers:
        yield numbers


def _pages_of_pdf(content: bytes, numbers: Sequence[int]) -> bytes:
    source, part, file = PdfDocument(content), PdfDocument.new(), BytesIO()
    part.import_pages(source, list(numbers))
    part.save(file)
    part.close()
    source.close()
    return file.getvalue()


def _pages_of_tiff(content: bytes, numbers: Sequence[int]) -> bytes:
    file, frames = BytesIO(), []
    with Image.open(BytesIO(content)) as image:
        for number in numbers:
            image.seek(number)
            frame = image.copy()
            frame.info = {"dpi": image.info["dpi"]} if "dpi" in image.info else {}
            frame.encoderinfo = {  # Pillow's way to save frames that differ
                "compression": "group4" if frame.mode == "1" else "tiff_adobe_deflate",
                **({"dpi": image.info["dpi"]} if "dpi" in image.info else {}),
            }
            frames.append(frame)
    frames[0].save(file, "TIFF", save_all=True, append_images=frames[1:], **frames[0].encoderinfo)
    return file.getvalue()
