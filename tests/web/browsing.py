"""What the tests in a browser share: which rules a page must keep, and pictures for the docs."""

import os
from pathlib import Path

from playwright.sync_api import FilePayload, Page

from tests.web.forms import png

SCREENSHOTS = Path(__file__).parents[2] / "docs" / "screenshots"
PHOTO = FilePayload(name="çöp kutuları.png", mimeType="image/png", buffer=png())
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def shoot(page: Page, name: str, *, whole: bool = False) -> None:
    """Keep a picture for the docs, when SCREENSHOTS is set; of a phone what it shows first, or `whole`."""
    if os.environ.get("SCREENSHOTS"):
        page.evaluate("scrollTo(0, 0)")
        wide = whole or not name.endswith("-phone")
        page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=wide, animations="disabled")
