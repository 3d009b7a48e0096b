"""The web form: one case for one form, nothing lost, nothing doubled, every refusal in words (V1, V2, V3)."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import httpx
import pytest

from config.settings import ISTANBUL
from domain.vocabulary import CaseEventKind
from pipeline.desk import Desk
from pipeline.replay import replay
from pipeline.spool import spool_of
from tests.servers.postgres import PostgresServer
from tests.servers.processes import wait_until
from tests.web.forms import PHONE, filled, png, posted, query
from tests.web.serving import Site

Workers = Callable[[], int]


def number_on(page: httpx.Response) -> str | None:
    found = re.search(r'id="basvuru-no">([\d-]+)<', page.text)
    return found[1] if found else None


def test_a_form_becomes_a_case_and_its_page_shows_the_number(
    client: httpx.Client, desk: Desk, workers: Workers
) -> None:
    sent = posted(
        client,
        filled(
            name="Ayşe Yılmaz",
            email="ayse@eposta.example",
            district="Kadıköy",
            address="Moda Caddesi 12",
            topic="cop-toplama",
            hide_identity="1",
        ),
        ("C:\\Resimler\\çöp kutusu.png", png()),
    )
    assert sent.status_code == 303
    assert workers() == 1
    number = number_on(client.get(sent.headers["location"]))
    with desk.uow() as uow:
        case = uow.cases.by_number(number or "")
        assert case is not None
        (message,) = uow.messages.of_case(case.id or 0)
        (file,) = uow.messages.attachments([message.id or 0])
    assert (message.sender, message.contacts) == ("tel:+905321234567", ["mailto:ayse@eposta.example"])
    assert (message.sender_name, message.hide_identity) == ("Ayşe Yılmaz", True)
    assert (case.district, message.headers["topic"]) == ("Kadıköy", "cop-toplama")
    assert (file.name, file.media_type) == ("çöp kutusu.png", "image/png")
    assert desk.blobs.get(file.sha256 or "") == png()


@pytest.mark.parametrize(("begins_in", "said"), [(0, True), (3, False)])
def test_that_no_sms_leaves_at_night_is_said_at_night(
    site: Site, client: httpx.Client, workers: Callable[[], int], begins_in: int, said: bool
) -> None:
    begins = (datetime.now(ISTANBUL).hour + begins_in) % 24
    quiet = {"quiet_from": begins, "quiet_until": (begins + 2) % 24}
    site.services.desk.settings = site.services.desk.settings.model_copy(update=quiet)
    sent = posted(client, filled())
    workers()
    page = client.get(sent.headers["location"])
    assert number_on(page)
    assert ("gönderilmez; sabah gelir" in page.text) is said


def test_the_page_says_received_while_the_number_is_not_there_yet(client: httpx.Client) -> None:
    sent = posted(client, filled())
    page = client.get(sent.headers["location"])
    assert (page.status_code, number_on(page)) == (200, None)
    assert "Başvurunuz alındı" in page.text
    assert re.search(r'http-equiv="refresh" content="\d;url=/basvuru/\S+\?kez=1"', page.text)
    assert "refresh" not in client.get(sent.headers["location"] + "?kez=6").text


def test_the_page_waits_for_a_case_that_is_on_its_way(client: httpx.Client, workers: Workers) -> None:
    sent = posted(client, filled())
    with ThreadPoolExecutor(1) as reader:
        page = reader.submit(client.get, sent.headers["location"])
        workers()
        assert number_on(page.result())


def test_a_double_click_a_retry_and_many_at_once_are_one_case_v1(
    site: Site, client: httpx.Client, desk: Desk, workers: Workers
) -> None:
    def send(_: int) -> str:
        with httpx.Client(base_url=site.url, timeout=60) as own:
            sent = posted(own, filled(), ("a.png", png()))
            assert sent.status_code == 303, sent.text
            return str(sent.headers["location"])

    with ThreadPoolExecutor(8) as browsers:
        places = list(browsers.map(send, range(40)))
    assert workers() == 1
    assert query(desk, "SELECT count(*) FROM messages") == [1]
    assert len({number_on(client.get(place)) for place in places[:3]}) == 1


def test_another_message_from_the_same_page_view_is_another_case(
    client: httpx.Client, desk: Desk, workers: Workers
) -> None:
    for text in ("Su akmıyor", "Elektrik yok"):
        assert posted(client, filled(text=text)).status_code == 303
    workers()
    assert query(desk, "SELECT text FROM messages ORDER BY id") == ["Su akmıyor", "Elektrik yok"]


def test_every_view_of_the_page_has_its_own_key(client: httpx.Client) -> None:
    keys = {re.search(r'name="key" value="([\w-]+)"', client.get("/").text)[1] for _ in range(5)}  # type: ignore[index]
    assert len(keys) == 5


def test_the_page_asks_for_no_proof_of_work_unless_it_is_told_to(client: httpx.Client) -> None:
    page = client.get("/").text
    assert "data-challenge" not in page
    assert "captcha" not in page
    assert "noscript" not in page


@pytest.mark.parametrize("key", ["", "short", "x" * 65, "ğ" * 20, "a b" * 10, "../../../../../../etc"])
def test_a_key_that_is_none_is_replaced_and_the_form_still_taken(client: httpx.Client, key: str) -> None:
    assert posted(client, filled(key=key)).status_code == 303


WRONG = [
    ("no text", {"text": " \r\n "}, "text", "Başvurunuzu yazın."),
    ("too long a text", {"text": "ş" * 10_001}, "text", "şu an 10001 karakter"),
    ("no way to answer", {"phone": ""}, "phone", "Cep telefonunuzu veya e-posta adresinizi yazın"),
    ("no phone number", {"phone": "telefonum yok"}, "phone", "Telefon numarasını alan koduyla yazın"),
    ("a short code", {"phone": "153"}, "phone", "Telefon numarasını alan koduyla yazın"),
    ("a landline alone", {"phone": "0212 455 13 00"}, "phone", "Bu numaraya SMS gönderilemiyor"),
    ("no mail address", {"email": "ayse@"}, "email", "E-posta adresini ad@ornek.com biçiminde yazın"),
    ("an unknown district", {"district": "Bodrum"}, "district", "İlçeyi listeden seçin"),
    ("too long a name", {"name": "A" * 121}, "name", "Ad soyad en çok 120 karakter"),
    ("too long an address", {"address": "A" * 501}, "address", "Adres tarifi en çok 500 karakter"),
]


@pytest.mark.parametrize(
    ("given", "field", "words"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG]
)
def test_what_is_wrong_is_said_at_its_field_and_on_top_and_nothing_typed_is_lost(
    client: httpx.Client, desk: Desk, given: dict[str, str], field: str, words: str
) -> None:
    page = posted(client, filled(name="Ayşe Yılmaz") | given)
    assert page.status_code == 422
    assert re.search(rf'<a href="#{field}">[^<]*{re.escape(words)}', page.text)
    assert re.search(rf'id="{field}-hata"><span>[^<]*{re.escape(words)}', page.text)
    assert re.search(rf'id="{field}"[^>]*aria-invalid="true"', page.text)
    kept = (filled(name="Ayşe Yılmaz") | given)["name"]
    assert f'value="{kept}"' in page.text
    assert 'value="a-key-of-one-page-view"' in page.text
    assert query(desk, "SELECT count(*) FROM messages") == [0]


GOOD = [
    ("a landline and a mail address", {"phone": "0212 455 13 00", "email": "a@eposta.example"}),
    ("a mail address alone", {"phone": "", "email": "a@eposta.example"}),
    ("a number abroad", {"phone": "+49 1512 3456789"}),
    ("an emoji and no capital letters", {"text": "çöp 🗑️ var"}),
    ("markup and a null byte", {"text": "<script>alert(1)</script>\x00{{ 7*7 }}"}),
    ("the longest text", {"text": "ş" * 10_000}),
]


@pytest.mark.parametrize("given", [row[1] for row in GOOD], ids=[row[0] for row in GOOD])
def test_what_people_really_send_is_taken(client: httpx.Client, desk: Desk, given: dict[str, str]) -> None:
    assert posted(client, filled(**given)).status_code == 303
    assert query(desk, "SELECT text FROM messages") == [filled(**given)["text"].replace("\x00", "")]


def test_what_was_typed_comes_back_as_text_never_as_markup(client: httpx.Client) -> None:
    page = posted(client, filled(text="</textarea><script>alert(1)</script>", name='"><img src=x>', phone=""))
    assert page.status_code == 422
    assert "<script>alert" not in page.text
    assert "<img src=x>" not in page.text


def test_a_filled_honeypot_is_answered_alike_kept_and_can_be_replayed_v2(
    client: httpx.Client, desk: Desk, workers: Workers
) -> None:
    sent = posted(client, filled(website="https://spam.example"), ("a.png", png()))
    assert sent.status_code == 303
    assert "Başvurunuz alındı" in client.get(sent.headers["location"] + "?kez=6").text
    assert workers() == 0
    assert query(desk, "SELECT count(*) FROM notifications") == [0]
    with desk.uow() as uow:
        ((entry, message),) = uow.quarantine.waiting()
    replay(desk, entry.id or 0)
    assert workers() == 1
    with desk.uow() as uow:
        (file,) = uow.messages.attachments([message.id or 0])
    assert desk.blobs.get(file.sha256 or "") == png()


def test_one_phone_gets_so_many_forms_and_no_more_and_nothing_typed_is_lost_v2(
    client: httpx.Client, desk: Desk
) -> None:
    answers = [posted(client, filled(text=f"Başvuru {n}")) for n in range(7)]
    assert [answer.status_code for answer in answers] == [303] * 6 + [429]
    assert "Başvuru 6</textarea>" in answers[-1].text
    assert "Yazdıklarınız aşağıda duruyor" in answers[-1].text
    assert posted(client, filled(text="Başvuru 6")).status_code == 429
    assert posted(client, filled(text="Başvuru 0")).status_code == 303  # it is a repetition
    assert posted(client, filled(text="Başvuru 6", phone="0532 123 45 68")).status_code == 303
    assert query(desk, "SELECT count(*) FROM messages") == [7]


def test_one_client_sends_so_many_forms_and_no_more_v2(client: httpx.Client) -> None:
    answers = [posted(client, filled(phone=f"0532 123 {n:04d}")).status_code for n in range(61)]
    assert answers == [303] * 60 + [429]


def test_without_a_database_the_form_is_kept_and_comes_in_later(
    site: Site, client: httpx.Client, desk: Desk, workers: Workers, postgres_server: PostgresServer
) -> None:
    postgres_server.kill()
    try:
        assert client.get("/").status_code == 200
        sent = posted(client, filled(), ("a.png", png()))
        assert sent.status_code == 303
        page = client.get(sent.headers["location"])
        assert (page.status_code, number_on(page)) == (200, None)
        assert "Başvurunuz alındı" in page.text
    finally:
        postgres_server.restart()
    wait_until(lambda: not spool_of(desk).waiting(), "the spool to be fed")
    assert workers() == 1
    number = number_on(client.get(sent.headers["location"]))
    with desk.uow() as uow:
        case = uow.cases.by_number(number or "")
        assert case is not None
        assert uow.cases.history(case.id or 0)[0].kind == CaseEventKind.OPENED


def test_with_neither_database_nor_disk_the_citizen_is_told_and_keeps_the_words(
    client: httpx.Client, desk: Desk, postgres_server: PostgresServer
) -> None:
    (desk.settings.var_dir / "spool").write_text("in the way", encoding="ascii")
    postgres_server.kill()
    try:
        page = posted(client, filled())
    finally:
        postgres_server.restart()
    assert page.status_code == 503
    assert "Şu anda başvurunuzu kaydedemiyoruz" in page.text
    assert filled()["text"].replace("'", "&#39;") in page.text
    assert PHONE in page.text


RECEIPTS = ["x", "~~", "a~b~c", "a.0123456789abcdef~6b053a2b~AAAAAAAAAAAAAAAAAAAAAAAA", "ş~1~ş", "%00"]


@pytest.mark.parametrize("token", RECEIPTS)
def test_a_receipt_that_we_did_not_sign_is_not_found(client: httpx.Client, token: str) -> None:
    page = client.get(f"/basvuru/{token}")
    assert (page.status_code, "Sayfa bulunamadı" in page.text) == (404, True)
