"""The one table of channels: complete, and true to its names."""

import subprocess
import sys

import pytest

from config.settings import Settings
from connectors.base import Parsing
from connectors.registry import CONNECTORS
from domain.vocabulary import Channel


def test_every_channel_has_its_line() -> None:
    assert set(CONNECTORS) == set(Channel)


@pytest.mark.parametrize("channel", Channel)
def test_every_line_leads_to_its_own_channel(channel: Channel) -> None:
    spec = CONNECTORS[channel]
    assert spec.channel is channel
    assert isinstance(spec.parser(), Parsing)


def test_no_providers_library_is_loaded_before_it_is_asked_for(settings: Settings) -> None:
    code = (
        "import pipeline.actors, sys; print({'telegram', 'tweepy', 'facebook', 'twilio'} & set(sys.modules))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "set()"
