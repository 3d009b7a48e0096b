"""Every parser keeps its promises over its samples, what once broke it, and some hundred accidents (G3, G4).

The long search is `python -m tests.fuzz CHANNEL`; this is its memory, and a short one of its own.
"""

from random import Random

import pytest

from connectors.registry import CONNECTORS
from domain.vocabulary import Channel
from tests.fuzz.mutate import mutate
from tests.fuzz.promise import hold
from tests.fuzz.seeds import samples

ACCIDENTS = 300


@pytest.mark.parametrize("channel", [each for each in CONNECTORS if each is not Channel.PHONE_LINE])
def test_the_samples_of_a_channel_hold_messages(channel: Channel) -> None:
    assert sum(hold(channel, raw) for raw in samples(channel)) > 0


@pytest.mark.parametrize("channel", list(CONNECTORS))
def test_no_accident_breaks_a_parser(channel: Channel) -> None:
    seeds = samples(channel)
    random = Random(f"{channel} 1530")
    for _ in range(ACCIDENTS):
        hold(channel, mutate(random.choice(seeds), random, seeds))
