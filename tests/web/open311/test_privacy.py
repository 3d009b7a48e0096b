"""Nothing personal is ever given out: no word, name, number or home of a citizen's."""

from collections.abc import Callable

import httpx
import pytest

from pipeline.desk import Desk
from tests.web.api.app import report, send
from tests.web.forms import query
from tests.web.open311.clients import V2, fixmystreet, numbered, plain

Workers = Callable[[], int]
WORDS = "Komşum Cemil Karataş kapıma dayandı, kimliğim 10000000146, ben Moda Caddesi 12 daire 3"
SECRET = ["Cemil", "Karataş", "10000000146", "daire", "Ayşe", "Yılmaz", "905321234567", "532 123",
          "eposta.example",
          "parkın karşısı", "Gizli Sokak", "fms-1", "4711", "40.98764", "29.02713"]  # fmt: skip
READ = ["requests.{f}", "requests.{f}?extensions=true", "requests/{n}.{f}?extensions=true",
        "servicerequestupdates.{f}"]  # fmt: skip


def everything(client: httpx.Client, number: str) -> str:
    pages = [client.get(f"{V2}/{path.format(f=form, n=number)}") for path in READ for form in ("json", "xml")]
    assert {page.status_code for page in pages} == {200}
    assert all(number in page.text for page in pages)
    return "\n".join(page.text for page in pages)


def test_no_word_name_address_or_number_of_a_citizen_is_given_out(
    client: httpx.Client, desk: Desk, workers: Workers
) -> None:
    given = fixmystreet(description=WORDS, title="Cemil Karataş", address_string="Gizli Sokak 5 daire 3")
    number = numbered(client, workers, given)
    (sealed,) = query(desk, "SELECT security_number FROM cases")
    told = everything(client, number)
    assert [word for word in (*SECRET, desk.keyring.decrypt(sealed), sealed) if word in told] == []


def test_a_further_message_shows_as_an_update_without_its_words(
    client: httpx.Client, desk: Desk, workers: Workers
) -> None:
    number = numbered(client, workers, fixmystreet())
    update = {
        "api_key": plain()["api_key"],
        "update_id": "u-1",
        "updated_datetime": "2026-11-23T12:00:00+03:00",
        "service_request_id": number,
        "status": "OPEN",
        "description": WORDS,
        "first_name": "Cemil",
        "last_name": "Karataş",
        "email": "c@eposta.example",
    }
    sent = [client.post(f"{V2}/servicerequestupdates.json", data=update) for _ in range(2)]
    assert [answer.status_code for answer in sent] == [200, 200]
    assert sent[0].json() == sent[1].json()
    assert workers() == 1
    assert query(desk, "SELECT count(*) FROM cases") == [1]
    rows = client.get(f"{V2}/servicerequestupdates.json").json()
    assert rows[-1]["update_id"] == sent[0].json()[0]["update_id"]
    assert (rows[-1]["service_request_id"], rows[-1]["description"]) == (number, "Başvuruya ek bilgi geldi.")
    assert [word for word in SECRET if word in everything(client, number)] == []


REFUSED = [
    ("no update id", {"update_id": ""}, 400),
    ("no description", {"description": ""}, 400),
    ("no time", {"updated_datetime": "gestern"}, 400),
    ("no key", {"api_key": ""}, 403),
    ("no such case", {"service_request_id": "2026-0000001-0"}, 404),
    ("another client's case", {"api_key": "k9" * 20}, 404),
]


@pytest.mark.parametrize(("changed", "status"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_an_update_joins_only_the_client_s_own_case(
    client: httpx.Client, desk: Desk, workers: Workers, changed: dict[str, str], status: int
) -> None:
    number = numbered(client, workers, plain())
    update = {
        "api_key": plain()["api_key"], "update_id": "u-1", "updated_datetime": "2026-11-23T12:00:00+03:00",
        "service_request_id": number, "status": "OPEN", "description": "Hâlâ kırık",
    }  # fmt: skip
    answer = client.post(f"{V2}/servicerequestupdates.xml", data=update | changed)
    assert answer.status_code == status
    assert query(desk, "SELECT count(*) FROM messages") == [1]


HIDDEN = [
    ("restricted", "UPDATE cases SET confidentiality = 'restricted'"),
    ("identity hidden", "UPDATE cases SET confidentiality = 'identity_hidden'"),
    ("a confidential topic", "UPDATE cases SET topic = 'kadin-siddet'"),
    ("no topic yet", "UPDATE cases SET topic = NULL"),
]


@pytest.mark.parametrize("change", [row[1] for row in HIDDEN], ids=[row[0] for row in HIDDEN])
def test_a_case_that_is_not_public_is_as_unknown_as_none(
    client: httpx.Client, desk: Desk, workers: Workers, change: str
) -> None:
    number = numbered(client, workers, plain())
    query(desk, f"{change} RETURNING 1")
    assert client.get(f"{V2}/requests.json").json() == []
    assert client.get(f"{V2}/requests.json?service_request_id={number}").json() == []
    assert client.get(f"{V2}/servicerequestupdates.json").json() == []
    unknown = client.get(f"{V2}/requests/2026-0999999-4.json")
    hidden = client.get(f"{V2}/requests/{number}.json")
    assert (hidden.status_code, hidden.json()) == (404, unknown.json())


def test_who_wants_their_name_hidden_is_not_listed(client: httpx.Client, workers: Workers) -> None:
    send(client, body=report(hide_identity=True, topic="cop-konteyneri"))
    assert workers() == 1
    assert client.get(f"{V2}/requests.json").json() == []


HOMES = [
    ("a neighbour's noise", "UPDATE cases SET topic = 'gurultu-komsu'"),
    ("a case under review", "UPDATE cases SET state = 'in_review'"),
]


@pytest.mark.parametrize("change", [row[1] for row in HOMES], ids=[row[0] for row in HOMES])
def test_a_place_that_may_be_a_home_is_its_district_alone(
    client: httpx.Client, desk: Desk, workers: Workers, change: str
) -> None:
    numbered(client, workers, plain(description="Kadıköy Caferağa Mahallesi'nde çöp konteyneri kırık"))
    query(desk, f"{change} RETURNING 1")
    (row,) = client.get(f"{V2}/requests.json").json()
    assert (row["lat"], row["long"], row["address"]) == (None, None, "Kadıköy")
    assert "40.98" not in client.get(f"{V2}/requests.xml").text
    assert "Caferağa" not in str(row)


def test_where_a_photo_was_taken_is_not_given_out(client: httpx.Client, desk: Desk, workers: Workers) -> None:
    numbered(client, workers, plain())
    (before,) = client.get(f"{V2}/requests.json").json()
    query(desk, 'UPDATE messages SET headers = headers || \'{"place_source": "photo"}\' RETURNING 1')
    (after,) = client.get(f"{V2}/requests.json").json()
    assert (before["lat"], after["lat"], after["long"]) == (40.988, None, None)
