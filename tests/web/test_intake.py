"""The staff's intake page: one message with who, how and consent; a caller's own cases; one slip (P4)."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pypdfium2 as pdfium
import pytest
from pydantic import SecretStr

from config.settings import Settings
from domain.urn import Urn
from domain.vocabulary import CaseEventKind, Channel
from pipeline.accept import Intake, accept
from pipeline.desk import Desk
from pipeline.slips import WITHIN
from store.models import Case, Message
from tests.fakes import Bells, Clock, add_account, make_message, process_all
from tests.web.forms import png, query
from tests.web.serving import Site
from tests.web.staff import AGENT, OPERATOR, Agent, log_in

Workers = Callable[[], int]
TOKENS = f"masa-1:agent:{AGENT},masa-2:operator:{OPERATOR}"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(desk_settings: Settings, clock: Clock) -> Iterator[Desk]:
    awake = {"quiet_from": 0, "quiet_until": 0, "staff_tokens": SecretStr(TOKENS)}
    made = Desk(desk_settings.model_copy(update=awake), now=clock, ring=Bells())
    yield made
    made.engine.dispose()


@pytest.fixture
def agent(client: httpx.Client) -> Agent:
    return Agent(client)


def only_case(desk: Desk) -> tuple[Case, list[Message]]:
    (number,) = query(desk, "SELECT number FROM cases")
    with desk.uow() as uow:
        case = uow.cases.by_number(number)
        assert case is not None
        return case, uow.messages.of_case(case.id or 0)


def number_on(page: httpx.Response) -> str | None:
    found = re.search(r'id="basvuru-no">([\d-]+)<', page.text)
    return found[1] if found else None


def telling(desk: Desk, text: str, urn: str = "tel:+905321234567", **given: object) -> None:
    """A message from an address by a channel that proves it becomes a case."""
    message = make_message(channel=Channel.SMS, sender=Urn.parse(urn), text=text, **given)
    account = add_account(desk, Channel.SMS)
    accept(desk, Intake(items=[(account, message)]))
    process_all(desk)


def test_what_an_agent_takes_down_becomes_a_case_with_who_and_consent(
    agent: Agent, desk: Desk, workers: Workers
) -> None:
    place = agent.takes(
        ("çukur.png", png()),
        email="vatandas@eposta.example",
        postal_address="Örnek Sokak 1, Kadıköy",
        topic="cop-toplama",
        district="Kadıköy",
        neighbourhood="CAFERAĞA",
        address="Moda Caddesi 12",
        latitude="40.987100",
        longitude="29.025700",
        hide_identity="1",
    )
    workers()
    case, (message,) = only_case(desk)
    assert number_on(agent.client.get(place)) == case.number
    assert (case.channel, message.channel, message.hide_identity) == ("contact_point", "contact_point", True)
    assert (message.sender, message.contacts) == ("tel:+905321234567", ["mailto:vatandas@eposta.example"])
    assert message.headers == {
        "staff": "masa-1",
        "consent": "1",
        "contact_kind": "in_person",
        "topic": "cop-toplama",
        "postal_address": "Örnek Sokak 1, Kadıköy",
    }
    assert case.place is not None
    assert (case.district, case.neighbourhood, case.topic) == ("Kadıköy", "Caferağa", "cop-toplama")
    assert (case.place["latitude"], case.place["longitude"]) == (40.9871, 29.0257)
    assert query(desk, "SELECT name, media_type FROM attachments") == [("çukur.png", "image/png")]


def test_the_topic_an_agent_chose_stands_against_the_words_of_the_text(
    agent: Agent, desk: Desk, workers: Workers
) -> None:
    agent.takes(topic="su-kesintisi")
    workers()
    case, _ = only_case(desk)
    assert (case.topic, case.confidence) == ("su-kesintisi", 0.95)


WRONG = [
    ("no text", {"text": " "}, "text", "Başvuruyu yazın."),
    (
        "no way to answer a caller",
        {"channel": "call_centre", "phone": "", "name": ""},
        "phone",
        "Telefon, e-posta",
    ),
    ("no phone number", {"phone": "yok"}, "phone", "Telefon numarasını alan koduyla yazın"),
    ("a short code", {"phone": "153"}, "phone", "Telefon numarasını alan koduyla yazın"),
    ("no mail address", {"email": "ayse@"}, "email", "E-posta adresini"),
    ("no consent to keep a phone", {"consent": ""}, "consent", "aydınlatma metnini okuyup onayını alın"),
    ("no consent to keep a name", {"phone": "", "consent": ""}, "consent", "aydınlatma metnini"),
    ("an unknown topic", {"topic": "yok-boyle-konu"}, "topic", "Konuyu listeden seçin"),
    ("an unknown district", {"district": "Bodrum"}, "district", "İlçeyi listeden seçin"),
    ("half a position", {"latitude": "41.0"}, "position", "Konum okunamadı"),
    ("a position beyond the pole", {"latitude": "91.0", "longitude": "29.0"}, "position", "Konum okunamadı"),
    ("a case of somebody else", {"answers": "2026-0000001-4"}, "answers", "bu telefon numarasına ait değil"),
    ("too long a text", {"text": "ş" * 10_001}, "text", "şu an 10001 karakter"),
]


@pytest.mark.parametrize(("given", "field", "words"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG])
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    agent: Agent, desk: Desk, given: dict[str, str], field: str, words: str
) -> None:
    refused = agent.sends(**({"name": "Örnek Vatandaş"} | given))
    assert refused.status_code == 422
    assert words in refused.text
    assert f'href="#{field}"' in refused.text
    assert query(desk, "SELECT count(*) FROM messages") == [0]
    assert "Örnek Vatandaş" in refused.text or "name" in given


NAMELESS = {"phone": "", "name": "", "consent": ""}
REACHED = [
    ("at a contact point the slip is enough", {"channel": "contact_point"}),
    ("a team's own finding", {"channel": "field", "contact_kind": "own_finding"}),
    ("a caller who wants to stay unknown", {"channel": "call_centre", "anonymous": "1"}),
]


@pytest.mark.parametrize("given", [r[1] for r in REACHED], ids=[r[0] for r in REACHED])
def test_nobody_is_refused_for_having_no_address(
    agent: Agent, desk: Desk, workers: Workers, given: dict[str, str]
) -> None:
    agent.takes(**(NAMELESS | given))
    workers()
    case, (message,) = only_case(desk)
    assert (message.sender, case.citizen_id, message.headers["consent"]) == (None, None, "0")


def test_a_neighbourhood_the_district_does_not_have_is_kept_in_the_address(
    agent: Agent, desk: Desk, workers: Workers
) -> None:
    agent.takes(district="Kadıköy", neighbourhood="Fenerbahçe Burnu", address="Kale yanı")
    workers()
    _, (message,) = only_case(desk)
    assert message.place is not None
    assert message.place["address"] == "Fenerbahçe Burnu, Kale yanı"


CALLERS = [
    ("a mobile number as the telephony has it", "905321234567", "0532 123 45 67"),
    ("with the country's code", "%2B905321234567", "0532 123 45 67"),
    ("as people write it", "0532%20123%2045%2067", "0532 123 45 67"),
    ("a landline", "02124551300", "0212 455 13 00"),
    ("a number from abroad", "%2B493012345678", "+493012345678"),
    ("a hidden number", "anonymous", "anonymous"),
    ("markup", "%22%3E%3Cscript%3E", "&#34;&gt;&lt;script&gt;"),
]


@pytest.mark.parametrize(("asked", "shown"), [c[1:] for c in CALLERS], ids=[c[0] for c in CALLERS])
def test_the_callers_number_is_filled_in_as_people_write_it(agent: Agent, asked: str, shown: str) -> None:
    page = agent.client.get(f"/temsilci/basvuru?caller={asked}").text
    assert re.search(rf'name="phone" type="tel" value="{re.escape(shown)}"', page)
    assert re.search(r'id="channel-call_centre"[^>]* checked', page)


def test_the_page_lists_the_cases_of_this_very_number_only(agent: Agent, desk: Desk) -> None:
    telling(desk, "Kadıköy Moda Caddesi'nde çöp konteyneri taşıyor")
    telling(desk, "Kadıköy'de otobüs hiç gelmedi", "tel:+905321234568")
    mine, other = query(desk, "SELECT number FROM cases ORDER BY id")
    page = agent.client.get("/temsilci/basvuru?caller=05321234567").text
    assert mine in page
    assert other not in page
    part = agent.client.get("/temsilci/basvuru/gecmis?telefon=0532 123 45 67").text
    assert mine in part
    assert "Bu başvuruya ekle" in part
    assert "<html" not in part


def test_an_address_that_a_message_merely_named_shows_nobodys_cases(
    agent: Agent, desk: Desk, workers: Workers
) -> None:
    telling(desk, "Çöp alınmıyor", "tel:+905321234599", contacts=(Urn("tel", "+905321234567"),))
    page = agent.client.get("/temsilci/basvuru?caller=05321234567").text
    assert "Bu numarayla kayıtlı başvuru yok" in page


def test_of_a_restricted_case_staff_see_that_it_is_there_and_no_more(agent: Agent, desk: Desk) -> None:
    telling(desk, "Komşum çocuğunu dövüyor, çocuk istismarı var")
    with desk.uow() as uow:
        uow.session.connection().exec_driver_sql("UPDATE cases SET confidentiality = 'restricted'")
        uow.commit()
    page = agent.client.get("/temsilci/basvuru?caller=05321234567").text
    assert query(desk, "SELECT number FROM cases")[0] in page
    assert "Gizli başvuru" in page
    assert "istismar" not in page.partition('id="gecmis"')[2].partition("<details")[0]


def test_more_words_on_an_earlier_case_join_it(agent: Agent, desk: Desk, workers: Workers) -> None:
    telling(desk, "Kadıköy Moda Caddesi'nde çöp konteyneri taşıyor")
    (number,) = query(desk, "SELECT number FROM cases")
    place = agent.takes(answers=number, text="Koku da başladı, lütfen bakın")
    workers()
    case, messages = only_case(desk)
    assert [m.text for m in messages][1:] == ["Koku da başladı, lütfen bakın"]
    page = agent.client.get(place)
    assert (number_on(page), "Başvuruya eklendi" in page.text) == (case.number, True)
    assert 'action="' + place not in page.text
    assert agent.slip(place).headers["location"].endswith("?fis=yok")


def test_a_closed_case_takes_no_more_words(agent: Agent, desk: Desk) -> None:
    telling(desk, "Çöp alınmıyor")
    (number,) = query(desk, "SELECT number FROM cases")
    with desk.uow() as uow:
        uow.session.connection().exec_driver_sql("UPDATE cases SET state = 'resolved'")
        uow.commit()
    assert "Bu başvuruya ekle" not in agent.client.get("/temsilci/basvuru?caller=05321234567").text
    assert agent.sends(answers=number).status_code == 422


def test_a_double_click_and_many_at_once_are_one_case_v1(
    site: Site, agent: Agent, desk: Desk, workers: Workers
) -> None:
    with ThreadPoolExecutor(6) as browsers:
        places = list(browsers.map(lambda _: agent.takes(("a.png", png())), range(12)))
    assert workers() == 1
    assert query(desk, "SELECT count(*) FROM cases") == [1]
    assert len({number_on(agent.client.get(place)) for place in places[:3]}) == 1


def test_the_page_says_received_while_the_number_is_not_there_yet(agent: Agent) -> None:
    page = agent.client.get(agent.takes())
    assert (number_on(page), "Başvuru alındı" in page.text) == (None, True)
    assert "?kez=1" in page.text


def test_a_form_of_another_session_is_not_taken_and_not_lost(agent: Agent, desk: Desk) -> None:
    refused = agent.sends(csrf="0" * 64, text="Uzun uzun yazılan başvuru")
    assert refused.status_code == 403
    assert "Uzun uzun yazılan başvuru" in refused.text
    assert agent.csrf in refused.text
    assert query(desk, "SELECT count(*) FROM messages") == [0]


def test_a_form_whose_session_has_ended_keeps_what_was_typed(agent: Agent, clock: Clock, desk: Desk) -> None:
    clock.step(hours=11)
    refused = agent.sends(text="Uzun uzun yazılan başvuru")
    assert refused.status_code == 401
    assert "Uzun uzun yazılan başvuru" in refused.text
    assert "Yeni sekmede giriş yap" in refused.text
    log_in(agent.client)
    again = agent.sends(text="Uzun uzun yazılan başvuru")
    assert (again.status_code, "denetleyip yeniden gönderin" in again.text) == (403, True)


CLOSED = [
    ("GET", "/temsilci/basvuru"),
    ("GET", "/temsilci/basvuru/gecmis?telefon=05321234567"),
    ("GET", "/temsilci/basvuru/kayit/x"),
    ("POST", "/temsilci/basvuru/kayit/x/fis"),
    ("GET", "/temsilci/konular?q=su"),
    ("GET", "/temsilci/mahalleler?ilce=Kadıköy"),
]


@pytest.mark.parametrize(("method", "place"), CLOSED, ids=[c[1].partition("?")[0] for c in CLOSED])
def test_nobody_sees_anything_without_logging_in(client: httpx.Client, method: str, place: str) -> None:
    answer = client.request(method, place)
    assert (answer.status_code, answer.headers["location"][:15]) == (303, "/temsilci/giris")


def test_topics_are_found_as_one_types_with_or_without_turkish_letters(agent: Agent) -> None:
    for typed in ("çöp top", "cop top", "ÇÖP TOP"):
        found = agent.client.get("/temsilci/konular", params={"q": typed}).json()
        assert "cop-toplama" in [topic["code"] for topic in found]
    (first, *_) = agent.client.get("/temsilci/konular", params={"q": "su kesint"}).json()
    assert (first["name"], first["unit"]) == ("Su kesintisi", "İSKİ Su Arıza ve Şebeke İşletme")
    assert re.fullmatch(r"\d+ (saat|iş günü)", first["resolution_time"])
    assert agent.client.get("/temsilci/konular?q=").json() == []


def test_neighbourhoods_of_a_district_are_listed_in_turkish_order(agent: Agent) -> None:
    names = agent.client.get("/temsilci/mahalleler", params={"ilce": "Kadıköy"}).json()
    assert {"Caferağa", "Osmanağa"} <= set(names)
    assert agent.client.get("/temsilci/mahalleler?ilce=Bodrum").json() == []


def pdf_text(content: bytes) -> str:
    document = pdfium.PdfDocument(content)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def security_of(desk: Desk, number: str) -> str:
    (sealed,) = query(desk, f"SELECT security_number FROM cases WHERE number = '{number}'")
    return desk.keyring.decrypt(sealed)


def test_the_slip_holds_both_numbers_once_and_the_screen_never(
    agent: Agent, desk: Desk, workers: Workers
) -> None:
    place = agent.takes(
        topic="cop-toplama", district="Şişli", neighbourhood="", address="Çağlayan, Işık Sokağı"
    )
    workers()
    page = agent.client.get(place)
    number = number_on(page) or ""
    security = security_of(desk, number)
    assert f"{place}/fis" in page.text
    slip = agent.slip(place)
    assert (slip.status_code, slip.headers["content-type"]) == (200, "application/pdf")
    assert slip.headers["cache-control"] == "no-store"
    text = pdf_text(slip.content)
    assert all(words in text for words in (number, security, "Çağlayan, Işık Sokağı", "Şişli"))
    again = agent.slip(place)
    assert (again.status_code, again.headers["location"]) == (303, f"{place}?fis=yok")
    after = agent.client.get(f"{place}?fis=yok").text
    assert "ikinci kez verilmez" in after
    assert security not in page.text + after
    with desk.uow() as uow:
        case = uow.cases.by_number(number)
        assert case is not None
        told = [(e.actor, e.detail) for e in uow.cases.history(case.id or 0) if e.kind == "slip_printed"]
    assert told == [("staff:masa-1", {})]


def test_many_at_once_get_one_slip(agent: Agent, desk: Desk, workers: Workers) -> None:
    place = agent.takes()
    workers()
    with ThreadPoolExecutor(5) as windows:
        answers = list(windows.map(lambda _: agent.slip(place).status_code, range(5)))
    assert sorted(answers) == [200, 303, 303, 303, 303]
    assert query(desk, f"SELECT count(*) FROM case_events WHERE kind = '{CaseEventKind.SLIP_PRINTED}'") == [1]


def test_the_slip_is_for_the_session_that_took_the_case_in(
    site: Site, agent: Agent, workers: Workers
) -> None:
    place = agent.takes()
    workers()
    with (
        httpx.Client(base_url=site.url, timeout=30) as own,
        httpx.Client(base_url=site.url, timeout=30) as other,
    ):
        for client, token in ((own, AGENT), (other, OPERATOR)):
            somebody = Agent(client, token)
            assert f"{place}/fis" not in client.get(place).text
            assert somebody.slip(place).status_code == 403
    assert agent.slip(place, csrf="0" * 64).status_code == 403
    assert agent.slip(place).status_code == 200


def test_the_slip_is_made_while_the_citizen_stands_there(
    agent: Agent, clock: Clock, workers: Workers
) -> None:
    place = agent.takes()
    workers()
    clock.step(seconds=WITHIN.total_seconds() + 1)
    assert "ilk yarım saat" not in agent.client.get(place).text
    assert "sonraki yarım saat içinde" in agent.client.get(place).text
    assert agent.slip(place).status_code == 303


def test_on_the_phone_there_is_no_slip(agent: Agent, workers: Workers) -> None:
    place = agent.takes(channel="call_centre", contact_kind="incoming_call")
    workers()
    assert f"{place}/fis" not in agent.client.get(place).text
    assert agent.slip(place).status_code == 403


def test_a_forged_receipt_is_none(agent: Agent) -> None:
    place = agent.takes()
    assert agent.client.get(place[:-1] + ("A" if place[-1] != "A" else "B")).status_code == 404
    assert agent.slip(place[:-3] + "xyz").status_code == 404


def test_while_the_database_is_out_a_form_is_kept_and_becomes_a_case_later(
    site: Site, agent: Agent, desk: Desk, workers: Workers, postgres_server: object
) -> None:
    from pipeline.spool import drain_spool
    from tests.servers.postgres import PostgresServer

    assert isinstance(postgres_server, PostgresServer)
    postgres_server.kill()
    place = agent.takes()
    assert "Başvuru alındı" in agent.client.get(place).text
    assert agent.client.get("/temsilci/basvuru?caller=05321234567").status_code == 200
    postgres_server.restart()
    drain_spool(desk)
    workers()
    assert number_on(agent.client.get(place))


def test_an_operator_may_take_down_too(client: httpx.Client) -> None:
    assert Agent(client, OPERATOR).sends().status_code == 303


def test_the_position_is_asked_for_by_this_page_alone(agent: Agent) -> None:
    asked = agent.client.get("/temsilci/basvuru").headers["permissions-policy"]
    assert "geolocation=(self)" in asked
    assert "geolocation=()" in agent.client.get("/").headers["permissions-policy"]


def test_one_person_cannot_read_out_the_register(agent: Agent) -> None:
    from web import intake_taking

    times = intake_taking.LOOKS_BY_STAFF.times
    pages = [agent.client.get(f"/temsilci/basvuru/gecmis?telefon=0532{n:07}").text for n in range(times + 1)]
    assert "Kısa sürede çok sayıda sorgu" in pages[-1]
    assert "Kısa sürede çok sayıda sorgu" not in pages[-2]
