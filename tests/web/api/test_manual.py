"""The manual as a page: readable on a desk and on a phone, by anybody."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.web.browsing import WCAG
from tests.web.serving import Site

pytestmark = pytest.mark.servers
SCREENSHOTS = Path(__file__).parents[3] / "docs" / "screenshots"


@pytest.mark.parametrize("width", [1280, 390], ids=["desk", "phone"])
def test_the_manual_can_be_read_at_every_width(chromium: Browser, site: Site, width: int) -> None:
    context = chromium.new_context(base_url=site.url, viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto("/api/v1/docs")
    assert page.get_by_role("heading", level=1).inner_text() == "Beyaz Masa mobile API"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page, options={"runOnly": WCAG}).response["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []
    if os.environ.get("SCREENSHOTS"):
        page.screenshot(path=SCREENSHOTS / f"api-docs-{width}.png", animations="disabled")
    context.close()
