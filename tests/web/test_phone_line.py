"""The telephone status line over a real port: states and days of real cases, and nothing else."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import httpx
import psycopg
import pytest
from psycopg import sql
from twilio.request_validator import RequestValidator

from config.accounts import seal
from connectors.phone_line.settings import PhoneLineSettings
from domain.numbers import application_number
from domain.vocabulary import CaseState, Channel, Confidentiality
from pipeline.desk import Desk
from pipeline.phone_line import BY_CALLER
from tests.fakes import make_message
from tests.pipeline.looking import case_of, take_in
from tests.servers.postgres import PostgresServer
from tests.web.forms import query
from tests.web.serving import Site

TOKEN, AGENT, CALLER = "telefon-jetonu-1530", "+902120000153", "+905320000001"
SECRETS = ("Kadıköy", "çöp", "ayse", "posta.example", "Temizlik")


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """The desk with a telephone line."""
    given: dict[str, Any] = {"auth_token": TOKEN, "agent_number": AGENT}
    settings, secrets = seal(PhoneLineSettings(**given), desk.keyring)
    with desk.uow() as uow:
        uow.accounts.add(Channel.PHONE_LINE, "153", settings, secrets, desk.keyring.key_id, desk.now())
        uow.commit()
    return desk


class Phone:
    """A caller, by way of Twilio, which signs the address the desk has told it."""

    def __init__(self, site: Site, client: httpx.Client) -> None:
        self._address = f"{site.desk.settings.public_url}/hooks/phone_line/153"
        self._client = client

    def post(self, turn: int | None = None, *, secret: str = TOKEN, **fields: str) -> httpx.Response:
        """One call of Twilio's to us."""
        form = {"CallSid": "CA" + "2" * 32, "From": CALLER, "To": AGENT} | fields
        query = "" if turn is None else f"?turn={turn}"
        signature = RequestValidator(secret).compute_signature(self._address + query, form)
        return self._client.post(
            f"/hooks/phone_line/153{query}",
            content=urlencode(form),
            headers={"x-twilio-signature": signature, "content-type": "application/x-www-form-urlencoded"},
        )

    def hears(self, digits: str, turn: int = 1, **fields: str) -> str:
        """What the caller hears after keying in digits, and where that leads."""
        answer = self.post(turn, Digits=digits, **fields)
        assert answer.status_code == 200
        root = ElementTree.fromstring(answer.content)
        words = " ".join(element.text or "" for element in root.iter("Say"))
        return f"{words} -> {root[-1].tag}"


@pytest.fixture
def phone(site: Site) -> Iterator[Phone]:
    with httpx.Client(base_url=site.url, timeout=60) as client:
        yield Phone(site, client)


def opened(desk: Desk, **changes: str) -> str:
    """A case's number, keyed in; its row changed as given."""
    (message,) = take_in(desk, make_message())
    case = case_of(desk, message)
    assert case
    for column, value in changes.items():
        change(desk, case.id or 0, column, value)
    return case.number.replace("-", "")


def change(desk: Desk, case_id: int, column: str, value: str) -> None:
    with psycopg.connect(desk.settings.database) as connection:
        statement = sql.SQL("UPDATE cases SET {} = %s WHERE id = %s").format(sql.Identifier(column))
        connection.execute(statement, [str(value), case_id])


def test_a_caller_hears_how_the_case_stands_and_when_an_answer_is_due(phone: Phone, desk: Desk) -> None:
    number = opened(desk, state=CaseState.ASSIGNED, due_at="2099-12-03T09:00:00Z")
    heard = phone.hears(number)
    assert "üzerinde çalışılıyor" in heard
    assert "3 Aralık 2099" in heard
    assert heard.endswith("Gather")
    assert not [secret for secret in SECRETS if secret in heard]


def test_the_line_greets_and_listens(phone: Phone) -> None:
    answer = phone.post()
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    assert "hoş geldiniz" in answer.text


