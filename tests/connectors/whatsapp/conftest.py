"""Both providers' stand-ins, and connectors that are configured to speak to them."""

from collections.abc import Callable, Iterator

import pytest

from connectors.whatsapp import WHATSAPP
from connectors.whatsapp.cloud import CloudWhatsApp
from connectors.whatsapp.twilio import TwilioWhatsApp
from domain.urn import Urn
from tests.connectors.building import Build, building, texts_to
from tests.connectors.whatsapp.accounts import cloud_settings, context, twilio_settings
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
    yield from building(
        CloudWhatsApp,
        lambda now, **given: WHATSAPP.build(context(cloud_settings(**given), now)),
        base_url=cloud_server.url,
    )


@pytest.fixture
def build_twilio(twilio_server: TwilioWhatsAppServer) -> Iterator[Build]:
    """Builds connectors at the stand-in; every setting may be given."""
    yield from building(
        TwilioWhatsApp,
        lambda now, **given: WHATSAPP.build(context(twilio_settings(**given), now)),
        now=lambda: twilio_server.clock,
        base_url=twilio_server.url,
    )


@pytest.fixture
def cloud(build_cloud: Callable[..., CloudWhatsApp]) -> CloudWhatsApp:
    return build_cloud()


@pytest.fixture
def by_twilio(build_twilio: Callable[..., TwilioWhatsApp]) -> TwilioWhatsApp:
    return build_twilio()


@pytest.fixture
def outgoing() -> Build:
    """Makes a text to the citizen of these tests."""
    return texts_to(Urn("whatsapp", CITIZEN), our_id="n42")
