"""Walks one case through the pages of a running desk, from the form to the rating, and takes the pictures of
docs/walkthrough.md: `python -m demo.walk docs/screenshots` (with the tools of `make test`). With the papers
of monthly reports after the folder it draws their first pages instead.

The citizen has a small phone, the officer reads the unit's mail on the outbox page and clicks its buttons.
"""

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from random import SystemRandom
from typing import Any

import pypdfium2
from playwright.sync_api import FilePayload, Page, ViewportSize, expect, sync_playwright

from demo.papers import photo
from demo.readiness import check
from pipeline.awaiting import web_address
from pipeline.desk import get_desk
from pipeline.waiting import until
from tests.servers.processes import find_program
from tests.web.browsing import keep, keep_small

WORDS = (
    "Bağdat Caddesi'nde 214 numaranın önünde asfaltta derin bir çukur var. Dün akşam iki araç lastik "
    "patlattı. Çukurun kapatılmasını rica ederim."
)
FIRST_ANSWER = "Bağdat Caddesi 214 numaranın önündeki çukur bugün sıcak asfaltla kapatıldı."
OBJECTION = "Kapatılan çukur ilk yağmurda yine açıldı; şimdi daha geniş. Kalıcı bir onarım bekliyorum."
SECOND_ANSWER = (
    "Altından su sızdığı görüldü. Sızıntı giderildi, zemin sıkıştırıldı, yol 12 metre "
    "boyunca yeniden kaplandı."
)
PRAISE = "İkincisinde gerçekten ilgilendiniz, teşekkür ederim."
_PHONE, _DESK = ViewportSize(width=360, height=740), ViewportSize(width=960, height=800)
_PATIENCE = 60.0


@dataclass(frozen=True, kw_only=True)
class Walk:
    """The two who take part, each in a browser of their own, and where their pictures go."""

    citizen: Page
    officer: Page
    folder: Path
    site: str

    def shoot(self, page: Page, name: str) -> None:
        """Keep what the page shows, whole."""
        keep(page, self.folder / f"walk-{name}.png", whole=True)

    def write(self, phone: str) -> str:
        """Write by the form; returns the number that the page then shows."""
        page = self.citizen
        page.goto(self.site)
        page.get_by_label("Ne oldu, ne istiyorsunuz?").fill(WORDS)
        page.get_by_label("Fotoğraf veya dosya").set_input_files(_picture())
        page.get_by_label("İlçe").select_option("Kadıköy")
        page.get_by_label("Adres veya yer tarifi").fill("Bağdat Caddesi 214")
        page.get_by_label("Ad soyad").fill("Örnek Vatandaş")
        page.get_by_label("Cep telefonu").fill(phone)
        self.shoot(page, "form")
        page.get_by_role("button", name="Başvuruyu gönder").click()
        number = page.locator("#basvuru-no")
        expect(number).to_be_visible(timeout=_PATIENCE * 1000)
        self.shoot(page, "received")
        return number.inner_text()

    def outbox(self, number: str, words: str, times: int = 1) -> None:
        """Look into the outbox until so many of the case's notices hold these words."""

        def there() -> bool:
            self.officer.goto(f"{self.site}/outbox?ara={number}")
            return self.officer.locator("article", has_text=words).count() >= times

        until(there, words, _PATIENCE)

    def press(self, link: str) -> Page:
        """Press a button of the newest mail in the outbox; returns the page that it opens."""
        with self.officer.expect_popup() as opened:
            self.officer.frame_locator("iframe").first.get_by_role("link", name=link).click()
        return opened.value

    def close(self, answer: str, name: str = "") -> None:
        """Answer by the mail's button; `name` is the picture's, if it is one."""
        page = self.press("Çözüldü, cevabı yaz")
        page.get_by_label("Vatandaşa gidecek cevap").fill(answer)
        if name:
            self.shoot(page, name)
        self.confirm(page, "Cevabı gönder ve kapat")

    def confirm(self, page: Page, button: str) -> None:
        """Press the page's button."""
        page.get_by_role("button", name=button).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Kaydedildi")
        page.close()

    def look(self, number: str, security: str) -> None:
        """The citizen asks how the case stands."""
        self.citizen.goto(f"{self.site}/durum?no={number}")
        self.citizen.get_by_label("Güvenlik numarası").fill(security)
        self.citizen.get_by_role("button", name="Durumu göster").click()
        expect(self.citizen.locator("#durum")).to_be_visible()


