"""The staff's intake as they meet it: by keyboard alone, on a phone, with JavaScript and without (P4)."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Geolocation, Locator, Page, expect

from domain.urn import Urn
from domain.vocabulary import Channel
from pipeline.accept import Intake, accept
from pipeline.desk import Desk
from tests.fakes import RUBBISH, add_account, make_message, process_all
from tests.web.browsing import PHOTO, accessible, shoot
from tests.web.forms import query
from tests.web.serving import Site

pytestmark = pytest.mark.servers
Workers = Callable[[], int]
INTAKE = "/temsilci/basvuru"
CALLER = f"{INTAKE}?caller=05321234567"
MODA = Geolocation(latitude=40.9871, longitude=29.0257)


@pytest.fixture
def wide(chromium: Browser, site: Site) -> Iterator[Page]:
    """A desk's screen."""
    context = chromium.new_context(base_url=site.url, viewport={"width": 1280, "height": 900}, locale="tr-TR")
    yield context.new_page()
    context.close()


def earlier_case(desk: Desk) -> str:
    """The number of a case that the caller has already."""
    message = make_message(channel=Channel.SMS, sender=Urn("tel", "+905321234567"), text=RUBBISH)
    accept(desk, Intake(items=[(add_account(desk, Channel.SMS), message)]))
    process_all(desk)
    return str(query(desk, "SELECT number FROM cases")[0])


