"""Who may call: named keys, and pages that were configured (V5, G10)."""

import httpx
import pytest

from config.settings import Environment
from pipeline import channels
from pipeline.desk import Desk
from pipeline.seed import MOBILE_ACCOUNT
from tests.web.api.app import KEY, OTHER_KEY, SECOND_KEY, send
from tests.web.open311.clients import plain, post
from tests.web.serving import Site

MAP = "https://harita.example"


def set_up(site: Site, desk: Desk, **settings: str) -> None:
    channels.change(desk, channels.find(desk, MOBILE_ACCOUNT), settings)
    site.services.reception.accounts.refresh(0)


def test_the_manual_s_key_opens_nothing_on_a_desk_that_went_live(
    site: Site, client: httpx.Client, desk: Desk
) -> None:
    desk.settings.environment = Environment.PRODUCTION
    assert client.get("/api/v1/topics", headers=KEY).status_code == 401
    assert post(client, plain()).status_code == 403
    assert client.get("/api/v1/topics", headers=OTHER_KEY).status_code == 200


def test_a_removed_key_ends_and_its_successor_counts(site: Site, client: httpx.Client, desk: Desk) -> None:
    set_up(site, desk, app_keys=f"new:{SECOND_KEY}")
    assert client.get("/api/v1/topics", headers=KEY).status_code == 401
    assert client.get("/api/v1/topics", headers=OTHER_KEY).status_code == 200


@pytest.mark.parametrize("how", ["switched off", "sealed by a lost key"])
def test_an_account_that_cannot_be_used_says_so_and_is_no_fault(
    site: Site, client: httpx.Client, desk: Desk, how: str
) -> None:
    account = channels.find(desk, MOBILE_ACCOUNT)
    if how == "switched off":
        channels.enable(desk, account, False)
    else:
        with desk.uow() as uow:
            uow.accounts.change(account.id, {}, "gAAAAAB-not-ours", "0")
            uow.commit()
    site.services.reception.accounts.refresh(0)
    answers = [send(client), post(client, plain())]
    assert [answer.status_code for answer in answers] == [503, 503]
    assert {answer.headers["retry-after"] for answer in answers} == {"60"}


def test_a_configured_page_may_call_and_read(site: Site, client: httpx.Client, desk: Desk) -> None:
    set_up(site, desk, origins=MAP)
    origin = {"Origin": MAP, "Sec-Fetch-Site": "cross-site"}
    asked = client.options("/api/v1/cases", headers=origin | {"Access-Control-Request-Method": "POST"})
    assert (asked.status_code, asked.headers["access-control-allow-origin"]) == (204, MAP)
    assert "Idempotency-Key" in asked.headers["access-control-allow-headers"]
    sent = send(client, **origin)
    assert (sent.status_code, sent.headers["access-control-allow-origin"]) == (202, MAP)
    assert sent.headers.get_list("cross-origin-resource-policy") == ["cross-origin"]
    assert post(client, plain(), **origin).status_code == 200


def test_a_page_that_was_not_configured_gets_no_leave(client: httpx.Client) -> None:
    asked = client.options("/api/v1/cases", headers={"Origin": MAP})
    assert "access-control-allow-origin" not in asked.headers
