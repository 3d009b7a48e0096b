"""The pages as a citizen meets them: on a phone, in real Chromium, with JavaScript and without."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from domain.thread_tokens import make_token
from pipeline.desk import Desk
from tests.fakes import RUBBISH
from tests.pipeline.looking import send_all
from tests.web.browsing import PHOTO, accessible
from tests.web.forms import query
from tests.web.serving import Site

pytestmark = pytest.mark.servers
Workers = Callable[[], int]


def fill(page: Page) -> None:
    """Write the example of the README, with a photo."""
    page.goto("/")
    page.get_by_label("Ne oldu, ne istiyorsunuz?").fill(RUBBISH)
    page.get_by_label("Fotoğraf veya dosya").set_input_files(PHOTO)
    page.get_by_label("İlçe").select_option("Kadıköy")
    page.get_by_label("Adres veya yer tarifi").fill("Moda Caddesi, parkın karşısı")
    page.get_by_label("Ad soyad").fill("Ayşe Yılmaz")
    page.get_by_label("Cep telefonu").fill("0532 123 45 67")
    page.get_by_label("E-posta").fill("ayse@eposta.example")


def send(page: Page) -> None:
    """Press the button."""
    page.get_by_role("button", name="Başvuruyu gönder").click()
    expect(page).to_have_url(re.compile("/basvuru/"))


def security_of(desk: Desk, number: str) -> str:
    (sealed,) = query(desk, f"SELECT security_number FROM cases WHERE number = '{number}'")
    return desk.keyring.decrypt(sealed)


def test_from_the_form_to_the_number_to_the_status(phone: Page, desk: Desk, workers: Workers) -> None:
    fill(phone)
    send(phone)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Başvurunuz alındı")
    workers()
    shown = phone.locator("#basvuru-no")
    expect(shown).to_be_visible(timeout=20_000)  # the page renews itself
    number = shown.inner_text()
    assert query(desk, "SELECT name, media_type FROM attachments") == [("çöp kutuları.png", "image/png")]

    phone.get_by_role("link", name="Başvurumu takip et").click()
    expect(phone.get_by_label("Başvuru numarası")).to_have_value(number)
    phone.get_by_label("Güvenlik numarası").fill(security_of(desk, number))
    phone.get_by_role("button", name="Durumu göster").click()
    expect(phone.locator("#durum")).to_have_text("Birimde")
    expect(phone.get_by_text("Başvurunuz iletildi: Kadıköy Belediyesi.")).to_be_visible()


def test_a_mistake_is_named_on_top_and_leads_to_its_field(phone: Page) -> None:
    phone.goto("/")
    phone.get_by_label("Ne oldu, ne istiyorsunuz?").fill("Su akmıyor")
    phone.get_by_label("Cep telefonu").fill("123")
    phone.get_by_role("button", name="Başvuruyu gönder").click()
    summary = phone.get_by_role("alert")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name="Telefon numarasını alan koduyla yazın").click()
    expect(phone.get_by_label("Cep telefonu")).to_be_focused()
    expect(phone.get_by_label("Cep telefonu")).to_have_accessible_description(
        re.compile("Telefon numarasını alan koduyla yazın.* Örneğin 0532")
    )
    expect(phone.get_by_label("Ne oldu, ne istiyorsunuz?")).to_have_value("Su akmıyor")


def test_a_form_without_words_is_not_even_sent(phone: Page) -> None:
    phone.goto("/")
    phone.get_by_label("Cep telefonu").fill("0532 123 45 67")
    phone.get_by_role("button", name="Başvuruyu gönder").click()
    expect(phone.get_by_label("Ne oldu, ne istiyorsunuz?")).to_be_focused()


def test_a_double_click_and_the_way_back_are_one_case_v1(phone: Page, desk: Desk, workers: Workers) -> None:
    fill(phone)
    phone.get_by_role("button", name="Başvuruyu gönder").dblclick()
    expect(phone).to_have_url(re.compile("/basvuru/"))
    workers()
    phone.go_back()
    expect(phone.get_by_role("button", name="Başvuruyu gönder")).to_be_enabled()
    assert query(desk, "SELECT count(*) FROM messages") == [1]


def test_the_honeypot_is_out_of_everybody_s_way_v2(phone: Page) -> None:
    phone.goto("/")
    trap = phone.locator("#website")
    expect(trap).not_to_be_in_viewport()
    assert phone.get_by_role("textbox", name="Bu alanı boş bırakın").count() == 0
    order = []
    for _ in range(20):
        phone.keyboard.press("Tab")
        order.append(phone.evaluate("document.activeElement.id"))
    fields = [name for name in order if name in _FIELDS]
    assert fields[: len(_FIELDS)] == _FIELDS
    assert "website" not in order


_FIELDS = ["text", "files", "district", "address", "name", "phone", "email", "hide_identity"]


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_no_page_is_wider_than_its_screen(
    chromium: Browser, site: Site, desk: Desk, workers: Workers, width: int
) -> None:
    context = chromium.new_context(base_url=site.url, viewport={"width": width, "height": 800})
    page = context.new_page()
    for show in _pages(desk, workers):
        show(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
    context.close()


def test_every_page_meets_wcag_2_2_aa(chromium: Browser, site: Site, desk: Desk, workers: Workers) -> None:
    context = chromium.new_context(base_url=site.url, locale="tr-TR", reduced_motion="reduce")
    page = context.new_page()
    for show in _pages(desk, workers):
        show(page)
        accessible(page)
    context.close()


def test_on_a_wide_screen(chromium: Browser, site: Site, desk: Desk, workers: Workers) -> None:
    context = chromium.new_context(base_url=site.url, viewport={"width": 1280, "height": 900}, locale="tr-TR")
    page = context.new_page()
    page.goto("/")
    fill(page)
    send(page)
    workers()
    send_all(desk)
    page.goto("/outbox")
    frame = page.frame_locator("iframe").first
    expect(frame.get_by_text(RUBBISH)).to_be_visible()
    expect(page.locator(".bubble")).to_have_text(re.compile("güvenlik no"))
    # The mail names the desk's public address; here the same page is at another one.
    context.route(
        "**/birim/islem/*",
        lambda route: route.continue_(url=site.url + urlsplit(route.request.url).path),
    )
    with page.expect_popup() as opened:
        frame.get_by_role("link", name="Kabul et").click()
    expect(opened.value.get_by_role("button", name="Kabul et")).to_be_visible()
    context.close()


def _pages(desk: Desk, workers: Workers) -> list[Callable[[Page], Any]]:
    def sent(page: Page) -> None:
        fill(page)
        send(page)

    def numbered(page: Page) -> None:
        workers()
        page.reload()
        expect(page.locator("#basvuru-no")).to_be_visible()

    def asked(page: Page, *, right: bool) -> None:
        (number,) = query(desk, "SELECT number FROM cases")
        page.goto(f"/durum?no={number}")
        page.get_by_label("Güvenlik numarası").fill(security_of(desk, number) if right else "")
        page.get_by_label("Güvenlik numarası").evaluate("field => field.required = false")
        page.get_by_role("button", name="Durumu göster").click()

    def mistaken(page: Page) -> None:
        page.goto("/")
        page.locator("form").evaluate("form => form.noValidate = true")
        page.get_by_role("button", name="Başvuruyu gönder").click()
        expect(page.get_by_role("alert")).to_be_visible()

    def wished(page: Page) -> None:
        (contact,) = query(desk, "SELECT CAST(min(id) AS text) FROM contacts")
        page.goto(f"/bildirim/{make_token(desk.token_key, 'wish', contact)}")
        expect(page.get_by_role("button", name="Ara bildirimleri istemiyorum")).to_be_visible()

    return [
        lambda page: page.goto("/"),
        mistaken,
        sent,
        numbered,
        lambda page: page.goto("/durum"),
        lambda page: asked(page, right=False),
        lambda page: asked(page, right=True),
        wished,
        lambda page: page.goto("/kvkk"),
        lambda page: page.goto("/nowhere"),
        lambda page: page.goto("/outbox"),
    ]