NO_DAY = [
    ("solved", {"state": CaseState.RESOLVED, "due_at": "2099-12-03T09:00:00Z"}, "Sonuçlandı"),
    ("late", {"state": CaseState.ASSIGNED, "due_at": "2020-12-03T09:00:00Z"}, "üzerinde çalışılıyor"),
]


@pytest.mark.parametrize(("label", "changes", "says"), NO_DAY, ids=[n[0] for n in NO_DAY])
def test_a_case_that_is_over_or_late_has_no_day(
    label: str, changes: dict[str, str], says: str, phone: Phone, desk: Desk
) -> None:
    heard = phone.hears(opened(desk, **changes))
    assert says in heard
    assert "tarihi" not in heard


def test_a_hidden_identity_hides_no_state(phone: Phone, desk: Desk) -> None:
    number = opened(desk, confidentiality=Confidentiality.IDENTITY_HIDDEN, state=CaseState.IN_REVIEW)
    assert "İnceleniyor" in phone.hears(number)


def test_of_a_restricted_case_only_its_registration_is_said(phone: Phone, desk: Desk) -> None:
    heard = phone.hears(opened(desk, confidentiality=Confidentiality.RESTRICTED, state=CaseState.RESOLVED))
    assert heard == "Kaydınız alınmıştır. Bilgi için sizi temsilciye bağlıyoruz. -> Dial"


def test_a_restricted_case_stays_so_when_it_was_merged_into_another(phone: Phone, desk: Desk) -> None:
    (first,), (second,) = take_in(desk, make_message()), take_in(desk, make_message())
    merged, target = case_of(desk, first), case_of(desk, second)
    assert merged
    assert target
    change(desk, merged.id or 0, "merged_into", str(target.id))
    change(desk, merged.id or 0, "confidentiality", Confidentiality.RESTRICTED)
    assert "Kaydınız alınmıştır" in phone.hears(merged.number.replace("-", ""))


def test_an_unknown_number_is_said_to_hold_nothing(phone: Phone) -> None:
    number = application_number(2026, 7654321).replace("-", "")
    assert "bilgi yok" in phone.hears(number)
    assert phone.hears(number, turn=3).endswith("Dial")


def test_callers_may_ask_only_so_often_each(phone: Phone, desk: Desk) -> None:
    number = opened(desk)
    for _ in range(BY_CALLER.times):
        assert "numaralı başvurunuz" in phone.hears(number)
    assert "çok sayıda" in phone.hears(number)
    assert "numaralı başvurunuz" in phone.hears(number, From="+905320000002")


def test_a_mistyped_number_is_neither_looked_up_nor_counted(phone: Phone, desk: Desk) -> None:
    number = opened(desk)
    for _ in range(BY_CALLER.times + 1):
        assert "başvuru numarası değil" in phone.hears(number[:-1] + str((int(number[-1]) + 1) % 10))
    assert "numaralı başvurunuz" in phone.hears(number)


def test_without_a_database_callers_are_put_through(
    phone: Phone, desk: Desk, postgres_server: PostgresServer
) -> None:
    number = opened(desk)
    phone.hears(number)  # the account is known from now on
    postgres_server.kill()
    try:
        heard = phone.hears(number)
    finally:
        postgres_server.restart()
    assert "sorgulama yapılamıyor" in heard
    assert heard.endswith("Dial")


def test_nobody_but_twilio_is_told_anything(phone: Phone, desk: Desk) -> None:
    answer = phone.post(1, secret="baska-jeton", Digits=opened(desk))
    assert (answer.status_code, answer.text) == (403, "forbidden")


def test_the_line_stores_nothing(phone: Phone, desk: Desk) -> None:
    number = opened(desk)
    before = query(desk, "SELECT count(*) FROM messages")
    phone.hears(number)
    assert query(desk, "SELECT count(*) FROM messages") == before
