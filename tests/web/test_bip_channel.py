"""BiP from end to end: a post at the running site becomes a case, its receipt leaves in the chat."""

import json

import httpx

from config.accounts import seal
from connectors.bip.settings import BipSettings
from domain.vocabulary import Channel, NotificationState
from pipeline.desk import Desk
from pipeline.notify import notify_batch
from store.models import NotificationRow
from store.unit_of_work import UnitOfWork
from tests.fakes import RUBBISH, process_all
from tests.pipeline.looking import send_all
from tests.servers.bip import PASSWORD, PHONE, USERNAME, BipServer, listed
from tests.web.serving import serving

HOOK = "/hooks/bip/kesfet"


def give_account(desk: Desk, server: BipServer) -> None:
    given = {"username": USERNAME, "password": PASSWORD, "base_url": server.url}
    settings, secrets = seal(BipSettings.model_validate(given), desk.keyring)
    with desk.uow() as uow:
        uow.accounts.add(Channel.BIP, "kesfet", settings, secrets, desk.keyring.key_id, desk.now())
        uow.commit()


def chat_notices(uow: UnitOfWork) -> list[NotificationRow]:
    rows = [uow.notifications.get(number) for number in range(1, 10)]
    return [row for row in rows if row is not None and row.recipient == f"bip:{PHONE}"]


def test_a_message_is_answered_in_its_chat_until_the_person_leaves(desk: Desk) -> None:
    with BipServer() as server:
        give_account(desk, server)
        with serving(desk) as site, httpx.Client(base_url=site.url, auth=(USERNAME, PASSWORD)) as bip:
            body = listed([server.forwarded(RUBBISH)])
            assert [bip.post(HOOK, json=body).text for _ in range(2)] == ["OK", "OK"]
            assert process_all(desk) == 1
            send_all(desk)
            ((txnid, request),) = server.taken.items()
            assert request["receiver"] == {"type": 2, "address": PHONE}
            reportid = _told_id(desk)
            assert bip.post(f"{HOOK}/report", json=server.report(txnid, reportid, 1)).text == "OK"
            with desk.uow() as uow:
                assert [n.state for n in chat_notices(uow)] == [NotificationState.DELIVERED]
            assert bip.post(HOOK, content=json.dumps(server.event("U", PHONE))).text == "OK"
            assert process_all(desk) == 1
            assert not notify_batch(desk)
        assert len(server.taken) == 1
    with desk.uow() as uow:
        addresses = [f"bip:{PHONE}", f"tel:+{PHONE}"]
        assert uow.citizens.closed_to_notices(addresses) == {f"bip:{PHONE}"}


def _told_id(desk: Desk) -> str:
    with desk.uow() as uow:
        (notice,) = chat_notices(uow)
        assert notice.state == NotificationState.SENT
        return notice.gateway_id or ""
