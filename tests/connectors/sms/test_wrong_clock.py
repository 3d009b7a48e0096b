"""Providers that are asked by time, and a clock of ours that is wrong: theirs is the one that counts."""

from datetime import timedelta
from typing import Any

import pytest

from tests.connectors.building import Build
from tests.connectors.polling import drain
from tests.servers.netgsm import NetgsmServer
from tests.servers.twilio import TwilioServer

CITIZEN = "+905320000001"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
OFF = [2 * HOUR, 5 * HOUR, 30 * HOUR, timedelta(days=800), -3 * HOUR, timedelta(days=-3)]


class Provider:
    """A provider, and a desk there whose clock is `off` by so much."""

    def __init__(self, build: Build, server: Any) -> None:
        self.server, self.off = server, timedelta(0)
        self.desk = build(now=lambda: server.clock + self.off)
        self.polls = 0

    def poll(self, cursor: str) -> tuple[list[str], str]:
        """All there is, in polls that are counted."""
        before = len(self.server.calls)
        texts, cursor = drain(self.desk, cursor)
        self.polls = len(self.server.calls) - before
        return texts, cursor


@pytest.fixture(params=["twilio", "netgsm"])
def provider(
    request: pytest.FixtureRequest,
    build_twilio: Build,
    twilio_server: TwilioServer,
    build_netgsm: Build,
    netgsm_server: NetgsmServer,
) -> Provider:
    of = {"twilio": (build_twilio, twilio_server), "netgsm": (build_netgsm, netgsm_server)}
    return Provider(*of[request.param])


@pytest.mark.parametrize("off", OFF, ids=str)
def test_what_comes_while_our_clock_is_wrong_is_not_passed_over(provider: Provider, off: timedelta) -> None:
    """E3: it is wrong for six hours, with a poll every twenty minutes, and then put right."""
    _, cursor = provider.poll("")
    found: set[str] = set()
    provider.off = off
    for number in range(18):
        provider.server.clock += 20 * MINUTE
        provider.server.receive(CITIZEN, str(number), at=provider.server.clock - MINUTE)
        texts, cursor = provider.poll(cursor)
        found.update(texts)
    provider.off = timedelta(0)
    texts, _ = provider.poll(cursor)
    assert found | {*texts} == {str(number) for number in range(18)}


@pytest.mark.parametrize("off", [2 * HOUR, timedelta(days=800)], ids=str)
def test_a_poll_by_a_clock_that_is_ahead_ends(provider: Provider, off: timedelta) -> None:
    """It would ask for the time up to now in one poll after the other, of which there is none."""
    _, cursor = provider.poll("")
    provider.off = off
    provider.poll(cursor)
    assert provider.polls <= 2


def test_a_clock_that_is_behind_takes_nothing_back(provider: Provider) -> None:
    """What is read once is not read again for years, once the clock is right."""
    _, cursor = provider.poll("")
    provider.off = timedelta(days=-800)
    _, cursor = provider.poll(cursor)
    provider.off = timedelta(0)
    provider.poll(cursor)
    assert provider.polls <= 2


def test_reports_are_asked_for_again_once_our_clock_is_right(
    build_netgsm: Build, netgsm_server: NetgsmServer
) -> None:
    provider = Provider(build_netgsm, netgsm_server)
    provider.off = timedelta(days=800)
    _, cursor = provider.poll("")
    provider.off = timedelta(0)
    netgsm_server.clock += 10 * MINUTE
    provider.poll(cursor)
    assert [call.path.rpartition("/")[2] for call in netgsm_server.calls[-2:]] == ["inbox", "report"]


def test_an_answer_without_a_time_goes_by_our_clock(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(provider.server), "date", lambda _: None)
    _, cursor = provider.poll("")
    provider.server.clock += 3 * HOUR
    provider.server.receive(CITIZEN, "geldi")
    assert provider.poll(cursor)[0] == ["geldi"]
