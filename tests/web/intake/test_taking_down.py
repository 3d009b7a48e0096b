"""What an agent takes down becomes one message with who, how and consent (P4)."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from pipeline.desk import Desk
from tests.web.forms import png, query
from tests.web.intake.taking import Workers, number_on, only_case
from tests.web.serving import Site
from tests.web.staff import Agent


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
