"""Test 30: nobody reads a credential where none belongs, whatever the other side throws back at us (G10)."""

import base64
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings import Settings
from domain.errors import DeskError
from domain.notices import Notification
from domain.urn import Urn
from domain.vocabulary import Channel, Direction, HealthState, Medium, Template
from pipeline import channels
from pipeline.desk import Desk
from pipeline.embedded.postgres import binary
from pipeline.fetchers import _polls
from store.records import Account
from tests.servers.dovecot import Dovecot, running_dovecot
from tests.servers.processes import wait_until
from tests.servers.silent_imap import SilentImap
from tests.servers.standin import Answer, Call, StandIn, json_answer

CANARY = "kanarya7f3a91c2d5e8"
BEYAZMASA = str(Path(sys.executable).with_name("beyazmasa"))


class Tattler(StandIn):
    """Refuses every call and repeats, wherever an error has room for words, all that it was sent."""

    def respond(self, call: Call) -> Answer:
        heard = f"{call.method} {call.path} {call.query} {call.headers} {call.body!r}"
        words = dict.fromkeys(("message", "error_description", "description", "detail", "title"), heard)
        return json_answer(401, {**words, "error": {"message": heard, "code": 190}, "code": 20003})


@pytest.fixture
def tattler() -> Iterator[Tattler]:
    with Tattler() as server:
        yield server


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with running_dovecot() as server:
        yield server


@pytest.fixture
def tattling_imap(dovecot: Dovecot) -> Iterator[SilentImap]:
    """A mail server that repeats the password that it refuses."""
    server = SilentImap(dovecot.port)
    server.refuse_logins, server.refusal = 10_000, f"[AUTHENTICATIONFAILED] no {CANARY}".encode()
    yield server
    server.close()


