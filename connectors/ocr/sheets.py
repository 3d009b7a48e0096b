"""A file's pages as pixels. Runs in the child process: the bytes are anybody's."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps
from pypdfium2 import PdfDocument
from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

from connectors.ocr.kinds import Kind, kind_of

_PDF_DPI = 300.0
_A4_INCHES = 8.27
_FAX_WIDTHS = (1728, 2048, 2432)
"""Pixels of a fax line: A4, B4, A3 (ITU-T T.4)."""
_COARSE_LINES = 98.0
_POINTS = 72


class SheetError(ValueError):
    """A file or page that cannot be made into pixels; the text says why."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One page: grey pixels, dots an inch across and down, and whether it came as black and white only.

    `coarse` says that it is a fax of standard resolution, whatever was done to its rows since.
    """

    image: Image.Image
    across: float
    down: float
    bilevel: bool = False
    coarse: bool = False


def sheets(content: bytes, most_pixels: int) -> Iterator[Sheet]:
    """The pages in order, each made when it is asked for. Raises SheetError and whatever the decoders do."""
    kind = kind_of(content)
    if kind is Kind.PDF:
        return _of_pdf(content, most_pixels)
    if kind is None:
        raise SheetError("this is no PDF, TIFF, JPEG or PNG file")
    return _of_image(content, kind, most_pixels)


def _of_image(content: bytes, kind: Kind, most_pixels: int) -> Iterator[Sheet]:
    Image.MAX_IMAGE_PIXELS = None  # held to our own limit, which is an error and not a warning
    number = 0
    with Image.open(BytesIO(content), formats=[kind.name]) as image:
        while True:
            try:
                image.seek(number)
            except EOFError:
                return
            if image.width * image.height > most_pixels:
                raise SheetError(f"a page of {image.width} x {image.height} dots is too large")
            yield _sheet(image, kind)
            number += 1
            if kind is not Kind.TIFF:
                return


def _sheet(image: Image.Image, kind: Kind) -> Sheet:
    across, down = _resolution(image, kind)
    bilevel = image.mode == "1"
    turned = ImageOps.exif_transpose(image) if kind is Kind.JPEG else image
    return Sheet(
        image=_grey(turned), across=across, down=down, bilevel=bilevel, coarse=bilevel and across > 1.5 * down
    )


def _grey(image: Image.Image) -> Image.Image:
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        clear = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear)
    if image.mode.startswith("I;16"):
        image = image.convert("I").point(lambda value: value / 256)
    return image.convert("L")


def _resolution(image: Image.Image, kind: Kind) -> tuple[float, float]:
    """Dots an inch across and down: as the file says where that is possible, or as A4 would have."""
    guess = min(image.size) / _A4_INCHES
    if kind is Kind.JPEG:
        return guess, guess  # cameras write anything
    across, down = map(float, image.info.get("dpi") or (0, 0))
    if 50 <= across <= 1300 and 40 <= down <= 1300:
        return across, down
    if image.mode == "1" and image.width in _FAX_WIDTHS:
        fine = image.height > image.width
        return 204.0, 2 * _COARSE_LINES if fine else _COARSE_LINES
    return guess, guess


def _of_pdf(content: bytes, most_pixels: int) -> Iterator[Sheet]:
    document = PdfDocument(content)
    try:
        for number in range(len(document)):
            page = document[number]
            across, down = _fax_resolution(page) or (0.0, 0.0)
            dpi = min(max(across, 150.0), 300.0) if across else _PDF_DPI
            width, height = page.get_size()
            # Never more than the limit, however large the page says it is.
            room = (most_pixels / max(width * height / _POINTS**2, 1e-6)) ** 0.5
            dpi = min(dpi, room)
            if dpi < 30 or min(width, height) * dpi < _POINTS:
                raise SheetError(f"a page of {width:.0f} x {height:.0f} points cannot be drawn")
            image = page.render(scale=dpi / _POINTS, grayscale=True).to_pil().convert("L")
            page.close()
            coarse = across > 1.5 * down
            yield Sheet(image=image, across=dpi, down=dpi, bilevel=across > 0, coarse=coarse)
    finally:
        document.close()


def _fax_resolution(page: object) -> tuple[float, float] | None:
    """The resolution of a page that is one black and white picture of at most fax quality, else None."""
    found = list(page.get_objects(max_depth=2))  # type: ignore[attr-defined]
    if len(found) != 1 or found[0].type != FPDF_PAGEOBJ_IMAGE:
        return None
    facts = found[0].get_metadata()
    if facts.bits_per_pixel != 1 or facts.horizontal_dpi > 250:
        return None
    return float(facts.horizontal_dpi), float(facts.vertical_dpi)
