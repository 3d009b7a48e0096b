"""The web chat in real Chromium: a visitor, an agent, and the widget on another site's page."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pydantic import SecretStr

from config.chat import chat_texts
from config.settings import Settings
from domain.chat import ChatLine
from domain.vocabulary import ChatState
from pipeline.desk import Desk
from pipeline.transports import transports_of
from tests.fakes import Bells
from tests.pipeline.looking import send_all
from tests.servers.processes import wait_until
from tests.web.browsing import accessible, shoot
from tests.web.chatting import PHONE, POTHOLE
from tests.web.forms import query
from tests.web.serving import Site
from tests.web.staff import AGENT

pytestmark = pytest.mark.servers
L, say = ChatLine, chat_texts().say
SOON = 20_000


@pytest.fixture
def desk(desk_settings: Settings) -> Iterator[Desk]:
    """A desk whose staff has one agent; its bells ring nowhere."""
    tokens = SecretStr(f"masa-1:agent:{AGENT}")
    made = Desk(desk_settings.model_copy(update={"staff_tokens": tokens}), ring=Bells())
    yield made
    transports_of(made).close()
    made.engine.dispose()


@pytest.fixture
def context(chromium: Browser, site: Site) -> Iterator[BrowserContext]:
    """A phone's browser with nothing in it."""
    made = _context(chromium, site, width=390, height=844)
    yield made
    made.close()


def _context(chromium: Browser, site: Site, *, width: int, height: int) -> BrowserContext:
    return chromium.new_context(
        base_url=site.url,
        viewport={"width": width, "height": height},
        locale="tr-TR",
        timezone_id="Europe/Istanbul",
        reduced_motion="reduce",
    )


def entered(page: Page, path: str = "/sohbet") -> Page:
    """Open the chat and wait until it has greeted."""
    page.goto(path)
    expect(page.get_by_role("log")).to_contain_text(say(L.WHAT), timeout=SOON)
    return page


def write(page: Page, text: str) -> None:
    page.get_by_label("Mesajınız").fill(text)
    page.keyboard.press("Enter")


def hears(page: Page, text: str | re.Pattern[str]) -> None:
    expect(page.get_by_role("log")).to_contain_text(text, timeout=SOON)


def handed_over(desk: Desk) -> bool:
    return query(desk, "SELECT state FROM chat_sessions") == [ChatState.CLOSED]


def test_a_visitor_chats_reloads_and_gets_the_number(
    context: BrowserContext, desk: Desk, workers: Callable[[], int]
) -> None:
    page = entered(context.new_page())
    expect(page.get_by_role("button", name="Yeni görüşme")).to_be_hidden()
    expect(page.get_by_role("button", name="Gönder")).to_be_in_viewport()
    write(page, "Yolda derin bir çukur var")
    hears(page, say(L.PLACE))
    page.reload()
    hears(page, say(L.PLACE))
    assert page.locator(".chat-log li").count() == 4  # each line once
    write(page, "Kadıköy Moda Caddesi")
    hears(page, say(L.CONTACT))
    write(page, PHONE)
    hears(page, say(L.CONFIRM))
    shoot(page, "webchat-phone")
    accessible(page)
    write(page, "evet")
    hears(page, say(L.STILL_HERE))
    wait_until(lambda: handed_over(desk), "the chat to be handed over, which follows its last line")
    workers()
    send_all(desk)
    (number,) = query(desk, "SELECT number FROM cases")
    hears(page, number)
    expect(page.get_by_role("button", name="Yeni görüşme")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="Yeni görüşme").click()
    expect(page.get_by_role("log")).not_to_contain_text(number, timeout=SOON)
    hears(page, say(L.GREETING))


def test_a_line_that_cannot_leave_waits_and_is_sent_once_v4(context: BrowserContext, desk: Desk) -> None:
    page = entered(context.new_page())
    page.route_web_socket(re.compile("/sohbet/ws"), lambda socket: socket.close())
    page.reload()
    expect(page.get_by_role("status")).to_contain_text("Bağlantı koptu", timeout=SOON)
    write(page, POTHOLE)
    expect(page.locator(".unsent")).to_contain_text("henüz gönderilemedi")
    page.unroute_all()
    second = context.new_page()  # the page is gone, what was typed is not
    page.close()
    second.goto("/sohbet")
    hears(second, say(L.CONTACT))
    expect(second.locator(".unsent")).to_have_count(0)
    assert query(desk, "SELECT count(*) FROM chat_messages WHERE author = 'citizen'") == [1]


