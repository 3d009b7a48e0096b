"""The form with a proof of work: whoever did the work is heard once, whoever did not loses nothing (V2)."""

import base64
import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest

from config.accounts import seal
from config.settings import Settings
from connectors.registry import CONNECTORS
from domain.vocabulary import Channel
from pipeline.desk import Desk
from tests.servers.valkey import ValkeyServer
from tests.web.forms import filled, png, posted, query
from tests.web.proving import challenge_on, claimed, solved
from tests.web.serving import Site, serving
from web.captcha import COUNTERS, Captcha

Forge = Callable[[dict[str, Any]], str]


@pytest.fixture
def desk_settings(desk_settings: Settings) -> Settings:
    """Those of a desk whose form asks for a proof of work."""
    return desk_settings.model_copy(update={"form_captcha": True})


def proof(client: httpx.Client) -> dict[str, str]:
    """The field of a form whose page was looked at and whose challenge was solved."""
    return {"altcha": solved(challenge_on(client.get("/").text))}


def test_a_form_with_its_work_done_comes_in(client: httpx.Client, desk: Desk) -> None:
    assert posted(client, filled() | proof(client), ("a.png", png())).status_code == 303
    assert query(desk, "SELECT count(*) FROM messages") == [1]


def test_every_view_of_the_page_asks_for_work_of_its_own(client: httpx.Client) -> None:
    asked = [challenge_on(client.get("/").text)["parameters"] for _ in range(5)]
    assert len({one["nonce"] for one in asked}) == 5
    assert len({one["keyPrefix"] for one in asked}) == 5


def _changed(challenge: dict[str, Any], **changes: object) -> str:
    """Solved after it was made easier, under the signature of the real one."""
    return solved(challenge | {"parameters": challenge["parameters"] | changes})


def _raw(value: object) -> str:
    return base64.b64encode(json.dumps(value).encode()).decode()


_NO_NUMBER = {"counter": "0", "derivedKey": ""}
FORGED: list[tuple[str, Forge]] = [
    ("none", lambda challenge: ""),
    ("no base64", lambda challenge: "ş~?"),
    ("no JSON", lambda challenge: base64.b64encode(b"\xff{").decode()),
    ("another JSON", lambda challenge: _raw([1, 2])),
    ("odd parts", lambda challenge: _raw({"challenge": "x", "solution": None})),
    ("a bottomless one", lambda challenge: base64.b64encode(b"[" * 1400).decode()),
    ("a long one", lambda challenge: solved(challenge) + "=" * 2_000),
    ("a guess", lambda challenge: claimed(challenge, 7, challenge["parameters"]["keyPrefix"] * 2)),
    ("a counter that is none", lambda challenge: _raw({"challenge": challenge, "solution": _NO_NUMBER})),
    ("an easier challenge", lambda challenge: _changed(challenge, keyPrefix="00")),
    (
        "a later end",
        lambda challenge: _changed(challenge, expiresAt=challenge["parameters"]["expiresAt"] + 9),
    ),
    ("no end", lambda challenge: _changed(challenge, expiresAt=None)),
    ("no signature", lambda challenge: solved({"parameters": challenge["parameters"]})),
]


@pytest.mark.parametrize("forge", [row[1] for row in FORGED], ids=[row[0] for row in FORGED])
def test_what_is_no_solution_is_refused_and_the_form_comes_back_with_everything_typed(
    client: httpx.Client, desk: Desk, forge: Forge
) -> None:
    typed = filled(name="Ayşe Yılmaz", address="Moda Caddesi 12", district="Kadıköy")
    challenge = challenge_on(client.get("/").text)
    page = posted(client, typed | {"altcha": forge(challenge)}, ("a.png", png()))
    assert page.status_code == 422
    assert "Yazdıklarınız aşağıda duruyor; “Başvuruyu gönder” düğmesine yeniden basın" in page.text
    assert "Dosyalarınızı yeniden seçmeniz gerekiyor" in page.text
    for words in ("Ayşe Yılmaz", "Moda Caddesi 12", "<option selected>Kadıköy", typed["phone"], typed["key"]):
        assert words in page.text
    assert query(desk, "SELECT count(*) FROM messages") == [0]
    fresh = challenge_on(page.text)
    assert fresh["signature"] != challenge["signature"]
    assert posted(client, typed | {"altcha": solved(fresh)}).status_code == 303


