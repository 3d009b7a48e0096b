"""Who may call and what every answer carries: hosts, origins, proxies, headers, errors in words."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from config.settings import Settings
from pipeline.desk import Desk
from tests.web.forms import filled, posted
from tests.web.serving import Site, serving
from web.templating import texts

PAGES = [
    "/",
    "/durum",
    "/kvkk",
    "/outbox",
    "/nowhere",
    "/robots.txt",
    "/favicon.ico",
    "/healthz",
    "/basvuru/x",
]


@pytest.fixture
def production(desk: Desk) -> Iterator[Site]:
    """The same desk as a deployment would run it, behind a proxy on this machine."""
    values = {"environment": "production", "public_url": "https://beyazmasa.example"}
    settings = Settings.model_validate(desk.settings.model_dump() | values)
    with serving(Desk(settings, now=desk.now, ring=desk.ring)) as running:
        yield running


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_keeps_to_itself(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src 'self';" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "strict-transport-security" not in headers
    assert "set-cookie" not in headers


def test_production_insists_on_https_and_has_no_outbox(production: Site) -> None:
    with httpx.Client(base_url=production.url, headers={"Host": "beyazmasa.example"}) as client:
        page = client.get("/")
        assert (page.status_code, page.headers["strict-transport-security"]) == (200, "max-age=31536000")
        assert client.get("/outbox").status_code == 404


HOSTS = [
    ("its public name", "/", "beyazmasa.example", 200),
    ("with a port", "/", "beyazmasa.example:443", 200),
    ("another name", "/", "evil.example", 400),
    ("this machine's number", "/", "127.0.0.1", 400),
    ("a probe by number", "/healthz", "10.0.0.7", 200),
    ("readiness by number", "/readyz", "10.0.0.7", 200),
    ("numbers by number", "/metrics", "10.0.0.7", 200),
    ("a webhook under another name", "/hooks/sms/a", "evil.example", 400),
]


@pytest.mark.parametrize(("path", "host", "status"), [r[1:] for r in HOSTS], ids=[r[0] for r in HOSTS])
def test_it_answers_under_its_own_name_only(production: Site, path: str, host: str, status: int) -> None:
    assert httpx.get(production.url + path, headers={"Host": host}).status_code == status


ORIGINS = [
    ("no browser", {}, 303),
    ("our own page", {"Sec-Fetch-Site": "same-origin", "Origin": "{own}"}, 303),
    ("our own page, no fetch metadata", {"Origin": "{own}"}, 303),
    ("the address bar", {"Sec-Fetch-Site": "none"}, 303),
    ("another site", {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, 403),
    ("a sister site", {"Sec-Fetch-Site": "same-site", "Origin": "https://x.beyazmasa.example"}, 403),
    ("another site, an old browser", {"Origin": "https://evil.example"}, 403),
    ("a page that hides its origin", {"Origin": "null"}, 403),
    ("the same host without encryption elsewhere", {"Origin": "ftp://127.0.0.1"}, 403),
]


@pytest.mark.parametrize(("headers", "status"), [r[1:] for r in ORIGINS], ids=[r[0] for r in ORIGINS])
def test_only_our_own_pages_may_send_the_form_v5(
    site: Site, client: httpx.Client, headers: dict[str, str], status: int
) -> None:
    given = {name: value.format(own=site.url) for name, value in headers.items()}
    assert posted(client, filled(), headers=given).status_code == status


def test_a_status_is_not_asked_for_by_another_site_v5(client: httpx.Client) -> None:
    page = client.post("/durum", data={"number": "1"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert page.status_code == 403


PROXIES = [
    ("a trusted proxy's word counts", "127.0.0.1", [429, 303]),
    ("nobody else's does", "10.1.2.3", [429, 429]),
]


@pytest.mark.parametrize(("trusted", "answers"), [r[1:] for r in PROXIES], ids=[r[0] for r in PROXIES])
def test_clients_are_counted_behind_trusted_proxies_only(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, trusted: str, answers: list[int]
) -> None:
    settings = desk.settings.model_copy(update={"trusted_proxies": trusted})
    with (
        serving(Desk(settings, now=desk.now, ring=desk.ring)) as site,
        httpx.Client(base_url=site.url) as client,
    ):
        for n in range(60):
            posted(client, filled(phone=f"0532 123 {n:04d}"), headers={"X-Forwarded-For": "203.0.113.7"})
        again = [
            posted(client, filled(phone="0532 124 00 00"), headers={"X-Forwarded-For": address}).status_code
            for address in ("203.0.113.7", "203.0.113.8")
        ]
    assert again == answers


ERRORS = [
    ("an unknown page", "GET", "/nowhere", 404),
    ("a receipt that is posted to", "POST", "/basvuru/x", 405),
    ("a deleted form", "DELETE", "/", 405),
    ("a file that is not there", "GET", "/static/nothing.css", 404),
    ("a file outside", "GET", "/static/..%2f..%2fpyproject.toml", 404),
    ("a body that is no form", "POST", "/", 400),
]


@pytest.mark.parametrize(
    "path", ["/", "/nowhere", "/api/v1/cases", "/open311/v2/requests.json", "/hooks/sms/x"]
)
def test_a_websocket_is_refused_wherever_there_is_none(site: Site, path: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        connect(f"{site.url.replace('http', 'ws')}{path}")
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize(("method", "path", "status"), [r[1:] for r in ERRORS], ids=[r[0] for r in ERRORS])
def test_errors_are_pages_in_words(client: httpx.Client, method: str, path: str, status: int) -> None:
    broken = {"content": b"--x\r\nnonsense", "headers": {"Content-Type": "multipart/form-data"}}
    page = client.request(method, path, **(broken if status == 400 else {}))  # type: ignore[arg-type]
    assert page.status_code == status
    assert texts()["errors"][str(status)]["title"] in page.text
    assert '<html lang="tr">' in page.text


def test_a_fault_of_ours_is_a_page_without_a_traceback(site: Site, client: httpx.Client) -> None:
    object.__setattr__(site.services, "districts", None)
    page = client.get("/")
    assert page.status_code == 500
    assert "Bir hata oluştu" in page.text
    assert "Traceback" not in page.text
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]


def test_nothing_is_asked_of_other_hosts(client: httpx.Client) -> None:
    for path in ("/", "/durum", "/kvkk", "/outbox"):
        found = re.findall(r'(?:src|href|action)="([^"]+)"', client.get(path).text)
        assert found
        assert not [address for address in found if urlsplit(address).netloc]


def test_files_are_kept_for_ever_under_an_address_that_changes_with_them(client: httpx.Client) -> None:
    (address,) = re.findall(r'href="(/static/base\.css\?v=\w+)"', client.get("/").text)
    answer = client.get(address)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"].startswith("text/css")


def test_robots_stay_away_from_receipts_and_statuses(client: httpx.Client) -> None:
    assert "Disallow: /\n" in client.get("/robots.txt").text
    assert (
        '<meta name="robots" content="noindex">'
        in client.get(client.post("/", data=filled()).headers["location"] + "?kez=6").text
    )
