"""Accounts, messages and notices of chats that may be answered for a while only."""

from config.accounts import seal
from domain.messages import InboundMessage
from domain.urn import Urn
from domain.vocabulary import CaseEventKind, Channel, NotificationState, Template
from pipeline.desk import Desk
from store.models import ChatWindow, NotificationRow, OutboxEntry
from tests.connectors.whatsapp.accounts import cloud_settings
from tests.fakes import make_message
from tests.pipeline.looking import case_of
from tests.servers.whatsapp_cloud import CITIZEN, WhatsAppCloudServer

PERSON = Urn("whatsapp", CITIZEN)
PHONE, MAIL = Urn("tel", f"+{CITIZEN}"), Urn("mailto", "vatandas@eposta.example")
APPROVED = ("received=basvuru_alindi:tr:number+security_number", "message_added=duyuru:tr")
SENT, FAILED = NotificationState.SENT, NotificationState.FAILED


def account_at(desk: Desk, whatsapp: WhatsAppCloudServer, **given: object) -> int:
    plain, secrets = seal(cloud_settings(base_url=whatsapp.url, **given), desk.keyring)
    with desk.uow() as uow:
        made = uow.accounts.add(Channel.WHATSAPP, "hat", plain, secrets, desk.keyring.key_id, desk.now())
        uow.commit()
    return made.id


def message(**given: object) -> InboundMessage:
    values: dict[str, object] = {
        "channel": Channel.WHATSAPP,
        "sender": PERSON,
        "contacts": (PHONE, MAIL),
        "subject": None,
    }
    return make_message(**values | given)


def notices(desk: Desk, message_id: int) -> list[NotificationRow]:
    case = case_of(desk, message_id)
    assert case is not None
    with desk.uow() as uow:
        return [n for n in uow.notifications.of_case(case.id or 0) if n.template != Template.ROUTED_TO_UNIT]


def history(desk: Desk, message_id: int) -> list[tuple[str, dict[str, object]]]:
    case = case_of(desk, message_id)
    assert case is not None
    with desk.uow() as uow:
        events = uow.cases.history(case.id or 0)
    shown = (CaseEventKind.NOTICE_SENT, CaseEventKind.NOTICE_FAILED)
    return [(e.kind, e.detail) for e in events if e.kind in shown and e.detail["template"] == "received"]


def window(desk: Desk, account: int) -> ChatWindow:
    with desk.uow() as uow:
        found = uow.windows.of(str(PERSON), account)
    assert found is not None
    return found


def outbox(desk: Desk) -> list[OutboxEntry]:
    with desk.uow() as uow:
        return uow.outbox.latest()[::-1]


def kinds(whatsapp: WhatsAppCloudServer) -> list[str]:
    return [sent["type"] for sent in whatsapp.sent]
