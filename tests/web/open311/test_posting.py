"""Reports by Open311 as real clients send them: each becomes one case, each fault names itself."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from pipeline.channels import change, find
from pipeline.desk import Desk
from pipeline.read import read_batch
from pipeline.seed import DEVELOPMENT_KEY, MOBILE_ACCOUNT
from tests.servers.processes import wait_until
from tests.servers.standin import Answer, Call, StandIn
from tests.web.api.fixtures import Calm
from tests.web.forms import png, query
from tests.web.open311.clients import V2, fixmystreet, helsinki, numbered, plain, post
from tests.web.serving import Site

Workers = Callable[[], int]


class Photos(StandIn):
    """A site that has one photo and one page."""

    def respond(self, call: Call) -> Answer:
        if call.path == "/photo.png":
            return Answer(body=png())
        if call.path == "/moved":
            return Answer(status=302, headers={"location": "/photo.png"})
        return Answer(status=200 if call.path == "/page" else 404, body=b"<html>")


def test_fixmystreet_s_post_becomes_a_case_with_everything_it_said(
    client: httpx.Client, desk: Desk, workers: Workers
) -> None:
    files = {"photo1": ("bir.png", png(), "image/png"), "file_1": ("iki.png", png(7), "image/png")}
    number = numbered(client, workers, fixmystreet(), files=files)
    with desk.uow() as uow:
        case = uow.cases.by_number(number)
        assert case is not None
        (message,) = uow.messages.of_case(case.id or 0)
        attached = uow.messages.attachments([message.id or 0])
    assert (message.sender, message.contacts) == ("tel:+905321234567", ["mailto:ayse@eposta.example"])
    assert (message.sender_name, case.topic) == ("Ayşe Yılmaz", "cop-konteyneri")
    assert message.text.endswith("\n\nYer tarifi: parkın karşısı")
    assert [file.name for file in attached] == ["bir.png", "iki.png"]
    assert message.headers["address_id"] == "#NOTPINPOINTED#"
    assert '"fixmystreet_id": ["4711"]' in message.headers["attributes"]


def test_helsinki_s_post_becomes_a_case_with_title_and_photo(
    client: httpx.Client, desk: Desk, workers: Workers
) -> None:
    numbered(client, workers, helsinki(), files={"media": ("a.jpg", png(), "image/jpeg")})
    assert query(desk, "SELECT subject, name, media_type FROM messages, attachments") == [
        ("Çöp", "a.jpg", "image/png")
    ]


@pytest.mark.parametrize("form", ["json", "xml"])
def test_who_waits_gets_the_number_at_once(
    client: httpx.Client, desk: Desk, workers: Workers, form: str
) -> None:
    with ThreadPoolExecutor(1) as app:
        answer = app.submit(post, client, plain(), form, Prefer="wait=5")
        wait_until(lambda: query(desk, "SELECT count(*) FROM messages") == [1], "the report")
        workers()
        (number,) = query(desk, "SELECT number FROM cases")
        assert answer.result().status_code == 200
        assert number in answer.result().text


REPEATED = [
    ("the same words", plain(), plain(), 1),
    ("the same client_request_id", plain(client_request_id="r1"), plain(client_request_id="r1"), 1),
    ("FixMyStreet's own id", fixmystreet(jurisdiction_id=""), fixmystreet(jurisdiction_id=""), 1),
    ("other words", plain(), plain(description="Başka bir şey"), 2),
    ("other ids", plain(client_request_id="r1"), plain(client_request_id="r2"), 2),
]


@pytest.mark.parametrize(
    ("first", "second", "cases"), [row[1:] for row in REPEATED], ids=[row[0] for row in REPEATED]
)
def test_a_repeated_post_is_one_case_v1(
    client: httpx.Client, desk: Desk, first: dict[str, Any], second: dict[str, Any], cases: int
) -> None:
    answers = [post(client, fields) for fields in (first, second)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert len({answer.json()[0]["token"] for answer in answers}) == cases
    assert query(desk, "SELECT count(*) FROM messages") == [cases]


def test_one_client_request_id_for_two_reports_is_refused(client: httpx.Client, desk: Desk) -> None:
    post(client, plain(client_request_id="r1"))
    answer = post(client, plain(client_request_id="r1", description="Başka"))
    assert (answer.status_code, answer.json()[0]["code"]) == (400, 400)
    assert query(desk, "SELECT count(*) FROM messages") == [1]


def test_eight_threads_with_one_report_make_one_case(site: Site, desk: Desk, workers: Workers) -> None:
    def send(_: int) -> str:
        with httpx.Client(base_url=site.url, timeout=60) as own:
            return str(post(own, fixmystreet()).json()[0]["token"])

    with ThreadPoolExecutor(8) as apps:
        assert len(set(apps.map(send, range(16)))) == 1
    assert workers() == 1


WRONG = [
    ("no key", {"api_key": None}, 403),
    ("another key", {"api_key": "x" * 40}, 403),
    ("no service", {"service_code": None}, 400),
    ("an unknown service", {"service_code": "uzay"}, 404),
    ("a confidential service", {"service_code": "kadin-siddet"}, 404),
    ("no place", {"lat": None, "long": None}, 400),
    ("half a position", {"long": None}, 400),
    ("no number", {"lat": "kuzey"}, 400),
    ("not a number", {"lat": "nan"}, 400),
    ("off the globe", {"long": "181"}, 400),
    ("no description", {"description": " "}, 400),
    ("too long a description", {"description": "ş" * 4001}, 400),
    ("no mail address", {"email": "ayse@"}, 400),
    ("no phone", {"phone": "yok"}, 400),
    ("a file address", {"media_url": "file:///etc/passwd"}, 400),
    ("six addresses", {"media_url": [f"https://foto.example/{n}" for n in range(6)]}, 400),
]


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize(("changed", "status"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_what_is_wrong_is_said_as_the_standard_says_it(
    calm: Calm, changed: dict[str, Any], status: int, form: str
) -> None:
    answer = post(calm.client, plain(**changed), form)
    assert answer.status_code == status
    if form == "json":
        ((code, description),) = [(each["code"], each["description"]) for each in answer.json()]
        assert (code, bool(description)) == (status, True)
    else:
        assert f"<errors><error><code>{status}</code><description>" in answer.text
    assert query(calm.desk, "SELECT count(*) FROM messages") == [0]


BODIES = [
    ("JSON", b"{}", "application/json", 400),
    ("broken multipart", b"--x", "multipart/form-data; boundary=y", 400),
    ("nothing", b"", "", 400),
]


@pytest.mark.parametrize(
    ("body", "kind", "status"), [row[1:] for row in BODIES], ids=[row[0] for row in BODIES]
)
def test_a_body_that_is_no_form_is_refused(calm: Calm, body: bytes, kind: str, status: int) -> None:
    headers = {"Content-Type": kind, "X-Forwarded": "1"} if kind else {}
    answer = calm.client.post(f"{V2}/requests.xml?api_key={DEVELOPMENT_KEY}", content=body, headers=headers)
    assert (answer.status_code, "<errors>" in answer.text) == (status, True)


def test_a_jurisdiction_counts_once_ours_has_a_name(client: httpx.Client, site: Site, desk: Desk) -> None:
    assert post(client, plain(jurisdiction_id="baska")).status_code == 200
    change(desk, find(desk, MOBILE_ACCOUNT), {"jurisdiction_id": "istanbul"})
    site.services.reception.accounts.refresh(0)
    assert post(client, plain(jurisdiction_id="baska", description="iki")).status_code == 404
    assert post(client, plain(jurisdiction_id="istanbul", description="üç")).status_code == 200


def test_photos_by_address_are_fetched_where_they_are_allowed_to_lie(
    client: httpx.Client, desk: Desk, workers: Workers
) -> None:
    change(desk, find(desk, MOBILE_ACCOUNT), {"photo_networks": "127.0.0.0/8"})
    with Photos() as photos:
        urls = [f"{photos.url}/{name}" for name in ("photo.png", "moved", "page", "nothing")]
        sent = post(client, plain(media_url=urls))
        assert sent.status_code == 200
        assert workers() == 0
        assert read_batch(desk) == 1
    assert workers() == 1
    rows = query(desk, "SELECT name, sha256 IS NOT NULL, note FROM attachments ORDER BY id")
    assert [row[:2] for row in rows] == [
        ("photo.png", True),
        ("moved", True),
        ("page", False),
        ("nothing", False),
    ]
    assert rows[2][2] == "What lies at this address is no photo, video or document"


def test_a_photo_inside_our_network_is_not_fetched_and_costs_only_itself_g12(
    client: httpx.Client, desk: Desk, workers: Workers
) -> None:
    with Photos() as photos:
        post(client, plain(media_url=f"{photos.url}/photo.png"))
        read_batch(desk)
        assert photos.calls == []
    assert workers() == 1
    (note,) = query(desk, "SELECT note FROM attachments")
    assert note == "The photo's server lies outside the public internet and is not called"


def test_one_address_is_written_to_only_so_often_whatever_the_client_v2(client: httpx.Client) -> None:
    answers = [post(client, plain(email="a@eposta.example", description=f"{n}")) for n in range(7)]
    assert [answer.status_code for answer in answers] == [200] * 6 + [429]


def test_a_forged_token_is_not_found_and_one_that_never_becomes_a_case_is_gone(
    client: httpx.Client, desk: Desk
) -> None:
    assert client.get(f"{V2}/tokens/x.json").status_code == 404
    token = post(client, plain()).json()[0]["token"]
    assert client.get(f"{V2}/tokens/{token}.json").json() == [{"token": token}]
    assert client.get(f"{V2}/tokens/{token[:-1]}0.json").status_code == 404 or token.endswith("0")
    query(desk, "UPDATE messages SET state = 'done' RETURNING 1")
    assert client.get(f"{V2}/tokens/{token}.xml").status_code == 410
