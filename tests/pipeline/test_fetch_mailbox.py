"""A real mailbox behind a server that refuses: how often it is tried, and what operators hear (test 9)."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Event

import pytest

from config.settings import Settings
from domain.vocabulary import Channel, Direction, HealthState, Template
from pipeline import channels
from pipeline.desk import Desk
from pipeline.fetch import Reader
from pipeline.fetchers import lease_name
from store.records import Account
from tests.fakes import Clock, make_desk
from tests.pipeline.sources import SteppedStop, impatient_email
from tests.servers.dovecot import PASSWORD, Dovecot, running_dovecot
from tests.servers.silent_imap import SilentImap

pytestmark = pytest.mark.servers
MAIL = b"From: ayse@posta.example\r\nMessage-ID: <1@posta.example>\r\nSubject: Lamba\r\n\r\nYanmiyor.\r\n"


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with running_dovecot() as server:
        yield server


@pytest.fixture
def relay(dovecot: Dovecot) -> Iterator[SilentImap]:
    """The mail server, as far as it can be reached."""
    server = SilentImap(dovecot.port)
    yield server
    server.close()


@pytest.fixture
def desk(desk_settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A desk whose operator wants to be told; readers wait for news for a second only."""
    impatient_email(monkeypatch)
    told = desk_settings.model_copy(update={"operator_email": "nobetci@buyuksehir.example"})
    made = make_desk(told, clock)
    yield made
    made.engine.dispose()


def mailbox(desk: Desk, relay: SilentImap, user: str, password: str = PASSWORD) -> Account:
    given = {"host": "127.0.0.1", "port": str(relay.port), "security": "none", "username": user}
    account = channels.add(desk, Channel.EMAIL, user, given | {"password": password})
    with desk.uow() as uow:
        uow.leases.take(lease_name(account.id), "me", desk.now(), timedelta(days=30))
        uow.commit()
    return account


def read(desk: Desk, account: Account, clock: Clock, stop: Event) -> None:
    def progress() -> None:
        clock.step(seconds=15)  # what a poll may take

    Reader(desk, account.id, (lease_name(account.id), "me"), stop, progress).run()


def turns(desk: Desk) -> list[str]:
    """The states operators are owed word of, in order."""
    with desk.uow() as uow:
        due = uow.notifications.claim_due(100, desk.now())
    return [notice.values["state"] for notice in due if notice.template == Template.CHANNEL_HEALTH]


REFUSALS = [
    ("out of order", b"[UNAVAILABLE] Temporary authentication failure", "degraded"),
    ("a wrong password", b"[AUTHENTICATIONFAILED] Authentication failed", "down"),
]


@pytest.mark.parametrize(("label", "refusal", "state"), REFUSALS, ids=[row[0] for row in REFUSALS])
def test_refused_three_times_then_fine_is_one_alert_and_one_word_that_it_is_over(
    desk: Desk, clock: Clock, dovecot: Dovecot, relay: SilentImap, label: str, refusal: bytes, state: str
) -> None:
    user = f"geri-{state}"
    dovecot.deliver(user, [MAIL])
    account = mailbox(desk, relay, user)
    relay.refuse_logins, relay.refusal = 3, refusal
    stop = SteppedStop(clock, hours=1)
    while not stored(desk, account) and not stop.is_set():
        read(desk, account, clock, SteppedStop(clock, minutes=1))
    assert stored(desk, account) == 1
    assert relay.logins == 4
    assert turns(desk) == [state, "ok"]


def stored(desk: Desk, account: Account) -> int:
    with desk.uow() as uow:
        return uow.messages.count_by_account(account.id)


def test_a_wrong_password_is_tried_a_handful_of_times_an_hour(
    desk: Desk, clock: Clock, dovecot: Dovecot, relay: SilentImap
) -> None:
    """Providers lock accounts that knock too often; each new reader goes on with the same patience."""
    account = mailbox(desk, relay, "yanlis", "not-the-password")
    read(desk, account, clock, SteppedStop(clock, hours=1))
    assert relay.logins <= 7
    before = relay.logins
    for _ in range(12):
        read(desk, account, clock, SteppedStop(clock, minutes=5))
    assert relay.logins - before <= 4
    with desk.uow() as uow:
        health = uow.health.get(account.id, Direction.INBOUND)
    assert health is not None
    assert health.state == HealthState.DOWN
    assert "CredentialsRejectedError" in (health.cause or "")
    assert turns(desk) == ["down"]


def test_a_mended_password_is_tried_at_once(
    desk: Desk, clock: Clock, dovecot: Dovecot, relay: SilentImap
) -> None:
    dovecot.deliver("duzelen", [MAIL])
    account = mailbox(desk, relay, "duzelen", "not-the-password")
    read(desk, account, clock, SteppedStop(clock, minutes=30))
    channels.change(desk, account, {"password": PASSWORD})
    read(desk, account, clock, SteppedStop(clock, seconds=10))
    assert stored(desk, account) == 1
    assert turns(desk) == ["down", "ok"]