def test_what_is_over_or_another_s_is_refused(site: Site, client: httpx.Client, desk: Desk) -> None:
    captcha, now = site.services.captcha, desk.now()
    assert captcha is not None
    old = json.loads(captcha.challenge(now - timedelta(minutes=61)))
    other = json.loads(Captcha(b"another key", site.services.limits).challenge(now))
    good = json.loads(captcha.challenge(now - timedelta(minutes=59)))
    answers = [posted(client, filled() | {"altcha": solved(one)}).status_code for one in (old, other, good)]
    assert answers == [422, 422, 303]


def test_a_solution_is_spent_by_one_message_and_a_repetition_of_it_is_no_other(
    client: httpx.Client, desk: Desk
) -> None:
    work = proof(client)
    texts = ["Su akmıyor", "Elektrik yok", "Su akmıyor"]
    answers = [posted(client, filled(text=text) | work) for text in texts]
    assert [answer.status_code for answer in answers] == [303, 422, 303]
    assert "Elektrik yok</textarea>" in answers[1].text
    assert query(desk, "SELECT text FROM messages") == ["Su akmıyor"]


def test_of_many_messages_at_once_one_spends_a_solution(site: Site, client: httpx.Client, desk: Desk) -> None:
    work = proof(client)

    def send(n: int) -> int:
        with httpx.Client(base_url=site.url, timeout=60) as own:
            return posted(own, filled(text=f"Başvuru {n}") | work).status_code

    with ThreadPoolExecutor(8) as robots:
        answers = list(robots.map(send, range(24)))
    assert sorted(answers) == [303] + [422] * 23
    assert query(desk, "SELECT count(*) FROM messages") == [1]


def test_another_process_knows_what_is_spent(client: httpx.Client, desk: Desk) -> None:
    work = proof(client)
    assert posted(client, filled() | work).status_code == 303
    with serving(desk) as other, httpx.Client(base_url=other.url, timeout=30) as its:
        assert posted(its, filled(text="Elektrik yok") | work).status_code == 422


def test_a_mistake_in_a_field_spends_nothing_and_brings_a_fresh_challenge(client: httpx.Client) -> None:
    page = client.get("/").text
    work = {"altcha": solved(challenge_on(page))}
    wrong = posted(client, filled(phone="123") | work)
    assert (wrong.status_code, challenge_on(wrong.text) == challenge_on(page)) == (422, False)
    assert posted(client, filled() | work).status_code == 303


def test_while_redis_is_out_nobody_is_refused_who_did_the_work(
    client: httpx.Client, desk: Desk, valkey_server: ValkeyServer
) -> None:
    valkey_server.kill()
    try:
        work = proof(client)
        sent = [
            posted(client, filled(text=text) | work).status_code for text in ("Su akmıyor", "Elektrik yok")
        ]
        assert (sent, posted(client, filled() | proof(client)).status_code) == ([303, 422], 303)
    finally:
        valkey_server.restart()


def test_the_work_has_a_bound(client: httpx.Client) -> None:
    for _ in range(5):
        challenge = challenge_on(client.get("/").text)
        counter = json.loads(base64.b64decode(solved(challenge)))["solution"]["counter"]
        assert 0 <= counter < COUNTERS
        assert challenge["parameters"]["cost"] == 100


def told(client: httpx.Client) -> str:
    found = re.search(r"<noscript>(.*)</noscript>", client.get("/").text)
    assert found is not None
    return found[1]


def test_who_has_no_javascript_is_told_of_other_ways(client: httpx.Client) -> None:
    assert 'href="tel:153"' in told(client)
    assert "mailto" not in told(client)


def test_and_of_the_desk_s_mail_where_the_desk_reads_mail(desk: Desk) -> None:
    with desk.uow() as uow:
        settings = CONNECTORS[Channel.EMAIL].settings()
        uow.accounts.add(
            Channel.EMAIL, "posta", *seal(settings, desk.keyring), desk.keyring.key_id, desk.now()
        )
        uow.commit()
    with serving(desk) as site, httpx.Client(base_url=site.url, timeout=30) as client:
        assert 'href="mailto:beyazmasa@buyuksehir.example"' in told(client)
