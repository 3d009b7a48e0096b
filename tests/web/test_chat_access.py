"""Who may open a web chat, and from which pages (V5)."""

from datetime import timedelta

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from pipeline.chat_closing import RESUMABLE_FOR
from pipeline.desk import Desk
from tests.web.chatting import calling
from tests.web.serving import Site
from web import chat_socket


def test_a_token_that_is_forged_old_or_of_another_purpose_opens_no_chat(site: Site, desk: Desk) -> None:
    with calling(site) as visitor:
        welcome = visitor.hello()
    signer, session = chat_socket.signer_of(desk), welcome["session"]
    stale = signer.sign(session, desk.now() - RESUMABLE_FOR - timedelta(seconds=1))
    receipt = site.services.receipts.sign(session, desk.now())
    unknown = signer.sign("0" * 32, desk.now())
    for token in (welcome["token"][:-1] + "!", session, "~~", stale, receipt, unknown):
        with calling(site) as thief:
            thief.send(type="hello", token=token)
            assert thief.wait_for("error")["code"] == "gone"
            assert thief.ends() == chat_socket.REFUSED


def test_another_sites_page_cannot_connect_v5(site: Site) -> None:
    for origin in ("https://kotu.example", "null", site.url.replace("http:", "https:"), site.url + "0"):
        with pytest.raises(InvalidStatus) as refused, calling(site, origin=origin):
            pass
        assert refused.value.response.status_code == 403
    with calling(site, origin=None) as program:
        assert program.hello()["session"]


def test_a_switched_off_chat_takes_nobody_and_says_so(site: Site, desk: Desk, client: httpx.Client) -> None:
    with desk.uow() as uow:
        account = uow.accounts.by_name("webchat")
        assert account is not None
        uow.accounts.enable(account.id, False)
        uow.commit()
    site.services.reception.accounts.refresh(0)
    with pytest.raises(InvalidStatus), calling(site):
        pass
    assert "Sohbet şu anda kapalı" in client.get("/sohbet").text


def test_only_named_sites_may_show_the_widget_v5(site: Site, desk: Desk, client: httpx.Client) -> None:
    closed = client.get("/sohbet/gomulu").headers
    assert "frame-ancestors 'none'" in closed["content-security-policy"]
    assert closed["x-frame-options"] == "DENY"
    with desk.uow() as uow:
        account = uow.accounts.by_name("webchat")
        assert account is not None
        uow.accounts.change(account.id, {"allowed_origins": ["https://www.ornek.example"]}, None, "")
        uow.commit()
    site.services.reception.accounts.refresh(0)
    opened = client.get("/sohbet/gomulu").headers
    assert "frame-ancestors 'self' https://www.ornek.example" in opened["content-security-policy"]
    assert "frame-ancestors 'none'" in client.get("/sohbet").headers["content-security-policy"]
    script = client.get("/sohbet/widget.js").headers
    assert script["cross-origin-resource-policy"] == "cross-origin"
    assert script["content-type"].startswith("text/javascript")
