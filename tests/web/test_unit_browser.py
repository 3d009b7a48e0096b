"""A unit's mail and the pages behind its links, as an officer meets them: on a phone, in real Chromium."""

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from domain.messages import Attachment, Place
from domain.urn import Urn
from domain.vocabulary import CaseEventKind, CaseState, Template
from pipeline.desk import Desk
from pipeline.unit_digest import unit_digest
from store.models import Case, OutboxEntry
from tests.pipeline.answering_units import assigned_case, history, now_is
from tests.pipeline.looking import notices_of, send_all
from tests.web.browsing import accessible, shoot
from tests.web.serving import Site

pytestmark = pytest.mark.servers
FILM = Attachment(name="çöp kutuları.mp4", media_type="video/mp4", content=b"film" * 300_000)
NOTE = Attachment(name="not.txt", media_type="text/plain", content="Apartmanın önü.".encode())
MODA = Place(
    district="Kadıköy", neighbourhood="Caferağa", address="Moda Caddesi", latitude=40.987, longitude=29.025
)
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "locale": "tr-TR",
}  # fmt: skip
WORDS = """Kadıköy Moda Caddesi'nde, parkın karşısındaki çöpler üç gündür toplanmıyor.
Kutular taştı, koku dayanılmaz oldu. İlgilenmenizi rica ederim."""


def mailed_case(desk: Desk, **given: object) -> tuple[Case, OutboxEntry]:
    """A case, and the mail that brought it to its unit."""
    case = assigned_case(desk, **given)
    send_all(desk)
    with desk.uow() as uow:
        mails = [each for each in uow.outbox.latest(20) if case.number in (each.subject or "")]
    return case, next(each for each in mails if "birim/islem" in each.text)


def digest_of(desk: Desk, cases: list[Case]) -> str:
    """The mail that tells a unit of several cases at once, in HTML."""
    rows = [
        row for case in cases for row in notices_of(desk, case) if row.template == Template.ROUTED_TO_UNIT
    ]
    with desk.uow() as uow:
        rendered, _ = unit_digest(desk, uow, uow.notifications.in_hand([row.id or 0 for row in rows]))
    return rendered.html or ""


def address(mail: OutboxEntry, words: str) -> str:
    """Where a button of the mail leads, on this site."""
    [link] = re.findall(rf'href="([^"]+)"[^>]*>{words}<', mail.html or "")
    return str(urlsplit(link).path)


def confirm(page: Page, button: str) -> None:
    accessible(page)
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kaydedildi")
    accessible(page)


def test_an_officer_answers_from_the_mail_by_its_buttons(chromium: Browser, site: Site, desk: Desk) -> None:
    desk.settings = desk.settings.model_copy(update={"unit_attached_mb": 1})
    case, mail = mailed_case(desk, text=WORDS, place=MODA, attachments=[FILM, NOTE])
    other, second = mailed_case(desk, sender=Urn("mailto", "b@eposta.example"))
    wide = chromium.new_context(viewport={"width": 720, "height": 900}, locale="tr-TR").new_page()
    wide.set_content(mail.html or "")
    accessible(wide)
    shoot(wide, "unit-mail")
    wide.set_content(digest_of(desk, [case, other]))
    accessible(wide)
    shoot(wide, "unit-digest")
    phone = chromium.new_context(base_url=site.url, **PHONE)
    page = phone.new_page()

    page.goto(address(mail, "Kabul et"))
    confirm(page, "Kabul et")
    assert now_is(desk, case).accepted_at

    page.goto(address(mail, "Ek süre iste"))
    page.get_by_label("Kaç gün ek süre gerekiyor?").fill("5")
    confirm(page, "Ek süre iste")
    assert now_is(desk, case).promised_at > case.promised_at

    page.goto(address(mail, FILM.name))
    accessible(page)
    shoot(page, "unit-file-phone")
    with page.expect_download() as taken:
        page.get_by_role("button", name="Dosyayı indir").click()
    assert (taken.value.suggested_filename, taken.value.path().read_bytes()) == (FILM.name, FILM.content)
    assert history(desk, case)[-1].kind == CaseEventKind.UNIT_DOWNLOADED

    page.goto(address(second, "Bizim değil, iade et"))
    page.get_by_label("Sizce hangi birim sorumlu?").select_option("iski-kanal")
    page.get_by_label("Gerekçe").fill("Taşan kutu değil, rögar: hat onlarındır.")
    shoot(page, "unit-return-phone")
    confirm(page, "İade et")
    assert now_is(desk, other).unit == "iski-kanal"

    page.goto(address(mail, "Çözüldü, cevabı yaz"))
    page.get_by_label("Vatandaşa gidecek cevap").fill(
        "Kutular bugün boşaltıldı; sokak haftada üç gün toplanacak."
    )
    shoot(page, "unit-close-phone")
    confirm(page, "Cevabı gönder ve kapat")
    assert now_is(desk, case).state == CaseState.RESOLVED

    page.go_back()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bir şey değişmedi")
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
