"""The providers' stand-ins, and connectors that are configured to speak to them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from connectors.sms import SMS
from connectors.sms.netgsm import NetgsmSms
from connectors.sms.settings import SmsSettings
from connectors.sms.smpp import SmppSms
from connectors.sms.twilio import TwilioSms
from connectors.sms.verimor import VerimorSms
from domain.urn import Urn
from tests.connectors.building import Build, building, texts_to
from tests.connectors.sms.accounts import (
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


def at_stand_in(
    kind: type[Any], settings: Callable[..., SmsSettings], server: NetgsmServer | TwilioServer | VerimorServer
) -> Iterator[Build]:
    """Builds connectors at the stand-in, by its clock; every setting may be given."""
    yield from building(
        kind,
        lambda now, **given: SMS.build(context(settings(**given), now)),
        now=lambda: server.clock,
        base_url=server.url,
    )


@pytest.fixture
def build_netgsm(netgsm_server: NetgsmServer) -> Iterator[Build]:
    yield from at_stand_in(NetgsmSms, netgsm_settings, netgsm_server)


@pytest.fixture
def build_twilio(twilio_server: TwilioServer) -> Iterator[Build]:
    yield from at_stand_in(TwilioSms, twilio_settings, twilio_server)


@pytest.fixture
def build_verimor(verimor_server: VerimorServer) -> Iterator[Build]:
    yield from at_stand_in(VerimorSms, verimor_settings, verimor_server)


@pytest.fixture
def centre() -> Iterator[MessageCentre]:
    with running_smsc() as server:
        yield server


@pytest.fixture
def build_smpp(centre: MessageCentre) -> Iterator[Build]:
    """Builds connectors at the message centre; every setting may be given."""
    yield from building(
        SmppSms,
        lambda now, **given: SMS.build(context(smpp_settings(**given), now)),
        port=centre.port,
    )


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
def outgoing() -> Build:
    """Makes a text to the citizen of these tests."""
    return texts_to(Urn("tel", "+905320000001"))
