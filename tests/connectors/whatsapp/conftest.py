"""Both providers' stand-ins, and connectors that are configured to speak to them."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from connectors.base import OutboundText
from connectors.whatsapp import WHATSAPP
from connectors.whatsapp.cloud import CloudWhatsApp
from connectors.whatsapp.twilio import TwilioWhatsApp
from domain.urn import Urn
from tests.connectors.whatsapp.accounts import NOW, Build, cloud_settings, context, twilio_settings
from tests.servers.twilio_whatsapp import TwilioWhatsAppServer
from tests.servers.whatsapp_cloud import CITIZEN, WhatsAppCloudServer


@pytest.fixture
def cloud_server() -> Iterator[WhatsAppCloudServer]:
    with WhatsAppCloudServer() as server:
        yield server


@pytest.fixture
def twilio_server() -> Iterator[TwilioWhatsAppServer]:
    with TwilioWhatsAppServer() as server:
        yield server


@pytest.fixture
def build_cloud(cloud_server: WhatsAppCloudServer) -> Iterator[Build]:
    """Builds connectors at the stand-in; every setting may be given."""
    built: list[CloudWhatsApp] = []

    def build(now: Callable[[], datetime] = lambda: NOW, **more: Any) -> CloudWhatsApp:
        connector = WHATSAPP.build(context(cloud_settings(**{"base_url": cloud_server.url} | more), now))
        assert isinstance(connector, CloudWhatsApp)
        built.append(connector)
        return connector

    yield build
    for connector in built:
        connector.close()


@pytest.fixture
def build_twilio(twilio_server: TwilioWhatsAppServer) -> Iterator[Build]:
    """Builds connectors at the stand-in; every setting may be given."""
    built: list[TwilioWhatsApp] = []

    def build(now: Callable[[], datetime] = lambda: twilio_server.clock, **more: Any) -> TwilioWhatsApp:
        connector = WHATSAPP.build(context(twilio_settings(**{"base_url": twilio_server.url} | more), now))
        assert isinstance(connector, TwilioWhatsApp)
        built.append(connector)
        return connector

    yield build
    for connector in built:
        connector.close()


@pytest.fixture
def cloud(build_cloud: Callable[..., CloudWhatsApp]) -> CloudWhatsApp:
    return build_cloud()


@pytest.fixture
def by_twilio(build_twilio: Callable[..., TwilioWhatsApp]) -> TwilioWhatsApp:
    return build_twilio()


@pytest.fixture
def outgoing() -> Callable[..., OutboundText]:
    """Makes a text to the citizen of these tests."""

    def make(text: str, **more: Any) -> OutboundText:
        given: dict[str, Any] = {"recipient": Urn("whatsapp", CITIZEN), "our_id": "n42", "text": text}
        return OutboundText(**given | more)

    return make