def test_an_agent_whose_session_ends_is_led_to_the_login(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/temsilci/sohbet")
    page.get_by_label("Giriş anahtarınız").fill(AGENT)
    page.get_by_role("button", name="Giriş yap").click()
    expect(page.get_by_text("Şu anda süren görüşme yok")).to_be_visible()
    context.clear_cookies()
    expect(page.get_by_label("Giriş anahtarınız")).to_be_visible(timeout=SOON)


def test_a_line_that_waits_in_one_tab_is_not_forgotten_by_another_v4(
    context: BrowserContext, desk: Desk
) -> None:
    cut_off = entered(context.new_page())
    other = entered(context.new_page())
    cut_off.route_web_socket(re.compile("/sohbet/ws"), lambda socket: socket.close())
    cut_off.reload()
    expect(cut_off.get_by_role("status")).to_contain_text("Bağlantı koptu", timeout=SOON)
    write(cut_off, POTHOLE)
    expect(cut_off.locator(".unsent")).to_contain_text("henüz gönderilemedi")
    cut_off.close()
    write(other, "Merhaba")
    hears(other, "Merhaba")
    expect(other.locator(".unsent")).to_have_count(0)
    other.reload()
    hears(other, say(L.CONTACT))
    said = "SELECT text FROM chat_messages WHERE author = 'citizen' ORDER BY seq"
    assert query(desk, said) == ["Merhaba", POTHOLE]


def test_a_tab_with_an_earlier_chat_does_not_take_the_new_one_s_place(context: BrowserContext) -> None:
    page, earlier = entered(context.new_page()), entered(context.new_page())
    write(page, f"{POTHOLE} Telefonum {PHONE}")
    hears(page, say(L.CONFIRM))
    write(page, "evet")
    expect(page.get_by_role("button", name="Yeni görüşme")).to_be_visible(timeout=SOON)
    hears(earlier, say(L.STILL_HERE))
    page.get_by_role("button", name="Yeni görüşme").click()
    expect(page.get_by_role("log")).not_to_contain_text("çukur", timeout=SOON)
    hears(page, say(L.WHAT))
    write(page, "Sokak lambası yanmıyor")
    hears(page, say(L.PLACE))
    write(earlier, "teşekkürler")
    hears(earlier, "teşekkürler")
    expect(earlier.locator(".unsent")).to_have_count(0)
    page.reload()
    hears(page, "lambası")
    expect(page.get_by_role("log")).not_to_contain_text("çukur")


def test_an_agent_takes_over_and_both_see_what_the_other_writes(
    context: BrowserContext, chromium: Browser, site: Site, desk: Desk
) -> None:
    visitor = entered(context.new_page())
    visitor.get_by_role("button", name="Temsilci iste").click()
    hears(visitor, say(L.PERSON_CALLED))
    staff = _context(chromium, site, width=1280, height=900)
    agent = staff.new_page()
    agent.goto("/temsilci/sohbet")
    agent.get_by_label("Giriş anahtarınız").fill(AGENT)
    agent.get_by_role("button", name="Giriş yap").click()
    expect(agent.get_by_text("Temsilci istiyor")).to_be_visible()
    accessible(agent)
    agent.get_by_role("link", name="temsilci", exact=True).click()
    agent.get_by_role("button", name="Görüşmeyi al").click()
    hears(visitor, say(L.AGENT_JOINED))
    write(visitor, "Sokak lambası yanmıyor")
    expect(agent.get_by_role("log")).to_contain_text("Sokak lambası yanmıyor", timeout=SOON)
    agent.get_by_label("Yanıtınız").press_sequentially("Hangi ")
    expect(visitor.locator(".chat-typing")).to_have_text("Temsilci yazıyor…", timeout=SOON)
    agent.get_by_label("Yanıtınız").fill("Hangi sokakta?")
    accessible(agent)
    agent.get_by_role("button", name="Gönder").click()
    hears(visitor, "Hangi sokakta?")
    agent.get_by_role("button", name="Kapat ve başvuru yap").click()
    hears(visitor, say(L.SAVED))
    expect(agent).to_have_url(re.compile("/temsilci/sohbet$"))
    assert query(desk, "SELECT text FROM messages") == ["Sokak lambası yanmıyor"]
    staff.close()


def test_nobody_reads_a_chat_without_logging_in(context: BrowserContext, desk: Desk) -> None:
    page = context.new_page()
    for path in ("/temsilci/sohbet", "/temsilci/sohbet/" + "0" * 32):
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_have_text("Temsilci girişi")


@contextmanager
def another_site(site: Site) -> Iterator[str]:
    """A site that embeds the widget; its address is another origin."""
    document = (
        "<!doctype html><html lang=tr><meta charset=utf-8><title>Başka site</title><main><h1>Başka site</h1>"
        f"<script src='{site.url}/sohbet/widget.js' data-label='Canlı sohbet' defer></script></main></html>"
    ).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(document)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("allowed", [True, False], ids=["a named site", "any other site"])
def test_the_widget_works_on_sites_that_are_named_and_on_no_other_v5(
    context: BrowserContext, site: Site, desk: Desk, allowed: bool
) -> None:
    with another_site(site) as origin:
        with desk.uow() as uow:
            account = uow.accounts.by_name("webchat")
            assert account is not None
            settings = {"allowed_origins": [origin if allowed else "https://www.ornek.example"]}
            uow.accounts.change(account.id, settings, None, "")
            uow.commit()
        site.services.reception.accounts.refresh(0)
        page = context.new_page()
        page.goto(origin)
        with page.expect_response(re.compile("/sohbet/gomulu")):
            page.get_by_role("button", name="Canlı sohbet").click()
        frame = page.frame_locator("iframe")
        if not allowed:
            expect(frame.get_by_role("log")).to_have_count(0)
            return
        expect(frame.get_by_role("log")).to_contain_text(say(L.WHAT), timeout=SOON)
        frame.get_by_label("Mesajınız").fill(POTHOLE)
        frame.get_by_label("Mesajınız").press("Enter")
        expect(frame.get_by_role("log")).to_contain_text(say(L.CONTACT), timeout=SOON)
        frame.get_by_role("button", name="Sohbeti küçült").click()
        expect(page.locator("iframe")).to_be_hidden()
        expect(page.get_by_role("button", name="Canlı sohbet")).to_be_focused()


def test_without_scripts_the_form_is_named_instead(chromium: Browser, site: Site) -> None:
    context = chromium.new_context(base_url=site.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/sohbet")
    expect(page.get_by_role("link", name="Başvuru formu")).to_be_visible()
    expect(page.get_by_role("log")).to_have_count(0)
    context.close()
