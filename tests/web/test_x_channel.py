"""X from end to end: called and asked, a case each; answered in private only (X1, X2, X5)."""

import httpx

from config.accounts import seal
from connectors.x import XConnector
from connectors.x.settings import XSettings
from domain.vocabulary import Channel
from pipeline.connecting import build_connector
from pipeline.desk import Desk
from pipeline.fetch import fetch_once
from store.records import Account
from tests.connectors.x.accounts import settings
from tests.fakes import RUBBISH, process_all
from tests.pipeline.looking import send_all
from tests.servers.x import CITIZEN, XServer, event, sign
from tests.web.serving import serving

HOOK = "/hooks/x/belediye"


def give_account(desk: Desk, given: XSettings) -> Account:
    plain, secrets = seal(given, desk.keyring)
    with desk.uow() as uow:
        account = uow.accounts.add(Channel.X, "belediye", plain, secrets, desk.keyring.key_id, desk.now())
        uow.commit()
    return account


def test_a_direct_message_that_came_both_ways_is_one_case_with_its_receipt_in_private(desk: Desk) -> None:
    with XServer() as server:
        account = give_account(desk, settings(base_url=server.url, first_hours=720))
        server.clock = desk.now()
        body = event("dm.received", server.message(RUBBISH))
        with serving(desk) as site:
            assert server.challenge(site.url + HOOK).json() == {"response_token": sign(b"NDE0YjMyODctYjI4Ng")}
            assert server.deliver(site.url + HOOK, body).status_code == 200
            assert server.deliver(site.url + HOOK, body, secret="yanlis-yanlis").status_code == 403
        connector = build_connector(desk, account)
        assert isinstance(connector, XConnector)
        assert not fetch_once(desk, account, connector, None)
        assert process_all(desk) == 1
        send_all(desk)
        connector.close()
        answers = [call for call in server.calls if call.method == "POST"]
        assert [call.path for call in answers] == [f"/2/dm_conversations/with/{CITIZEN}/messages"]


def test_a_mention_becomes_a_case_and_its_author_is_asked_to_write_in_private(desk: Desk) -> None:
    with XServer() as server:
        give_account(desk, settings(base_url=server.url))
        post = server.mention(f"@masa {RUBBISH}")
        body = event("post.mention.create", post)
        with serving(desk) as site:
            assert server.deliver(site.url + HOOK, body).status_code == 200
            assert httpx.get(site.url + HOOK).status_code == 403
        assert process_all(desk) == 1
        send_all(desk)
        assert [call.path for call in server.calls] == ["/2/tweets"]
        [answer] = server.answers
        assert answer["parent"] == post["id"]
        assert "özel mesaj" in answer["text"]