def play(walk: Walk) -> str:
    """From the message to the rating of the second answer; returns the case's number."""
    number = walk.write(f"0555 {SystemRandom().randrange(10**7):07d}")
    walk.outbox(number, "Çözüldü, cevabı yaz")
    walk.shoot(walk.officer, "outbox")
    receipt = walk.officer.locator("article.sms", has_text="güvenlik no").inner_text()
    security = re.findall(r"güvenlik no (\d{6})", receipt)[0]
    _take_up_and_answer(walk, number, security)
    _object(walk, number)
    walk.close(SECOND_ANSWER)
    walk.outbox(number, "sonuçlandı", 2)
    walk.look(number, security)
    _rate(walk)
    return number


def _take_up_and_answer(walk: Walk, number: str, security: str) -> None:
    walk.confirm(walk.press("Kabul et"), "Kabul et")
    walk.look(number, security)
    walk.shoot(walk.citizen, "status-open")
    walk.close(FIRST_ANSWER, "unit-answer")
    walk.outbox(number, "sonuçlandı")
    walk.look(number, security)
    walk.shoot(walk.citizen, "status-answered")


def _object(walk: Walk, number: str) -> None:
    page = walk.citizen
    page.get_by_text("Cevaba itiraz et").click()
    page.get_by_label("Neden itiraz ediyorsunuz?").fill(OBJECTION)
    page.get_by_role("button", name="İtirazımı gönder").click()
    expect(page.get_by_role("status")).to_contain_text("İtirazınız alındı")
    walk.shoot(page, "objected")
    walk.outbox(number, OBJECTION)
    walk.shoot(walk.officer, "outbox-objection")


def _rate(walk: Walk) -> None:
    page = walk.citizen
    page.get_by_text("5", exact=True).check(force=True)
    page.get_by_label("Görüşünüz").fill(PRAISE)
    page.get_by_role("button", name="Değerlendir", exact=True).click()
    expect(page.get_by_text("Değerlendirmeniz: 5/5")).to_be_visible()
    walk.shoot(page, "rated")


def _picture() -> FilePayload:
    return FilePayload(name="çukur.jpg", mimeType="image/jpeg", buffer=photo(SystemRandom().randrange(1000)))


def main(folder: Path) -> None:
    """Walk on the desk that runs here, and print the case's number."""
    desk = get_desk()
    check(desk, force=False)
    given: dict[str, Any] = {"locale": "tr-TR", "timezone_id": "Europe/Istanbul"}
    with sync_playwright() as playwright:
        launch = playwright.chromium.launch
        browser = launch(executable_path=find_program("chromium"), args=["--no-sandbox"])
        phone = browser.new_context(
            viewport=_PHONE, is_mobile=True, has_touch=True, device_scale_factor=1.5, **given
        )
        walk = Walk(
            citizen=phone.new_page(),
            officer=browser.new_context(viewport=_DESK, **given).new_page(),
            folder=folder,
            site=web_address(desk.settings),
        )
        sys.stdout.write(f"{play(walk)}\n")


def draw(paper: Path, folder: Path) -> None:
    """Draw a PDF's first page; its number of the month falls from the picture's name."""
    unit = paper.stem.partition("-masa-")[2][len("2026-10-") :]
    first = pypdfium2.PdfDocument(paper)[0].render(scale=1.2).to_pil()
    keep_small(first, folder / f"walk-report-{unit}.png")


if __name__ == "__main__":
    where, *papers = map(Path, sys.argv[1:])
    for each in papers:
        draw(each, where)
    if not papers:
        main(where)
