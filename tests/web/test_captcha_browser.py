"""The form with a proof of work as a citizen meets it: on a phone, with JavaScript and without."""

import html
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from config.settings import Settings
from pipeline.desk import Desk
from tests.fakes import RUBBISH
from tests.web.browsing import accessible
from tests.web.forms import query
from tests.web.proving import challenge_on
from tests.web.serving import Site

pytestmark = pytest.mark.servers


@pytest.fixture
def desk_settings(desk_settings: Settings) -> Settings:
    """Those of a desk whose form asks for a proof of work."""
    return desk_settings.model_copy(update={"form_captcha": True})


def fill(page: Page) -> None:
    page.get_by_label("Ne oldu, ne istiyorsunuz?").fill(RUBBISH)
    page.get_by_label("Cep telefonu").fill("0532 123 45 67")


def test_a_browser_with_scripts_does_the_work_by_itself_another_is_told_of_other_ways(
    phone: Page, desk: Desk
) -> None:
    phone.goto("/")
    told = phone.locator("noscript p")  # markup only where no scripts run
    scripts = told.count() == 0
    fill(phone)
    phone.get_by_role("button", name="Başvuruyu gönder").click()
    if scripts:
        expect(phone.get_by_role("heading", level=1)).to_have_text("Başvurunuz alındı")
    else:
        expect(phone.get_by_role("alert")).to_contain_text("JavaScript’i açın")
        expect(phone.get_by_label("Ne oldu, ne istiyorsunuz?")).to_have_value(RUBBISH)
        expect(told).to_be_visible()
        expect(told.get_by_role("link", name="Alo 153")).to_be_visible()
    assert query(desk, "SELECT count(*) FROM messages") == [int(scripts)]


@pytest.fixture
def page(chromium: Browser, site: Site) -> Iterator[Page]:
    """A page of the site whose browser runs scripts."""
    context = chromium.new_context(base_url=site.url, locale="tr-TR", reduced_motion="reduce")
    yield context.new_page()
    context.close()


def test_a_double_click_is_one_case_v1(page: Page, desk: Desk) -> None:
    page.goto("/")
    fill(page)
    page.get_by_role("button", name="Başvuruyu gönder").dblclick()
    expect(page).to_have_url(re.compile("/basvuru/"))
    assert query(desk, "SELECT count(*) FROM messages") == [1]
    page.go_back()
    fill(page)
    page.get_by_label("Ne oldu, ne istiyorsunuz?").fill("Su akmıyor")
    page.get_by_role("button", name="Başvuruyu gönder").click()
    expect(page).to_have_url(re.compile("/basvuru/"))
    assert query(desk, "SELECT count(*) FROM messages") == [2]


def test_a_page_that_was_open_too_long_asks_again_by_itself(page: Page, site: Site, desk: Desk) -> None:
    captcha = site.services.captcha
    assert captcha is not None
    old = captcha.challenge(desk.now() - timedelta(hours=2))

    def as_it_was(route: Route) -> None:
        body = re.sub(r'data-challenge="[^"]+"', f'data-challenge="{html.escape(old)}"', route.fetch().text())
        body = body.replace('data-challenge-seconds="3600"', 'data-challenge-seconds="-1"')
        route.fulfill(body=body, content_type="text/html")

    page.route("**/", as_it_was, times=1)
    page.goto("/")
    assert challenge_on(page.content())["parameters"]["expiresAt"] < desk.now().timestamp()
    fill(page)
    page.get_by_role("button", name="Başvuruyu gönder").click()
    expect(page).to_have_url(re.compile("/basvuru/"))
    assert query(desk, "SELECT count(*) FROM messages") == [1]


def test_where_no_solution_arrives_the_form_comes_back_and_another_press_sends_it(
    page: Page, desk: Desk
) -> None:
    page.goto("/")
    fill(page)
    page.evaluate("""() => {
        const form = document.getElementById("basvuru");
        form.submit = () => { form.elements.altcha.value = ""; HTMLFormElement.prototype.submit.call(form); };
        form.addEventListener("submit", (event) => { event.preventDefault(); form.submit(); });
    }""")
    page.get_by_role("button", name="Başvuruyu gönder").click()
    expect(page.get_by_role("alert")).to_contain_text("düğmesine yeniden basın")
    expect(page.get_by_label("Ne oldu, ne istiyorsunuz?")).to_have_value(RUBBISH)
    accessible(page)
    page.get_by_role("button", name="Başvuruyu gönder").click()
    expect(page).to_have_url(re.compile("/basvuru/"))
    assert query(desk, "SELECT count(*) FROM messages") == [1]
