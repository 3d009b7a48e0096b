"""A desk that lives in its provider's time, with one account of the subject."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from config.accounts import seal
from config.settings import Settings
from connectors import registry
from connectors.registry import CONNECTORS
from pipeline.desk import Desk
from pipeline.fetchers import lease_name
from store.records import Account
from tests.conformance.subject import PUBLIC, Subject
from tests.fakes import Bells, Clock

HOLDER = "host-a"


@pytest.fixture
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    """The subject that a test was given by `indirect`, with its stand-in running."""
    with request.param() as made:
        yield made


@pytest.fixture
def impatient(subject: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    """A source that can be waited at is waited at for a moment, where the desk would for half a minute."""
    hurried = replace(CONNECTORS[subject.channel], wait_seconds=0.05)
    monkeypatch.setattr(sys.modules[__name__], subject.channel, hurried, raising=False)
    monkeypatch.setitem(registry._SPECS, subject.channel, f"{__name__}:{subject.channel}")


@pytest.fixture
def clock(subject: Subject) -> Clock:
    """The provider's time, which only the test moves."""
    return Clock(subject.now)


@pytest.fixture
def desk(desk_settings: Settings, clock: Clock) -> Iterator[Desk]:
    """A desk whose bells ring nowhere; an operator is told of its channels' health."""
    told = desk_settings.model_copy(update={"operator_email": "operator@masa.example", "public_url": PUBLIC})
    made = Desk(told, now=clock, ring=Bells())
    yield made
    made.engine.dispose()


@pytest.fixture
def account(desk: Desk, subject: Subject) -> Account:
    """The subject's account, sealed as an operator's would be; this host may read it for a year."""
    settings, secrets = seal(subject.settings(), desk.keyring)
    with desk.uow() as uow:
        added = uow.accounts.add(
            subject.channel, subject.name, settings, secrets, desk.keyring.key_id, desk.now()
        )
        uow.leases.take(lease_name(added.id), HOLDER, desk.now(), timedelta(days=365))
        uow.commit()
    return added
