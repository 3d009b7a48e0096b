"""A case from its citizen's side in real Chromium, on a phone: adding, objecting, rating, printing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from domain.vocabulary import CaseState
from pipeline.desk import Desk
from pipeline.unit_marks import links
from tests.web.browsing import accessible, shoot
from tests.web.citizen.acting import Citizens, Known
from tests.web.forms import png
from tests.web.serving import Site

pytestmark = pytest.mark.servers
PHOTO = FilePayload(name="köşe.png", mimeType="image/png", buffer=png())
ANSWER = (
    "Moda Caddesi üzerindeki çöp kutuları 23 Kasım sabahı boşaltıldı. Bölgeye iki ek konteyner konuldu ve "
    "toplama günde ikiye çıkarıldı.\n\nKadıköy Belediyesi Temizlik İşleri"
)
WORDS = "Kutular bir kez boşaltıldı, ertesi gün yine taştı. Ek konteyner de konulmadı."


@contextmanager
def phone(chromium: Browser, site: Site, *, scripts: bool = True, width: int = 390) -> Iterator[Page]:
    """A phone's page of the site."""
    context = chromium.new_context(
        base_url=site.url,
        viewport={"width": width, "height": 844},
        is_mobile=True,
        has_touch=True,
        java_script_enabled=scripts,
        locale="tr-TR",
        timezone_id="Europe/Istanbul",
        reduced_motion="reduce",
    )
    yield context.new_page()
    assert context.cookies() == []
    context.close()


def look(page: Page, known: Known) -> None:
    """Type both numbers."""
    page.goto("/durum")
    page.get_by_label("Başvuru numarası").fill(known.number)
    page.get_by_label("Güvenlik numarası").fill(known.security)
    page.get_by_role("button", name="Durumu göster").click()
    expect(page.locator("#durum")).to_be_visible()


def test_without_scripts_a_citizen_adds_objects_and_rates(
    chromium: Browser, site: Site, citizens: Citizens
) -> None:
    known = citizens.case(name="Ayşe Yılmaz")
    with phone(chromium, site, scripts=False) as page:
        look(page, known)
        shoot(page, "status-open-phone", whole=True)
        page.get_by_text("Ek bilgi veya fotoğraf gönder").click()
        page.get_by_label("Eklemek istedikleriniz").fill("Konteyner parkın karşısında.")
        page.get_by_label("Fotoğraf veya dosya").set_input_files(PHOTO)
        page.get_by_role("button", name="Başvuruma ekle").click()
        expect(page.get_by_role("status")).to_have_text("Mesajınız başvurunuza eklendi.")

        citizens.answer(known, ANSWER)
        page.get_by_role("button", name="Durumu yenile").click()
        expect(page.locator("#durum")).to_have_text("Sonuçlandı")
        expect(page.get_by_role("heading", name="Cevap")).to_be_visible()
        shoot(page, "status-answered-phone", whole=True)
        page.get_by_label("Kötü", exact=False).nth(1).check(force=True)
        page.get_by_role("button", name="Değerlendir", exact=True).click()
        expect(page.get_by_text("Değerlendirmeniz: 2/5 – Kötü")).to_be_visible()
        shoot(page, "rating-phone", whole=True)

        page.get_by_text("Cevaba itiraz et").click()
        page.get_by_label("Neden itiraz ediyorsunuz?").fill(WORDS)
        shoot(page, "objection-phone", whole=True)
        page.get_by_role("button", name="İtirazımı gönder").click()
        expect(page.get_by_role("status")).to_contain_text("İtirazınız alındı")
        expect(page.locator("#durum")).to_have_text("İtiraz üzerine yeniden açıldı")
    assert citizens.row(known).state == CaseState.REOPENED


def test_what_is_printed_holds_the_case_and_no_form(
    chromium: Browser, site: Site, citizens: Citizens
) -> None:
    known = citizens.answered(ANSWER)
    with phone(chromium, site, width=1280) as page:
        look(page, known)
        shoot(page, "status")
        expect(page.get_by_role("button", name="Yazdır")).to_be_visible()
        page.emulate_media(media="print")
        for shown in (known.number, "Beyaz Masa – Büyükşehir Belediyesi", "iki ek konteyner", "Neler oldu?"):
            expect(page.get_by_text(shown).first).to_be_visible()
        for hidden in ("Hizmetimizi değerlendirin", "Cevaba itiraz et", "Durumu yenile", "Başvuru yap"):
            expect(page.get_by_text(hidden, exact=True).first).to_be_hidden()
        assert known.security not in page.content()


def test_lost_numbers_are_asked_for_without_scripts(
    chromium: Browser, site: Site, citizens: Citizens
) -> None:
    known = citizens.case()
    with phone(chromium, site, scripts=False, width=360) as page:
        page.goto("/durum")
        page.get_by_role("link", name="yeniden gönderelim").click()
        page.get_by_label("Cep telefonu veya e-posta").fill(known.phone)
        shoot(page, "lost-numbers-phone", whole=True)
        page.get_by_role("button", name="Numaraları gönder").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("İsteğiniz alındı")


def test_every_page_of_a_case_meets_wcag_2_2_aa_and_fits_a_phone(
    chromium: Browser, site: Site, desk: Desk, citizens: Citizens
) -> None:
    with phone(chromium, site, width=360) as page:
        for show in _pages(page, desk, citizens):
            show()
            page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, page.url
            accessible(page)


def _pages(page: Page, desk: Desk, citizens: Citizens) -> list[Callable[[], Any]]:
    open_case, answered, late = citizens.case(), citizens.answered(ANSWER), citizens.answered(ANSWER)
    rejected = citizens.answered()
    citizens.change(rejected, state=CaseState.REJECTED)
    citizens.change(late, objected_at=desk.now())
    of_unit = links(desk, open_case.id, citizens.row(open_case).unit, 0, desk.now())

    def wrong(button: str) -> None:
        page.evaluate("document.querySelectorAll('form').forEach(form => form.noValidate = true)")
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        page.get_by_role("button", name=button, exact=True).click()
        expect(page.get_by_role("alert")).to_be_visible()

    def ask_again() -> None:
        page.get_by_label("Cep telefonu").fill("0532 999 88 77")
        page.get_by_role("button", name="Numaraları gönder").click()

    unit_pages = [
        lambda name=name: page.goto(urlsplit(of_unit[name]).path)
        for name in ("accept_url", "resolve_url", "return_url", "extend_url")
    ]
    return [
        lambda: look(page, open_case),
        lambda: wrong("Başvuruma ekle"),
        lambda: look(page, answered),
        lambda: wrong("Değerlendir"),
        lambda: wrong("İtirazımı gönder"),
        lambda: look(page, rejected),
        lambda: look(page, late),
        lambda: page.goto("/durum/numara"),
        lambda: wrong("Numaraları gönder"),
        ask_again,
        *unit_pages,
    ]
