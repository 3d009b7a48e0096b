"""Tests 1, 2 and 21 of CHANNELS.md on the whole desk: whatever dies, nothing is lost and nothing done twice."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from config.settings import Settings
from tests.kill import ledger
from tests.kill.chaos import NOTIFIER_BLOWS, Chaos
from tests.kill.crew import Crew, desk_settings, running_crew, shipped_programs
from tests.kill.mails import mail
from tests.servers.dovecot import Dovecot, running_dovecot
from tests.servers.smtp import MailServer

MAILS = int(os.environ.get("KILL_MAILS", "2000"))
SEED = int(os.environ.get("KILL_SEED", "0")) or Random().randrange(1, 10**6)
NOTIFIER_THREADS = 4

# User, folder, and what else is configured; every mail of TWICE goes to the first two mailboxes (E8).
MAILBOXES = (("beyazmasa", "INBOX", {}), ("cagri", "INBOX", {"mark_seen": "true"}), ("kurum", "Gelen", {"folders": "INBOX,Gelen"}))
TWICE = 50


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    server.start()
    yield server
    server.stop()


@pytest.mark.kill
@pytest.mark.servers
def test_on_a_bad_day_every_mail_becomes_one_case_and_every_receipt_leaves(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mail_server: MailServer
) -> None:
    print(f"KILL_SEED={SEED} repeats this day as far as the machine lets it")
    random = Random(SEED)
    t0 = time.monotonic()
    def at(what): print(f"{time.monotonic()-t0:6.1f} {what}", flush=True)
    mails = [mail(number) for number in range(MAILS)]
    at("mails")
    own = desk_settings(
        monkeypatch, tmp_path, SMTP_HOST="127.0.0.1", SMTP_PORT=str(mail_server.port), SMTP_SECURITY="none"
    )
    with running_dovecot() as dovecot:
        accounts: dict[str, int] = {}

        def add_mailboxes(crew: Crew) -> None:
            for user, folder, more in MAILBOXES:
                dovecot.deliver(user, [], folder)
                accounts[user] = crew.add_mailbox(dovecot, user, **more)

        with running_crew(own, shipped_programs(), add_mailboxes) as crew:
            at("up")
            delivered: dict[int, list[bytes]] = {account: [] for account in accounts.values()}
            chaos = Chaos(crew, random)
            blows = chaos.order()
            share = -(-MAILS // len(blows))
            for turn, blow in enumerate(blows):
                portion = mails[turn * share : (turn + 1) * share]
                user, folder, _ = MAILBOXES[turn % len(MAILBOXES)]
                dovecot.deliver(user, portion, folder)
                delivered[accounts[user]] += portion
                time.sleep(random.uniform(0, 1.2))
                chaos.strike(blow)
                at(blow)
            crew.await_value(MAILS, "SELECT count(*) FROM messages WHERE state = 'done'", timeout=120)
            at("done")
            crew.await_value(0, "SELECT count(*) FROM notifications WHERE state = 'owed' AND due_at < now() + interval '1 minute'", timeout=100)
            at("sent")
            bring_back_what_is_in_dead_hands(crew)
            crew.await_value(0, "SELECT count(*) FROM notifications WHERE state <> 'sent'")
            crew.await_value(0, "SELECT count(*) FROM batch_claims")
            at("settled")
            ledger.check_intake(crew, delivered)
            ledger.check_cases(crew, MAILS)
            too_many = ledger.sent_twice(crew, mail_server.deliveries)
            print(f"{too_many} mails left twice")
            assert too_many <= NOTIFIER_THREADS * sum(chaos.struck[blow] for blow in NOTIFIER_BLOWS)
            at("checked")
    at("ended")


def bring_back_what_is_in_dead_hands(crew: Crew) -> None:
    """Let three minutes pass for notices whose worker died, once every living worker is dead too."""
    master = crew.program("notifier")
    assert master is not None
    crew_of_it = [master, *crew.children("notifier")]
    for p in crew_of_it: p.kill()
    for p in crew_of_it: p.wait(10)
    print(crew.rows("UPDATE notifications SET claimed_at = claimed_at - interval '1 hour' WHERE state = 'sending' RETURNING id"))
