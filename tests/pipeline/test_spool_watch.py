"""Calls that were acknowledged and are in no database are told once a day, by each host of its own disk."""

from collections.abc import Callable
from pathlib import Path

import pytest

from domain.vocabulary import Channel, Template
from pipeline.calls import Call
from pipeline.clock import SWEEPS
from pipeline.desk import Desk
from pipeline.spool import drain_spool, spool_of
from pipeline.spool_watch import AGE, watch_spool
from tests.fakes import Clock, add_account, make_message
from tests.pipeline.looking import send_all
from tests.pipeline.timing import notices
from tests.servers.smtp import MailServer


@pytest.fixture(autouse=True)
def operator(desk: Desk) -> None:
    desk.settings.operator_email = "nobetci@buyuksehir.example"


def refused(path: Path) -> None:
    path.unlink()
    path.mkdir()


KINDS: list[tuple[str, Callable[[Path], object]]] = [
    ("spool", refused),
    ("spool_aside", lambda path: path.write_bytes(b"damaged")),
]


def test_it_is_among_the_clocks_sweeps() -> None:
    assert watch_spool in SWEEPS


@pytest.mark.parametrize(("what", "spoil"), KINDS, ids=[each[0] for each in KINDS])
def test_what_could_not_be_fed_is_told_once_a_day(
    what: str, spoil: Callable[[Path], object], desk: Desk, clock: Clock, mail_server: MailServer
) -> None:
    calls = [Call(account_id=add_account(desk, Channel.SMS), items=[make_message()]) for _ in range(2)]
    spool_of(desk).keep(calls, desk.now())
    since = desk.now()
    spoil(spool_of(desk).waiting()[0])
    drain_spool(desk)
    watch_spool(desk)
    assert notices(desk, Template.WAITS_TOO_LONG) == []
    for _ in range(3):
        clock.step(seconds=AGE.total_seconds() + 1)
        watch_spool(desk)
    [told] = notices(desk, Template.WAITS_TOO_LONG)
    assert told.values["waits"] == [{"what": what, "count": "2", "since": since.isoformat()}]
    send_all(desk)
    assert len(mail_server.deliveries) == 1
    clock.step(days=1)
    watch_spool(desk)
    assert len(notices(desk, Template.WAITS_TOO_LONG)) == 2