@pytest.fixture
def live_desk(desk_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A desk on the real clock whose processes say all they can."""
    monkeypatch.setenv("LOG_LEVEL", "DEBUG")
    monkeypatch.setenv("OPERATOR_EMAIL", "nobetci@buyuksehir.example")
    made = Desk(desk_settings)
    yield made
    made.engine.dispose()


def accounts(http: str, imap_port: int) -> list[tuple[Channel, str, dict[str, str]]]:
    """One account for each way a secret is used; every secret is the canary, every server a tattler."""
    web = {"base_url": http}
    imap = {"host": "127.0.0.1", "port": str(imap_port), "security": "none", "username": "masa"}
    oauth = {"auth": "xoauth2", "oauth_client_id": "masa", "oauth_token_url": f"{http}/token"}
    tokens = {"oauth_client_secret": CANARY, "oauth_refresh_token": CANARY}
    twilio = {"provider": "twilio", "account_sid": "AC" + "0" * 32, "sender": "+15005550006"}
    verimor = {"provider": "verimor", "username": "908500000000", "push_secret": CANARY}
    meta = {"access_token": CANARY, "app_secret": CANARY * 2, "verify_token": CANARY}
    cloud = {"provider": "cloud", "phone_number_id": "1", "business_account_id": "2"}
    x = {"consumer_key": CANARY, "consumer_secret": CANARY}
    return [
        (Channel.EMAIL, "posta", imap | {"password": CANARY}),
        (Channel.EMAIL, "posta-oauth", imap | oauth | tokens),
        (Channel.SMS, "twilio", twilio | web | {"auth_token": CANARY}),
        (Channel.SMS, "verimor", verimor | web | {"password": CANARY}),
        (Channel.TELEGRAM, "telegram", web | {"token": f"123456:{CANARY}{CANARY}"}),
        (Channel.WHATSAPP, "whatsapp", cloud | meta | web),
        (Channel.FACEBOOK, "facebook", {"page_id": "1", "app_id": "2"} | meta | web),
        (Channel.X, "x", x | web | {"access_token": f"1-{CANARY}", "access_token_secret": CANARY}),
        (Channel.BIP, "bip", web | {"username": "masa", "password": CANARY, "path_secret": CANARY}),
    ]


@pytest.mark.servers
def test_neither_dump_nor_logs_nor_errors_nor_health_hold_a_credential(
    live_desk: Desk, tattler: Tattler, tattling_imap: SilentImap, tmp_path: Path
) -> None:
    added = [channels.add(live_desk, *row) for row in accounts(tattler.url, tattling_imap.port)]
    errors = [complaint(live_desk, account) for account in added]
    assert all(errors)
    notified = send_by(live_desk, [account for account in added if account.channel == Channel.SMS])
    polled = [account for account in added if _polls(live_desk, account)]
    said = run_connectors(live_desk, polled, tmp_path)
    shown = [run(BEYAZMASA, "channel", "list", "--json"), run(BEYAZMASA, "doctor", "--json")]
    everything = {
        "errors": "\n".join(errors),
        "the notifier's log": notified,
        "the connectors' log": said,
        "what operators are shown": "\n".join(shown),
        "the database": dump(live_desk),
    }
    for where, text in everything.items():
        assert text, where
        assert [secret for secret in forbidden(tattler) if secret in text] == [], where
    with live_desk.uow() as uow:
        states = {(row.account_id, row.direction): row.state for row in uow.health.all()}
    assert all(states[account.id, Direction.INBOUND] == HealthState.DOWN for account in polled)


def forbidden(tattler: Tattler) -> set[str]:
    """The canary, however it is written, and every password as it went over the wire."""
    said = {call.headers.get("authorization", "").partition(" ")[2] for call in tattler.calls}
    coded = {base64.b64encode(text.encode()).decode() for text in (CANARY, f"\0masa\0{CANARY}")}
    return {CANARY, CANARY[5:], *coded, *(each for each in said if each)}


def complaint(desk: Desk, account: Account) -> str:
    try:
        channels.test(desk, account)
    except DeskError as error:
        return str(error)
    return ""


def send_by(desk: Desk, gateways: list[Account]) -> str:
    """What a notifier says while each gateway refuses a notice."""
    with desk.uow() as uow:
        for account in gateways:
            notice = Notification(
                medium=Medium.SMS,
                recipient=Urn("tel", "+905321112233"),
                template=Template.OPTED_OUT,
                due_at=desk.now(),
                dedupe_key=account.name,
                account_id=account.id,
            )
            uow.notifications.owe(None, "c", notice)
        uow.commit()
    code = "from pipeline.actors import desk, notify_batch; print(notify_batch(desk), 'tried')"
    said = run(sys.executable, "-c", code)
    assert f"{len(gateways)} tried" in said
    return said


def run_connectors(desk: Desk, polled: list[Account], folder: Path) -> str:
    """What the connectors say while they try each account for the first time."""
    log = folder / "connectors.log"
    with log.open("wb") as output:
        process = subprocess.Popen([BEYAZMASA, "connectors"], stdout=output, stderr=output)

    def all_tried() -> bool:
        with desk.uow() as uow:
            return all(uow.health.get(account.id, Direction.INBOUND) for account in polled)

    try:
        wait_until(all_tried, "the first try of each account")
    finally:
        process.terminate()
        process.wait(30)
    return log.read_text(encoding="utf-8")


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def dump(desk: Desk) -> str:
    command = [str(binary("pg_dump")), "--inserts", "-d", desk.settings.database]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_a_value_that_is_refused_is_not_repeated(desk: Desk) -> None:
    given = {"provider": "twilio", "account_sid": f"AC{CANARY}", "auth_token": CANARY, "sender": "+1"}
    with pytest.raises(DeskError) as refused:
        channels.add(desk, Channel.SMS, "twilio", given)
    assert "account_sid" in str(refused.value)
    assert CANARY not in str(refused.value)


def test_the_keys_themselves_are_nowhere_but_in_their_file(desk: Desk) -> None:
    assert os.environ.get("CREDENTIAL_KEYS") is None
    key = desk.settings.credential_keys.get_secret_value()
    assert key not in dump(desk)
    assert key not in repr(desk.settings)
