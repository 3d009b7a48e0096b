"""How well scans are read: at most 3 % of the letters wrong on clean scans, 10 % on a standard fax (P2)."""

from collections.abc import Callable

import pytest
from PIL import Image

from connectors.ocr.engine import transcribe
from connectors.ocr.limits import OcrLimits
from tests.connectors.scans.rendering import (
    LETTER,
    MONO,
    OTHER,
    SERIF,
    encoded,
    error_rate,
    fax,
    page,
    photo,
    several,
)

pytestmark = pytest.mark.usefixtures("turkish")
CLEAN, FAX, PHOTO = 0.03, 0.10, 0.05
LONGER = LETTER.split("\n\n")[1]
STANDARD, FINE = (204, 98), (204, 196)
TURNED = Image.Exif()
TURNED[274] = 6  # the camera lay on its side

# What it is, the file, its words, the share of characters that may be wrong.
SCANS: list[tuple[str, Callable[[], bytes], str, float]] = [
    ("TIFF", lambda: encoded(page(), "TIFF", dpi=(200, 200), compression="tiff_lzw"), LETTER, CLEAN),
    ("TIFF of sixteen bits", lambda: sixteen_bits(page(OTHER)), OTHER, CLEAN),
    ("PDF", lambda: encoded(page(font=SERIF), "PDF", resolution=200), LETTER, CLEAN),
    ("JPEG in colour", lambda: encoded(page().convert("RGB"), "JPEG", quality=80), LETTER, CLEAN),
    ("PNG", lambda: encoded(page(OTHER, dpi=300, font=MONO), "PNG", dpi=(300, 300)), OTHER, CLEAN),
    ("PNG with holes", lambda: encoded(page(OTHER).convert("RGBA"), "PNG", dpi=(200, 200)), OTHER, CLEAN),
    ("black and white", lambda: encoded(bilevel(page()), "TIFF", dpi=(200, 200)), LETTER, CLEAN),
    ("black and white PDF", lambda: encoded(bilevel(page()), "PDF", resolution=200), LETTER, CLEAN),
    ("a little askew", lambda: encoded(page(skew=1.5), "PNG", dpi=(200, 200)), LETTER, CLEAN),
    ("well askew", lambda: encoded(page(skew=-5), "PNG", dpi=(200, 200)), LETTER, CLEAN),
    ("upside down", lambda: encoded(page(LONGER).rotate(180), "PNG", dpi=(200, 200)), LONGER, CLEAN),
    ("two pages", lambda: several([page(OTHER), page(OTHER)], "PDF", resolution=200), OTHER + OTHER, CLEAN),
    ("fine fax, G3", lambda: faxed(fax(standard=False), FINE, "group3"), LETTER, CLEAN),
    ("fine fax, G4, noisy", lambda: faxed(fax(standard=False, noise=0.008), FINE), LETTER, CLEAN),
    ("standard fax, G3", lambda: faxed(fax(standard=True), STANDARD, "group3"), LETTER, FAX),
    ("standard fax, G4, lines lost", lambda: faxed(fax(standard=True, lost=9), STANDARD), LETTER, FAX),
    ("standard fax, serif", lambda: faxed(fax(standard=True, font=SERIF), STANDARD), LETTER, FAX),
    ("standard fax, no resolution", lambda: encoded(fax(standard=True), "TIFF"), LETTER, FAX),
    ("standard fax in a PDF", lambda: encoded(fax(standard=True), "PDF", dpi=STANDARD), LETTER, FAX),
    ("photo in a shadow", lambda: encoded(photo(), "JPEG", quality=70), LETTER, PHOTO),
    ("photo on its side", lambda: encoded(on_its_side(photo(OTHER)), "JPEG", exif=TURNED), OTHER, PHOTO),
]


def bilevel(image: Image.Image) -> Image.Image:
    return image.point(lambda value: 255 if value > 140 else 0).convert("1")


def sixteen_bits(image: Image.Image) -> bytes:
    deep = image.convert("I").point(lambda value: value * 256).convert("I;16")
    return encoded(deep, "TIFF", dpi=(200, 200))


def on_its_side(image: Image.Image) -> Image.Image:
    return image.rotate(90, expand=True)


def faxed(image: Image.Image, dpi: tuple[int, int], compression: str = "group4") -> bytes:
    return encoded(image, "TIFF", dpi=dpi, compression=compression)


@pytest.mark.parametrize(("label", "scan", "words", "bound"), SCANS, ids=[row[0] for row in SCANS])
def test_a_scan_is_read(label: str, scan: Callable[[], bytes], words: str, bound: float) -> None:
    read = transcribe(scan(), OcrLimits())
    assert read.problem == ""
    assert error_rate(words, " ".join(each.text for each in read.pages)) <= bound
    assert all(each.clear and each.picture is None for each in read.pages)


def test_what_cannot_be_read_well_says_so_and_comes_with_its_picture() -> None:
    blurred = page().resize((200, 120)).resize((1654, 1000))
    [only] = transcribe(encoded(blurred, "PNG", dpi=(200, 200)), OcrLimits()).pages
    assert only.confidence is not None
    assert (only.clear, only.confidence < 80) == (False, True)
    assert (only.picture or b"").startswith(b"\x89PNG")


def test_an_empty_back_is_no_reason_to_look() -> None:
    back = Image.new("L", (1654, 2339), 255)
    front, empty = transcribe(several([page(OTHER), back], "PDF", resolution=200), OcrLimits()).pages
    assert (front.clear, empty.clear, empty.text, empty.confidence) == (True, True, "", None)
