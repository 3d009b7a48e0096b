"""The staff's login: who gets in, for how long, and what no other site or page can do in their name."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from pydantic import SecretStr
from starlette.responses import Response

from config.settings import Settings
from config.staff import StaffToken, read_staff_tokens
from domain.errors import NotConfiguredError
from domain.vocabulary import Role
from pipeline.desk import Desk
from tests.fakes import Bells
from tests.web.serving import serving
from tests.web.staff import AGENT, OPERATOR, log_in
from web.staff_sessions import LIVES, StaffSessions

TOKENS = f"masa-1:agent:{AGENT}, sef:operator:{OPERATOR}"
NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
KEY = b"a key of the tests"


@pytest.fixture
def desk(desk_settings: Settings) -> Iterator[Desk]:
    made = Desk(desk_settings.model_copy(update={"staff_tokens": SecretStr(TOKENS)}), ring=Bells())
    yield made
    made.engine.dispose()


WRONG = [
    ("no colon", "masa1", "entry 1.*id:role:token"),
    ("an unknown role", f"masa1:boss:{AGENT}", "entry 1.*role must be one of agent, operator"),
    ("a role that has no page yet", f"masa1:manager:{AGENT}", "entry 1.*role"),
    ("an id with a space", f"masa 1:agent:{AGENT}", "entry 1.*id must be"),
    ("a short token", f"masa1:agent:{AGENT}\nmasa2:agent:kisa", "entry 2.*24"),
    ("a placeholder", "masa1:agent:please-change-me-to-something-long", "entry 1.*random"),
    ("one letter repeated", f"masa1:agent:{'x' * 40}", "entry 1.*random"),
    ("a token with a space", "masa1:agent:uzun ama bosluk iceren bir deger", "entry 1.*ASCII"),
    ("one id twice", f"masa1:agent:{AGENT},masa1:agent:{OPERATOR}", "one id to two"),
    ("one token twice", f"masa1:agent:{AGENT},masa2:agent:{AGENT}", "one token to two"),
]


@pytest.mark.parametrize(("text", "error"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG])
def test_a_wrong_entry_is_named_by_its_place_and_never_shown(text: str, error: str) -> None:
    with pytest.raises(NotConfiguredError, match=f"(?s)STAFF_TOKENS.*{error}") as raised:
        read_staff_tokens(text)
    assert not any(secret in str(raised.value) for secret in (AGENT, OPERATOR, "kisa", "change-me"))


def test_a_developers_machine_has_one_operator_and_production_nobody(settings: Settings) -> None:
    (only,) = settings.staff
    assert (only.id, only.role) == ("temsilci", Role.OPERATOR)
    assert only.token.get_secret_value() == (settings.var_dir / "secrets" / "staff_token").read_text()
    assert read_staff_tokens("") == ()


def sessions(*tokens: tuple[str, str]) -> StaffSessions:
    entries = [StaffToken(id=i, role=Role.AGENT, token=SecretStr(t)) for i, t in tokens]
    return StaffSessions(entries, KEY, secure=True)


def opened(of: StaffSessions, token: str = AGENT, now: datetime = NOW) -> str:
    response, staff = Response(), of.by_token(token)
    assert staff is not None
    of.open(response, staff, now)
    return str(response.headers["set-cookie"])


def value(cookie: str) -> str:
    return cookie.partition("=")[2].partition(";")[0]


def test_the_cookie_is_kept_from_scripts_other_sites_and_plain_lines() -> None:
    cookie = opened(sessions(("masa-1", AGENT)))
    assert cookie.startswith("__Host-beyazmasa=")
    assert {"HttpOnly", "Path=/", "SameSite=strict", "Secure"} <= set(cookie.split("; "))
    assert AGENT not in cookie


GONE = [
    ("the token was changed", sessions(("masa-1", OPERATOR)), NOW),
    ("the person was removed", sessions(("sef", AGENT)), NOW),
    ("the shift is over", sessions(("masa-1", AGENT)), NOW + LIVES + timedelta(seconds=1)),
    ("another key signs", StaffSessions([], b"other", secure=True), NOW),
]


@pytest.mark.parametrize(("reader", "now"), [g[1:] for g in GONE], ids=[g[0] for g in GONE])
def test_a_session_ends_when(reader: StaffSessions, now: datetime) -> None:
    cookie = value(opened(sessions(("masa-1", AGENT))))
    assert sessions(("masa-1", AGENT)).read(cookie, NOW) is not None
    assert reader.read(cookie, now) is None


def test_a_changed_or_invented_cookie_is_nobody() -> None:
    mine = sessions(("masa-1", AGENT), ("sef", OPERATOR))
    cookie = value(opened(mine))
    for forged in ("", "x", "~~", cookie[:-1], cookie.replace("masa-1", "sef"), "ğ~0~ş"):
        assert mine.read(forged, NOW) is None


def test_two_sessions_of_one_person_have_different_form_tokens() -> None:
    mine = sessions(("masa-1", AGENT))
    first, second = (mine.read(value(opened(mine)), NOW) for _ in range(2))
    assert first is not None
    assert second is not None
    assert first.csrf != second.csrf


def test_who_is_not_logged_in_is_led_to_the_login_and_back(client: httpx.Client) -> None:
    asked = client.get("/temsilci/basvuru?caller=05321234567")
    assert asked.status_code == 303
    assert asked.headers["location"] == "/temsilci/giris?sonra=%2Ftemsilci%2Fbasvuru%3Fcaller%3D05321234567"
    page = client.get(asked.headers["location"])
    assert 'name="sonra" value="/temsilci/basvuru?caller=05321234567"' in page.text
    sent = client.post("/temsilci/giris", data={"token": AGENT, "sonra": "/temsilci/basvuru?caller=1"})
    assert (sent.status_code, sent.headers["location"]) == (303, "/temsilci/basvuru?caller=1")
    assert client.get("/temsilci/basvuru").status_code == 200


@pytest.mark.parametrize(
    "onward",
    ["https://evil.example/", "//evil.example", "/temsilci/\\evil", "/durum", "javascript:alert(1)", ""],
)
def test_the_login_leads_nowhere_else(client: httpx.Client, onward: str) -> None:
    sent = client.post("/temsilci/giris", data={"token": AGENT, "sonra": onward})
    assert sent.headers["location"] == "/temsilci/basvuru"


def test_a_wrong_token_is_refused_in_words_and_never_repeated(client: httpx.Client) -> None:
    refused = client.post("/temsilci/giris", data={"token": AGENT + "x"})
    assert refused.status_code == 422
    assert "Bu anahtar tanınmıyor" in refused.text
    assert AGENT not in refused.text
    assert "set-cookie" not in refused.headers


def test_many_wrong_tokens_shut_the_login_for_a_while_and_right_ones_never_do(client: httpx.Client) -> None:
    assert all(log_in(client).status_code == 303 for _ in range(12))
    refused = [client.post("/temsilci/giris", data={"token": f"{n}"}).status_code for n in range(11)]
    assert refused == [422] * 10 + [429]
    assert client.post("/temsilci/giris", data={"token": AGENT}).status_code == 429


def test_another_sites_page_cannot_log_anybody_in(client: httpx.Client) -> None:
    refused = client.post("/temsilci/giris", data={"token": AGENT}, headers={"Sec-Fetch-Site": "cross-site"})
    assert (refused.status_code, "set-cookie" in refused.headers) == (403, False)


def test_a_link_of_the_telephonys_console_asks_once_more_for_the_cookie(client: httpx.Client) -> None:
    log_in(client)
    client.cookies.clear()  # what a strict cookie does when another site's link is followed
    foreign = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    page = client.get("/temsilci/basvuru?caller=05321234567&x=%22", headers=foreign)
    assert page.status_code == 200
    assert 'content="0;url=/temsilci/basvuru?caller=05321234567&amp;x=%22"' in page.text


def test_logging_out_needs_the_sessions_own_form(client: httpx.Client) -> None:
    log_in(client)
    page = client.get("/temsilci/basvuru").text
    csrf = re.search(r'name="csrf" value="([0-9a-f]{64})"', page)
    assert csrf is not None
    assert client.post("/temsilci/cikis", data={"csrf": "0" * 64}).status_code == 403
    assert client.get("/temsilci/basvuru").status_code == 200
    assert client.post("/temsilci/cikis", data={"csrf": csrf[1]}).headers["location"] == "/temsilci/giris"
    assert client.get("/temsilci/basvuru").status_code == 303


def test_without_any_token_the_login_says_what_to_set(desk: Desk) -> None:
    from dataclasses import replace

    nobody = replace(desk, settings=desk.settings.model_copy(update={"staff_tokens": SecretStr("")}))
    with serving(nobody) as site:
        page = httpx.get(f"{site.url}/temsilci/giris", timeout=30)
    assert "STAFF_TOKENS" in page.text
