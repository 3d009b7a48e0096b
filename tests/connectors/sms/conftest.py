"""The providers' stand-ins, and connectors that are configured to speak to them."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from connectors.base import OutboundText
from connectors.sms import SMS
from connectors.sms.netgsm import NetgsmSms
from connectors.sms.smpp import SmppSms
from connectors.sms.twilio import TwilioSms
from connectors.sms.verimor import VerimorSms
from domain.urn import Urn
from tests.connectors.sms.accounts import (
    NOW,
    Build,
    context,
    netgsm_settings,
    smpp_settings,
    twilio_settings,
    verimor_settings,
)
from tests.servers.netgsm import NetgsmServer
from tests.servers.smsc import MessageCentre, running_smsc
from tests.servers.twilio import TwilioServer
from tests.servers.verimor import VerimorServer


@pytest.fixture
def twilio_server() -> Iterator[TwilioServer]:
    with TwilioServer() as server:
        yield server


@pytest.fixture
def verimor_server() -> Iterator[VerimorServer]:
    with VerimorServer() as server:
        yield server


@pytest.fixture
def netgsm_server() -> Iterator[NetgsmServer]:
    with NetgsmServer() as server:
        yield server


@pytest.fixture
def build_netgsm(netgsm_server: NetgsmServer) -> Iterator[Build]:
    """Builds connectors at the stand-in; every setting may be given."""
    built: list[NetgsmSms] = []

    def build(now: Callable[[], datetime] = lambda: netgsm_server.clock, **more: Any) -> NetgsmSms:
        connector = SMS.build(context(netgsm_settings(**{"base_url": netgsm_server.url} | more), now))
        assert isinstance(connector, NetgsmSms)
        built.append(connector)
        return connector

    yield build
    for connector in built:
        connector.close()


@pytest.fixture
def build_twilio(twilio_server: TwilioServer) -> Iterator[Build]:
    """Builds connectors at the stand-in; every setting may be given."""
    built: list[TwilioSms] = []

    def build(now: Callable[[], datetime] = lambda: twilio_server.clock, **more: Any) -> TwilioSms:
        connector = SMS.build(context(twilio_settings(**{"base_url": twilio_server.url} | more), now))
        assert isinstance(connector, TwilioSms)
        built.append(connector)
        return connector

    yield build
    for connector in built:
        connector.close()


@pytest.fixture
def build_verimor(verimor_server: VerimorServer) -> Iterator[Build]:
    """Builds connectors at the stand-in; every setting may be given."""
    built: list[VerimorSms] = []

    def build(now: Callable[[], datetime] = lambda: verimor_server.clock, **more: Any) -> VerimorSms:
        connector = SMS.build(context(verimor_settings(**{"base_url": verimor_server.url} | more), now))
        assert isinstance(connector, VerimorSms)
        built.append(connector)
        return connector

    yield build
    for connector in built:
        connector.close()


@pytest.fixture
def centre() -> Iterator[MessageCentre]:
    with running_smsc() as server:
        yield server


@pytest.fixture
def build_smpp(centre: MessageCentre) -> Iterator[Build]:
    """Builds connectors at the message centre; every setting may be given."""
    built: list[SmppSms] = []

    def build(now: Callable[[], datetime] = lambda: NOW, **more: Any) -> SmppSms:
        connector = SMS.build(context(smpp_settings(**{"port": centre.port} | more), now))
        assert isinstance(connector, SmppSms)
        built.append(connector)
        return connector

    yield build
    for connector in built:
        connector.close()


@pytest.fixture
def sms(build_twilio: Callable[..., TwilioSms]) -> TwilioSms:
    return build_twilio()


@pytest.fixture
def turkish_sms(build_verimor: Callable[..., VerimorSms]) -> VerimorSms:
    return build_verimor()


@pytest.fixture
def netgsm(build_netgsm: Callable[..., NetgsmSms]) -> NetgsmSms:
    return build_netgsm(first_poll_hours=3)  # one window


@pytest.fixture
def outgoing() -> Callable[..., OutboundText]:
    """Makes a text to the citizen of these tests."""

    def make(text: str, **more: Any) -> OutboundText:
        given: dict[str, Any] = {"recipient": Urn("tel", "+905320000001"), "our_id": "n-1", "text": text}
        return OutboundText(**given | more)

    return make
