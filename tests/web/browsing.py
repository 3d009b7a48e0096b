"""What the tests in a browser share: which rules a page must keep, and pictures for the docs."""

import os
from io import BytesIO
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import FilePayload, Page

from tests.web.forms import png

SCREENSHOTS = Path(__file__).parents[2] / "docs" / "screenshots"
PHOTO = FilePayload(name="çöp kutuları.png", mimeType="image/png", buffer=png())
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_COLOURS, _TALLEST = 96, 2000
"""Our pages are flat: with so many colours a picture is a third in size and looks the same. So many points
down it ends."""


def accessible(page: Page) -> None:
    """What the page shows keeps WCAG 2.2 AA, as far as a program can tell."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"


def shoot(page: Page, name: str, *, whole: bool = False) -> None:
    """Keep a picture for the docs, when SCREENSHOTS is set; of a phone what it shows first, or `whole`."""
    if os.environ.get("SCREENSHOTS"):
        keep(page, SCREENSHOTS / f"{name}.png", whole=whole or not name.endswith("-phone"))


def keep(page: Page, path: Path, *, whole: bool) -> None:
    """Write a small PNG of the page from its beginning: the `whole` of it, or what its window shows."""
    page.evaluate("scrollTo(0, 0)")
    keep_small(Image.open(BytesIO(page.screenshot(full_page=whole, animations="disabled"))), path)


def keep_small(picture: Image.Image, path: Path) -> None:
    """Write it as a small PNG."""
    drawn = picture.convert("RGB").crop((0, 0, picture.width, min(picture.height, _TALLEST)))
    few = drawn.quantize(_COLOURS, dither=Image.Dither.NONE)
    few.save(path, optimize=True)