def log_in(page: Page, desk: Desk, onward: str = INTAKE) -> None:
    """Log in by the form, with the keyboard."""
    page.goto(onward)
    expect(page.get_by_role("heading", level=1)).to_have_text("Temsilci girişi")
    page.get_by_label("Giriş anahtarınız").focus()
    page.keyboard.type(desk.settings.staff[0].token.get_secret_value())
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Başvuru al")


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until the focus is there."""
    passed = []
    for _ in range(25):
        page.keyboard.press("Tab")
        passed.append(page.evaluate("document.activeElement.id || document.activeElement.className"))
        if passed[-1] == wanted:
            return
    raise AssertionError(f"{wanted} is not reached by Tab: {passed}")


def options(page: Page) -> Locator:
    """The topics that are offered; the selects of the page have options of their own."""
    return page.locator("#konu-listesi [role=option]")


def choose_topic(page: Page, typed: str) -> None:
    page.keyboard.type(typed)
    expect(options(page).first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(options(page).first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_a_whole_intake_by_keyboard_alone(wide: Page, desk: Desk, workers: Workers) -> None:
    known = earlier_case(desk)
    log_in(wide, desk, CALLER)
    expect(wide.get_by_label("Telefon")).to_have_value("0532 123 45 67")
    expect(wide.get_by_text(known)).to_be_visible()
    expect(wide.get_by_label("Ne oldu, ne istiyor?")).to_be_focused()
    wide.keyboard.type("Moda Caddesi'nde çöp kutuları taşıyor")
    tab_to(wide, "konu-ara")
    choose_topic(wide, "cop konteyneri istegi")
    chosen = wide.locator("#konu-ara").input_value()
    tab_to(wide, "district")
    wide.keyboard.type("Kad")
    tab_to(wide, "neighbourhood")
    wide.keyboard.type("Caferağa")
    tab_to(wide, "address")
    wide.keyboard.type("Parkın karşısı")
    tab_to(wide, "consent")
    wide.keyboard.press("Space")
    shoot(wide, "intake")
    wide.keyboard.press("Control+Enter")
    expect(wide).to_have_url(re.compile("/kayit/"))
    workers()
    expect(wide.locator("#basvuru-no")).to_be_visible(timeout=20_000)
    tab_to(wide, "siradaki")
    wide.keyboard.press("Enter")
    expect(wide.get_by_label("Telefon")).to_be_focused()
    rows = (
        "SELECT c.channel, c.district, c.neighbourhood, t.name FROM cases c JOIN topics t ON t.code = c.topic"
    )
    assert chosen == "Çöp konteyneri isteği, yeri, onarımı"
    assert query(desk, f"{rows} ORDER BY c.id")[1] == ("call_centre", "Kadıköy", "Caferağa", chosen)


def test_one_caller_s_cases_never_stand_under_another_s_number(wide: Page, desk: Desk) -> None:
    known = earlier_case(desk)
    log_in(wide, desk, CALLER)
    expect(wide.get_by_text(known)).to_be_visible()
    wide.route("**/gecmis?*", lambda route: route.abort())
    wide.get_by_label("Telefon").fill("0533 222 22 22")
    wide.get_by_label("Ad soyad").focus()
    expect(wide.get_by_text(known)).to_have_count(0)


def test_words_are_added_to_an_earlier_case_by_keyboard(wide: Page, desk: Desk, workers: Workers) -> None:
    known = earlier_case(desk)
    log_in(wide, desk)
    expect(wide.get_by_label("Telefon")).to_be_focused()
    wide.keyboard.type("0532 123 45 67")
    tab_to(wide, "name")  # leaving the number asks for its cases
    expect(wide.get_by_text(known)).to_be_visible()
    tab_to(wide, "answers-new")
    wide.keyboard.press("ArrowDown")
    expect(wide.get_by_role("radio", name=re.compile(known))).to_be_checked()
    tab_to(wide, "text")
    wide.keyboard.type("Koku da başladı")
    tab_to(wide, "consent")
    wide.keyboard.press("Space")
    wide.keyboard.press("Control+Enter")
    expect(wide).to_have_url(re.compile("/kayit/"))
    workers()
    expect(wide.locator("#basvuru-no")).to_have_text(known, timeout=20_000)
    assert query(desk, "SELECT count(*) FROM cases") == [1]


def test_the_list_of_topics_closes_and_clears_and_chooses_nothing_by_itself(wide: Page, desk: Desk) -> None:
    log_in(wide, desk)
    box = wide.get_by_role("combobox", name="Konu (isteğe bağlı)")
    box.focus()
    wide.keyboard.type("su kes")
    expect(box).to_have_attribute("aria-expanded", "true")
    wide.keyboard.press("ArrowUp")
    expect(options(wide).last).to_have_attribute("aria-selected", "true")
    last = options(wide).last.get_attribute("id") or ""
    expect(box).to_have_attribute("aria-activedescendant", last)
    wide.keyboard.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("su kes")
    wide.keyboard.press("Escape")
    expect(box).to_have_value("")
    wide.keyboard.type("zzzz")
    expect(wide.get_by_text("Uyan konu yok")).to_be_visible()
    wide.keyboard.press("Tab")
    expect(box).to_have_value("")
    assert wide.locator("#topic").input_value() == ""


def test_on_a_phone_with_photo_and_position(phone: Page, desk: Desk, workers: Workers) -> None:
    phone.context.grant_permissions(["geolocation"])
    phone.context.set_geolocation(MODA)
    log_in(phone, desk, f"{INTAKE}?kanal=field")
    scripts = phone.locator("#konu-ara").count() == 1
    expect(phone.locator("#channel-field")).to_be_checked()
    phone.get_by_label("Telefon").fill("0532 123 45 67")
    phone.get_by_label("Ad soyad").fill("Örnek Vatandaş")
    phone.get_by_label("Ne oldu, ne istiyor?").fill("Rögar kapağı yerinden oynamış")
    if scripts:
        phone.locator("#konu-ara").press_sequentially("rögar kap")
        options(phone).filter(has_text="Bozuk, ses yapan").tap()
        phone.get_by_role("button", name="Bulunduğum yeri ekle").tap()
        expect(phone.get_by_text("Konum alındı: 40.987100, 29.025700")).to_be_visible()
    else:
        phone.locator("#topic").select_option(label="Bozuk, ses yapan, seviyesi düşük rögar kapağı")
    phone.locator("#camera").set_input_files(PHOTO)
    phone.get_by_label("İlçe").select_option("Kadıköy")
    phone.get_by_label("Aydınlatıldı ve bilgilerinin kaydedilmesini kabul etti").check()
    if scripts:
        shoot(phone, "intake-phone")
    phone.get_by_role("button", name="Kaydet").tap()
    expect(phone).to_have_url(re.compile("/kayit/"))
    workers()
    expect(phone.locator("#basvuru-no")).to_be_visible(timeout=20_000)
    with phone.context.expect_event("response", lambda answer: answer.url.endswith("/fis")) as slip:
        phone.get_by_role("button", name="Fişi aç ve yazdır").tap()  # it opens in a tab of its own
    assert slip.value.status == 200
    phone.reload()
    expect(phone.get_by_text("Bu başvurunun fişi alındı")).to_be_visible()
    assert query(desk, "SELECT name FROM attachments") == ["çöp kutuları.png"]
    (place,) = query(desk, "SELECT place FROM cases")
    assert (place["latitude"] == MODA["latitude"]) is scripts


def test_a_link_on_the_telephonys_own_page_finds_one_logged_in(wide: Page, site: Site, desk: Desk) -> None:
    log_in(wide, desk)
    wide.goto(site.url.replace("127.0.0.1", "localhost"))  # another site, as browsers see it
    wide.evaluate(
        """address => {
          const link = document.createElement("a");
          Object.assign(link, { href: address, textContent: "Arayan", id: "arayan" });
          document.body.prepend(link);
        }""",
        f"{site.url}{CALLER}",
    )
    wide.locator("#arayan").click()
    expect(wide.get_by_label("Telefon")).to_have_value("0532 123 45 67")


@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_is_wider_than_its_screen_and_each_meets_wcag_2_2_aa(
    chromium: Browser, site: Site, desk: Desk, workers: Workers, width: int
) -> None:
    context = chromium.new_context(
        base_url=site.url, viewport={"width": width, "height": 800}, locale="tr-TR", reduced_motion="reduce"
    )
    page = context.new_page()
    earlier_case(desk)
    for show in _pages(desk, workers):
        show(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
        if width == 1280:
            accessible(page)
    context.close()


def _pages(desk: Desk, workers: Workers) -> list[Callable[[Page], Any]]:
    def choosing(page: Page) -> None:
        page.locator("#konu-ara").press_sequentially("çöp")
        expect(options(page).first).to_be_visible()
        page.keyboard.press("ArrowDown")

    def mistaken(page: Page) -> None:
        page.goto(CALLER)
        page.locator("#kayit").evaluate("form => form.noValidate = true")
        page.get_by_role("button", name="Kaydet").click()
        expect(page.get_by_role("alert")).to_be_visible()

    def sent(page: Page) -> None:
        page.goto(f"{INTAKE}?kanal=contact_point")
        page.get_by_label("Ne oldu, ne istiyor?").fill("Su akmıyor")
        page.get_by_role("button", name="Kaydet").click()
        expect(page).to_have_url(re.compile("/kayit/"))

    def numbered(page: Page) -> None:
        workers()
        page.reload()
        expect(page.get_by_role("button", name="Fişi aç")).to_be_visible()

    return [
        lambda page: page.goto("/temsilci/giris"),
        lambda page: log_in(page, desk, CALLER),
        choosing,
        mistaken,
        sent,
        numbered,
    ]
