"""What is done to a page before it is read. Pure, with Pillow alone.

A fax of standard resolution has twice as many dots across as down: its rows are doubled before anything
filters them, since a median of single rows eats the dots and cedillas of Turkish letters. A photographed
letter is divided by the light of its surroundings, which takes shadows away. Measured in docs/decisions.md.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise

from PIL import Image, ImageFilter, ImageMath

from connectors.ocr.sheets import Sheet

READING_DPI = 200.0
"""Below this a page is enlarged: letters of some 20 dots are read worse."""
_WHITE = 255
_PROFILE_WIDTH = 700
_STEEPEST, _STEP, _FINE_STEP = 8.0, 1.0, 0.25
_UPRIGHT = 0.3
"""Degrees that the reading bears by itself."""
_BLANK = 0.0008
"""Share of dark dots below which a page has nothing written on it."""

Prepared = tuple[Image.Image, float]
"""A page ready to be read, and its dots an inch."""


def passes(sheet: Sheet) -> Iterator[Prepared]:
    """The ways to prepare a page, the one that is best for its kind first; made when they are asked for."""
    if sheet.coarse:
        yield squared(sheet, 1.0).filter(ImageFilter.MedianFilter(3)), sheet.across
        yield squared(sheet, 1.5).filter(ImageFilter.MedianFilter(5)), sheet.across * 1.5
        return
    image = squared(sheet, 1.0)
    if sheet.bilevel:
        if sheet.across < READING_DPI * 1.25:
            yield image.filter(ImageFilter.MedianFilter(3)), sheet.across
            yield image.filter(ImageFilter.GaussianBlur(0.9)), sheet.across
        else:
            yield image, sheet.across
            yield image.filter(ImageFilter.MedianFilter(3)), sheet.across
        return
    ways: list[Callable[[Image.Image], Image.Image]] = [_evened, lambda each: each]
    for way in ways if _unevenly_lit(image) else reversed(ways):
        yield _enlarged(way(image), sheet.across)


def squared(sheet: Sheet, width: float) -> Image.Image:
    """The page with dots as high as wide, `width` times as wide as it came."""
    image = sheet.image
    size = (round(image.width * width), round(image.height * width * sheet.across / sheet.down))
    return image if size == image.size else image.resize(size, Image.Resampling.NEAREST)


def deskewed(image: Image.Image) -> Image.Image:
    """The page turned so that its lines lie level, when they are at most some degrees off."""
    angle = _skew(image)
    if abs(angle) < _UPRIGHT:
        return image
    return image.rotate(angle, resample=Image.Resampling.BICUBIC, expand=True, fillcolor=_WHITE)


def is_blank(image: Image.Image) -> bool:
    """Whether nothing is written on a page: the back of a letter."""
    dark = sum(image.histogram()[:128])
    return dark < _BLANK * image.width * image.height


def _skew(image: Image.Image) -> float:
    """Degrees to turn by: those at which ink and gaps between lines part best."""
    height = max(1, round(image.height * _PROFILE_WIDTH / image.width))
    # Dark on black ground, so that what a rotation brings in counts as empty.
    small = image.resize((_PROFILE_WIDTH, height), Image.Resampling.BOX).point(lambda value: 255 - value)
    rough = _best(small, [step * _STEP for step in range(round(-_STEEPEST), round(_STEEPEST) + 1)])
    fine = round(_STEP / _FINE_STEP)
    return _best(small, [rough + step * _FINE_STEP for step in range(-fine, fine + 1)])


def _best(small: Image.Image, angles: list[float]) -> float:
    # Of angles that are as good the smallest: a page without lines is left as it is.
    return max(sorted(angles, key=abs), key=lambda angle: _sharpness(small, angle))


def _sharpness(small: Image.Image, angle: float) -> int:
    turned = small.rotate(angle, resample=Image.Resampling.BILINEAR)
    rows = turned.convert("F").resize((1, turned.height), Image.Resampling.BOX).get_flattened_data()
    values = [float(value) for value in rows]  # type: ignore[arg-type]  # one band has single numbers
    return round(sum((a - b) ** 2 for a, b in pairwise(values)))


def _background(image: Image.Image) -> Image.Image:
    """The light of each dot's surroundings: the brightest near it, smoothed."""
    small = image.reduce(8) if min(image.size) >= 64 else image
    near = small.filter(ImageFilter.MaxFilter(7)).filter(ImageFilter.GaussianBlur(8))
    return near.resize(image.size, Image.Resampling.BILINEAR)


def _unevenly_lit(image: Image.Image) -> bool:
    low, high = _background(image).getextrema()
    return float(low) < 0.75 * float(high)  # type: ignore[arg-type]  # one band has two numbers


def _evened(image: Image.Image) -> Image.Image:
    divided = ImageMath.lambda_eval(
        lambda bands: bands["min"](bands["page"] * 255 / bands["light"], 255),
        page=image.convert("I"),
        light=_background(image).point(lambda value: max(value, 1)).convert("I"),
    )
    even: Image.Image = divided.convert("L")
    return even


def _enlarged(image: Image.Image, dpi: float) -> Prepared:
    if dpi >= READING_DPI * 0.95:
        return image, dpi
    size = (image.width * 2, image.height * 2)
    return image.resize(size, Image.Resampling.BICUBIC), dpi * 2
