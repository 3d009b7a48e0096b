"""Tests 1, 2, 21 of docs/acceptance.md on the whole desk: whatever dies, nothing is lost or done twice."""

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

from config.settings import Settings
from tests.kill import ledger
from tests.kill.chaos import NOTIFIER_BLOWS, Chaos, let_the_dead_hands_go
from tests.kill.crew import Crew, desk_settings, running_crew, shipped_programs
from tests.kill.mails import mail
from tests.servers.dovecot import Dovecot, running_dovecot
from tests.servers.smtp import MailServer

MAILS = int(os.environ.get("KILL_MAILS", "2000"))
SEED = int(os.environ.get("KILL_SEED", "0")) or Random().randrange(1, 10**6)
REPEATED = 40
NOTIFIER_THREADS = 4
_OPEN = "SELECT count(*) FROM messages WHERE state <> 'done'"
_DUE = "SELECT count(*) FROM notifications WHERE state = 'owed'"


@dataclass(kw_only=True)
class Mailbox:
    """One account, the folder its mail comes to, and what was delivered so far."""

    user: str
    folder: str
    settings: dict[str, str]
    account: int = 0
    delivered: list[bytes] = field(default_factory=list)

    def deliver(self, server: Dovecot, mails: Sequence[bytes], folder: str = "") -> None:
        server.deliver(self.user, mails, folder or self.folder)
        self.delivered += mails


@pytest.fixture
def mailboxes() -> list[Mailbox]:
    return [
        Mailbox(user="beyazmasa", folder="INBOX", settings={}),
        Mailbox(user="cagri", folder="INBOX", settings={"mark_seen": "true"}),
        Mailbox(user="kurum", folder="Gelen", settings={"folders": "INBOX,Gelen"}),
    ]


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with MailServer() as started:
        yield started


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    with running_dovecot() as server:
        yield server


@pytest.fixture
def crew(
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    dovecot: Dovecot,
    mail_server: MailServer,
    mailboxes: list[Mailbox],
) -> Iterator[Crew]:
    """The whole desk at work on these mailboxes, its notices leaving by this mail server."""
    smtp = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(mail_server.port), "SMTP_SECURITY": "none"}
    own = desk_settings(monkeypatch, tmp_path, **smtp)

    def add_mailboxes(crew: Crew) -> None:
        for box in mailboxes:
            box.deliver(dovecot, [])
            box.account = crew.add_mailbox(dovecot, box.user, **box.settings)

    with running_crew(own, shipped_programs(), add_mailboxes) as running:
        yield running


@pytest.mark.kill
@pytest.mark.servers
@pytest.mark.timeout(300)
def test_on_a_bad_day_every_mail_becomes_one_case_and_every_receipt_leaves(
    crew: Crew, dovecot: Dovecot, mail_server: MailServer, mailboxes: list[Mailbox]
) -> None:
    """Two thousand mails to three mailboxes, some to two of them (E8), while everything dies in turn."""
    print(f"KILL_SEED={SEED} repeats this day, as far as the machine lets it")
    random = Random(SEED)
    chaos = Chaos(crew, random)
    mails = [mail(number) for number in range(MAILS)]
    live_through(chaos, dovecot, mailboxes, mails)
    total = MAILS + REPEATED + finish_reading(crew, dovecot, mailboxes, total=MAILS + REPEATED)
    crew.await_value(0, _OPEN)
    crew.await_value(0, _DUE, timeout=90)
    let_the_dead_hands_go(crew)
    crew.await_value(0, f"SELECT count(*) FROM notifications WHERE {ledger.UNSENT}")
    crew.await_value(0, "SELECT count(*) FROM batch_claims")
    ledger.check_intake(crew, {box.account: box.delivered for box in mailboxes})
    ledger.check_cases(crew, distinct=total - REPEATED)
    twice = ledger.sent_twice(crew, mail_server.deliveries)
    print(f"{twice} of {len(mail_server.deliveries)} mails left twice, {chaos.struck.total()} blows")
    assert twice <= NOTIFIER_THREADS * sum(chaos.struck[blow] for blow in NOTIFIER_BLOWS)


def live_through(chaos: Chaos, server: Dovecot, mailboxes: list[Mailbox], mails: list[bytes]) -> None:
    """Mail comes in all day long; between two portions something dies, at any moment of the work."""
    blows = chaos.order()
    share = -(-len(mails) // len(blows))
    for turn, blow in enumerate(blows):
        mailboxes[turn % len(mailboxes)].deliver(server, mails[turn * share : (turn + 1) * share])
        if turn == len(blows) // 2:
            mailboxes[1].deliver(server, chaos.random.sample(mailboxes[0].delivered, REPEATED))
        # A moment is not waited for: it is where the blow falls.
        time.sleep(chaos.random.uniform(0, 1.0))
        chaos.strike(blow)


def finish_reading(crew: Crew, server: Dovecot, mailboxes: list[Mailbox], total: int) -> int:
    """Wait until everything delivered is stored; returns how many mails came meanwhile.

    They wake readers that wait: a folder other than the first is looked at once a minute, or with the first.
    """
    more = 0
    for _ in range(30):
        stored = crew.value("SELECT count(*) FROM messages")
        if stored == total + more:
            return more
        for box in mailboxes:
            box.deliver(server, [mail(MAILS + more)], "INBOX")
            more += 1
        try:
            crew.await_value(total + more, "SELECT count(*) FROM messages", timeout=4)
        except TimeoutError:
            continue
    raise AssertionError(f"{stored} of {total + more} mails were read")
