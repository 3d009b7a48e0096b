"""Mails from files take the very same way; one that breaks the parser costs the others nothing (test 6)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest

from domain.errors import ConnectionFailedError, UnreadableMessageError
from domain.vocabulary import MessageState, Step
from pipeline.desk import Desk
from pipeline.ingest import AT_ONCE, Ingested, account_for_files, ingest
from pipeline.replay import replay
from tests.fakes import process_all
from tests.pipeline.sources import DEADLY, careless_parser, fussy_parser
from tests.servers.postgres import PostgresServer

HEADS = (
    b"From: vatandas%d@eposta.example\r\n",
    b"From: \r\n",
    b"From: =?utf-8?q?broken vatandas%d@eposta.example\r\n",
    b"From: =?klingon?b?////?= <vatandas%d@eposta.example>\r\n",
    b"From: a@b@c, <>, .@, <vatandas%d@eposta.example>\r\n",
    b"Message-ID: <>\r\nFrom: vatandas%d@eposta.example\r\n",
    b"Message-ID: <[1]@x>\r\nFrom: vatandas%d@eposta.example\r\n",
    b"Date: Mon, 99 Foo 9999 99:99:99 +9999\r\nFrom: vatandas%d@eposta.example\r\n",
    b"From : vatandas%d@eposta.example\r\nno colon at all\r\n",
    b"Content-Type: multipart/mixed\r\nFrom: vatandas%d@eposta.example\r\n",
    b"Content-Type: text/plain; charset=no-such-set\r\nFrom: vatandas%d@eposta.example\r\n",
    b"Content-Transfer-Encoding: base64\r\nFrom: vatandas%d@eposta.example\r\n",
    b"Subject: \xfe\xe7\x00\xff\r\nFrom: vatandas%d@eposta.example\r\n",
    b"\x00\x00: \x00\r\nFrom: vatandas%d@eposta.example\r\n",
)
"""Every kind of head that breaks somebody (E8-E11); each mail is a case all the same."""


def mail(number: int) -> bytes:
    head = HEADS[number % len(HEADS)]
    named = head % number if b"%d" in head else head
    return named + b"X-Number: %d\r\n\r\nSokak lambasi %d yanmiyor.\r\n" % (number, number)


def total(done: Iterator[Ingested]) -> tuple[int, int, int]:
    """How many were read, new, unreadable."""
    batches = list(done)
    return sum(b.read for b in batches), sum(b.new for b in batches), sum(b.unreadable for b in batches)


def counts(desk: Desk) -> dict[str, int]:
    """How many messages stand in each state."""
    with desk.uow() as uow:
        waiting = uow.quarantine.waiting()
        return {"cases": uow.cases.count(), "quarantined": len(waiting)}


def test_one_poison_mail_among_a_thousand(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Test 6: 999 cases, one original in quarantine byte for byte, and the thousandth case after the fix."""
    poison = b"From: \xff\x00\r\nX-Number: 500\r\n\r\n" + DEADLY
    mails = [mail(number) for number in range(1000)]
    mails[500] = poison
    fussy_parser(monkeypatch)
    assert total(ingest(desk, account_for_files(desk), mails)) == (1000, 1000, 1)
    process_all(desk)
    assert counts(desk) == {"cases": 999, "quarantined": 1}
    with desk.uow() as uow:
        [(entry, message)] = uow.quarantine.waiting()
    assert (entry.step, message.state) == (Step.ACCEPT, MessageState.QUARANTINED)
    assert desk.blobs.get(message.raw_sha256) == poison
    assert "cannot digest this" in entry.traceback
    with pytest.raises(UnreadableMessageError):
        replay(desk, entry.id or 0)
    monkeypatch.undo()
    for _ in range(2):
        replay(desk, entry.id or 0)
        process_all(desk)
    assert counts(desk) == {"cases": 1000, "quarantined": 0}


def test_one_mail_that_the_database_refuses_is_quarantined_and_its_mail_server_may_forget_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G4: it would be offered again for days, and then be returned to the citizen."""
    careless_parser(monkeypatch)
    mails = [mail(0), mail(1) + DEADLY, mail(2)]
    assert total(ingest(desk, account_for_files(desk), mails))[:2] == (3, 3)
    process_all(desk)
    assert counts(desk) == {"cases": 2, "quarantined": 1}
    with desk.uow() as uow:
        [(_, message)] = uow.quarantine.waiting()
    assert desk.blobs.get(message.raw_sha256) == mails[1]


@pytest.mark.parametrize("size", [0, 1, AT_ONCE, AT_ONCE + 1])
def test_mails_are_taken_in_batches_and_a_second_time_brings_nothing_new(desk: Desk, size: int) -> None:
    account = account_for_files(desk)
    mails = [mail(number) for number in range(size)]
    assert total(ingest(desk, account, mails)) == (size, size, 0)
    assert total(ingest(desk, account, iter(mails))) == (size, 0, 0)
    process_all(desk)
    assert counts(desk)["cases"] == size


def test_an_unreadable_mail_is_quarantined_once_however_often_it_is_given(desk: Desk) -> None:
    assert total(ingest(desk, account_for_files(desk), [b" ", b" "])) == (2, 1, 2)
    assert total(ingest(desk, account_for_files(desk), [b" "])) == (1, 0, 1)
    assert counts(desk)["quarantined"] == 1


def test_noise_is_kept_whatever_it_is(desk: Desk) -> None:
    random = Random(7)
    noises = [random.randbytes(random.randrange(2000)) for _ in range(100)]
    read, new, _ = total(ingest(desk, account_for_files(desk), noises))
    assert (read, new) == (100, 100)
    process_all(desk)
    found = counts(desk)
    assert found["cases"] + found["quarantined"] == 100


def test_several_pipes_at_once_make_one_account_and_lose_no_mail(desk: Desk) -> None:
    """A mail server starts one `pipe` a mail, the very first ones at the same moment."""

    def pipe(number: int) -> int:
        return total(ingest(desk, account_for_files(desk, "boru"), [mail(number)]))[1]

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(pipe, range(16))) == 16
    with desk.uow() as uow:
        assert [account.name for account in uow.accounts.all()] == ["boru"]


@pytest.mark.kill
def test_what_was_stored_before_the_database_died_is_stored_and_the_rest_comes_the_second_time(
    desk: Desk, postgres_server: PostgresServer
) -> None:
    account = account_for_files(desk)
    mails = [mail(number) for number in range(3 * AT_ONCE)]

    def dies_in_between() -> Iterator[bytes]:
        yield from mails[:AT_ONCE]
        postgres_server.kill()
        yield from mails[AT_ONCE:]

    batches = ingest(desk, account, dies_in_between())
    assert next(batches).new == AT_ONCE
    with pytest.raises(ConnectionFailedError):
        next(batches)
    postgres_server.start()
    assert total(ingest(desk, account, mails)) == (len(mails), len(mails) - AT_ONCE, 0)
    process_all(desk)
    assert counts(desk)["cases"] == len(mails)
