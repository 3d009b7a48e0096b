"""Letters as scanners, fax machines and phones would bring them, with their words known: drawn here."""

import importlib.util
from collections.abc import Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

from PIL import Image, ImageChops, ImageDraw, ImageFont

LETTER = """Büyükşehir Belediye Başkanlığına

Mahallemizde Çınar Sokağı üzerindeki sokak lambaları iki haftadır
yanmıyor. İşten dönenler karanlıkta yürüyor, ağaçların gölgesinde
çukurlar görülmüyor. Işıkların onarılmasını saygılarımla arz ederim.

Ad Soyad: Örnek Şükrü Öğüt
Telefon: 0532 000 11 22
E-posta: ornek.ogut@eposta.example"""
OTHER = """Parktaki salıncak kırık, çocuklar için tehlikeli.
Gereğini arz ederim.

Ad Soyad: Deneme Gül Işık"""
SANS, SERIF, MONO = "DejaVuSans", "DejaVuSerif", "DejaVuSansMono"
_INCHES = (8.27, 5.0)
_FAX_WIDTH = 1728


def page(text: str = LETTER, *, dpi: int = 200, font: str = SANS, skew: float = 0.0) -> Image.Image:
    """The upper part of a sheet, grey; `skew` in degrees."""
    size = (round(_INCHES[0] * dpi), round(_INCHES[1] * dpi))
    image = Image.new("L", size, 255)
    ImageDraw.Draw(image).multiline_text(
        (round(0.9 * dpi), round(0.7 * dpi)), text, fill=0, font=_font(font, dpi), spacing=dpi // 18
    )
    return image.rotate(skew, Image.Resampling.BICUBIC, fillcolor=255) if skew else image


def fax(
    text: str = LETTER, *, standard: bool, font: str = SANS, noise: float = 0.003, lost: int = 0
) -> Image.Image:
    """The same as a fax machine sends it: black and white, 204 dots an inch across and 98 or 196 down, with a
    share of wrong dots and some lines lost."""
    height = round(_INCHES[1] * (98 if standard else 196))
    image = page(text, dpi=400, font=font, skew=0.5).resize((_FAX_WIDTH, height), Image.Resampling.BOX)
    image = image.point(lambda value: 255 if value > 150 else 0)
    chance = Random(7)
    for _ in range(int(image.width * height * noise)):
        image.putpixel((chance.randrange(image.width), chance.randrange(height)), chance.choice((0, 255)))
    for _ in range(lost):
        image.paste(255, (0, row := chance.randrange(height), image.width, row + 1))
    return image.convert("1")


def photo(text: str = LETTER) -> Image.Image:
    """The same held before a phone's camera: grey ink, a shadow over half of it, a little askew."""
    image = page(text, dpi=170, skew=1.5).point(lambda value: max(value, 45))
    shadow = Image.linear_gradient("L").resize(image.size).point(lambda value: 95 + value * 0.6)
    return ImageChops.multiply(image, shadow).convert("RGB")


def encoded(image: Image.Image, kind: str, **given: Any) -> bytes:
    """The file's bytes; `kind` is what Pillow calls the format."""
    file = BytesIO()
    image.save(file, kind, **given)
    return file.getvalue()


def several(images: Sequence[Image.Image], kind: str, **given: Any) -> bytes:
    """The bytes of one file with these pages."""
    return encoded(images[0], kind, save_all=True, append_images=list(images[1:]), **given)


def error_rate(wanted: str, read: str) -> float:
    """Wrong, missing and additional characters for each wanted one; runs of white space count as one."""
    wanted, read = " ".join(wanted.split()), " ".join(read.split())
    above = list(range(len(read) + 1))
    for row, letter in enumerate(wanted, 1):
        line = [row]
        for column, other in enumerate(read, 1):
            line.append(min(above[column] + 1, line[-1] + 1, above[column - 1] + (letter != other)))
        above = line
    return above[-1] / len(wanted)


@cache
def _font(name: str, dpi: int) -> ImageFont.FreeTypeFont:
    # Those of a library the tests have anyway, so that every machine draws the same letters.
    spec = importlib.util.find_spec("matplotlib")
    assert spec is not None
    assert spec.origin is not None
    return ImageFont.truetype(
        Path(spec.origin).parent / "mpl-data/fonts/ttf" / f"{name}.ttf", round(12 * dpi / 72)
    )
