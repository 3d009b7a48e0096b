"""Connectors that ask: once each, past what is bad, patient as told, well again by themselves."""

from functools import partial
from typing import Any

import pytest

from connectors.base import ConnectorContext, PollConnector
from connectors.registry import CONNECTORS
from domain.errors import ThrottledError
from domain.vocabulary import Direction, HealthState
from pipeline.desk import Desk
from pipeline.fetch import Reader
from pipeline.fetchers import lease_name
from store.models import AccountHealth
from store.records import Account
from tests.conformance.conftest import HOLDER
from tests.conformance.patience import LATER, TWO_MINUTES, later
from tests.conformance.subject import AtProvider, Polled
from tests.conformance.table import SUBJECTS, params
from tests.fakes import Clock
from tests.pipeline.sources import SteppedStop
from tests.servers.standin import Fault
from tests.web.forms import query

_POLLED = [each for each in SUBJECTS if issubclass(each, Polled)]
POLLED, SPOILING = params(_POLLED), params(each for each in _POLLED if each.spoils)
ILL = [
    pytest.param(each, illness, id=f"{each.name}-{illness.replace(' ', '-')}")
    for each in _POLLED
    for illness in each.illnesses
]
AT_PROVIDERS = params(each for each in _POLLED if issubclass(each, AtProvider))
pytestmark = pytest.mark.usefixtures("impatient")
TEXTS = [f"{number}. durakta otobüs beklenmiyor" for number in range(7)]


def read(desk: Desk, account: Account, clock: Clock, *, step_seconds: int = 5, **how_long: float) -> None:
    """Let a reader work until the stepped clock is that much later; each of its steps takes so long."""
    lease = (lease_name(account.id), HOLDER)
    step = partial(clock.step, seconds=step_seconds)
    Reader(desk, account.id, lease, SteppedStop(clock, **how_long), step).run()


def health(desk: Desk, account: Account) -> AccountHealth:
    with desk.uow() as uow:
        found = uow.health.get(account.id, Direction.INBOUND)
    assert found is not None
    return found


def told(desk: Desk) -> list[str]:
    """What operators were told, in order: the account's states."""
    return query(
        desk, "SELECT values->>'state' FROM notifications WHERE template = 'channel_health' ORDER BY id"
    )


def texts_of(desk: Desk, subject: Polled) -> list[str]:
    known = f"SELECT {subject.known_by} AS known FROM messages WHERE state <> 'quarantined'"
    return query(desk, f"SELECT known FROM ({known}) AS found WHERE known <> '' ORDER BY known")


@pytest.mark.parametrize("subject", POLLED, indirect=True)
def test_each_message_comes_once_however_often_the_source_is_asked(
    subject: Polled, desk: Desk, account: Account, clock: Clock
) -> None:
    subject.arrive(TEXTS[:4])
    read(desk, account, clock, minutes=3)
    subject.arrive(TEXTS[4:])
    read(desk, account, clock, minutes=3)
    read(desk, account, clock, minutes=3)
    assert texts_of(desk, subject) == TEXTS
    assert health(desk, account).state == HealthState.OK


@pytest.mark.parametrize("subject", SPOILING, indirect=True)
def test_what_nobody_understands_is_set_aside_and_the_rest_goes_on(
    subject: Polled, desk: Desk, account: Account, clock: Clock
) -> None:
    """G4, E7, test 6."""
    subject.arrive(TEXTS, bad=True)
    read(desk, account, clock, minutes=3)
    assert texts_of(desk, subject) == TEXTS
    with desk.uow() as uow:
        [(_, bad)] = uow.quarantine.waiting()
    assert b"bozuk" in desk.blobs.get(bad.raw_sha256) or b"par\\u00e7a" in desk.blobs.get(bad.raw_sha256)


@pytest.mark.parametrize(("subject", "illness"), ILL, indirect=["subject"])
def test_an_ill_source_shows_with_its_cause_and_is_well_again_by_itself(
    subject: Polled, illness: str, desk: Desk, account: Account, clock: Clock
) -> None:
    """G9, tests 9, 29, 30: it turns within a minute and is told once, is over and told once, nothing lost."""
    subject.fall_ill(illness)
    subject.arrive(TEXTS)
    read(desk, account, clock, minutes=1)
    assert health(desk, account).state in (HealthState.DEGRADED, HealthState.DOWN)
    read(desk, account, clock, minutes=3)
    ill = health(desk, account)
    assert ill.state in (HealthState.DEGRADED, HealthState.DOWN)
    assert ill.cause
    tries = len(subject.server.calls) if isinstance(subject, AtProvider) else 0
    assert tries < 20, "it was hammered"
    subject.recover()
    read(desk, account, clock, step_seconds=30, minutes=20)
    assert texts_of(desk, subject) == TEXTS
    assert health(desk, account).state == HealthState.OK
    states = told(desk)
    assert len(states) == 2
    assert states[-1] == HealthState.OK


@pytest.mark.parametrize("subject", AT_PROVIDERS, indirect=True)
def test_a_silent_provider_is_left_in_time(
    subject: AtProvider, desk: Desk, account: Account, clock: Clock
) -> None:
    """G8, test 7: the call ends by itself; the silence is named."""
    assert isinstance(subject, Polled)
    subject.arrive(TEXTS)
    subject.server.fail_next(Fault(silent=True))
    read(desk, account, clock, seconds=3)
    assert "did not answer in time" in (health(desk, account).cause or "")
    read(desk, account, clock, minutes=6)
    assert texts_of(desk, subject) == TEXTS


@pytest.mark.parametrize("subject", AT_PROVIDERS, indirect=True)
@pytest.mark.parametrize("form", LATER)
def test_every_form_of_later_is_understood_to_the_second(
    subject: AtProvider, form: str, clock: Clock
) -> None:
    """G11, X3, test 26: two minutes, in whatever words. That nobody asks before is the reader's part."""
    assert isinstance(subject, Polled)
    context = ConnectorContext(account_id=1, name=subject.name, settings=subject.settings(), now=clock)
    connector: Any = CONNECTORS[subject.channel].build(context)
    subject.arrive(TEXTS)
    subject.server.fail_next(later(form, clock()))
    assert refusal(connector).retry_after == TWO_MINUTES
    connector.close()


def refusal(connector: PollConnector) -> ThrottledError:
    """Why the source was not read, or not all of it."""
    try:
        trouble = connector.poll("").trouble
    except ThrottledError as error:
        return error
    assert isinstance(trouble, ThrottledError)
    return trouble
