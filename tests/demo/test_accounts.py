"""The demo's accounts: made once, changed in later runs, handed over from the reader that still has them."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from config.settings import Settings
from demo import accounts
from demo.stage import new_number
from domain.vocabulary import Channel
from pipeline import channels
from pipeline.desk import Desk
from pipeline.fetchers import lease_name
from store.records import Account
from tests.fakes import Bells

NAME = "gosteri-netgsm"
GIVEN = {
    "provider": "netgsm",
    "username": "8501530000",
    "password": "sahte-parola-3e",
    "sender": "BUYUKSEHIR",
}


@pytest.fixture
def desk(desk_settings: Settings) -> Iterator[Desk]:
    made = Desk(desk_settings, ring=Bells())
    yield made
    made.engine.dispose()


def put(desk: Desk, port: int) -> Account:
    return accounts.put(desk, Channel.SMS, NAME, GIVEN | {"base_url": f"http://127.0.0.1:{port}"})


def test_a_later_run_changes_the_account_of_the_first(desk: Desk) -> None:
    first = put(desk, 4001)
    accounts.open_all(desk, [first])
    second = put(desk, 4002)
    known = channels.find(desk, NAME)
    assert (second.id, known.settings["base_url"]) == (first.id, "http://127.0.0.1:4002")
    assert not known.enabled


def test_accounts_are_switched_on_when_their_reader_has_let_go(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "_PATIENCE", 0.2)
    account = put(desk, 4001)
    with desk.uow() as uow:
        uow.leases.take(lease_name(account.id), "host-a", desk.now(), timedelta(hours=1))
        uow.commit()
    accounts.open_all(desk, [account])  # a killed reader's lease is not waited for to its end
    assert channels.find(desk, NAME).enabled
    accounts.close_all(desk, [account])
    assert not channels.find(desk, NAME).enabled


def test_every_run_has_a_larger_number(desk: Desk) -> None:
    now = desk.now()
    assert new_number(now + timedelta(seconds=1)) > new_number(now) > 0
