"""What the samples of every channel show of its parser alike: nothing is lost, and nothing breaks it (G3).

That each of them reads as expected is tried by the channel's own tests.
"""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.registry import CONNECTORS
from domain.vocabulary import Channel
from tests.connectors.damage import damaged, reads_or_refuses
from tests.connectors.samples import expectations, expected_messages

HERE = Path(__file__).parent
FOLDERS = {
    Channel.BIP: "bip",
    Channel.FACEBOOK: "facebook",
    Channel.HTTP: "http_channel",
    Channel.SMS: "sms",
    Channel.TELEGRAM: "telegram",
    Channel.WHATSAPP: "whatsapp",
    Channel.X: "x",
}
SAMPLES = {channel: HERE / folder / "samples" for channel, folder in FOLDERS.items()}
EXPECTED = {channel: expectations(folder) for channel, folder in SAMPLES.items()}
LEAST = {
    Channel.BIP: 15,
    Channel.FACEBOOK: 60,
    Channel.HTTP: 15,
    Channel.SMS: 30,
    Channel.TELEGRAM: 30,
    Channel.WHATSAPP: 75,
    Channel.X: 20,
}
FILES_COME_LATER = {Channel.BIP, Channel.FACEBOOK, Channel.SMS, Channel.X}
"""Their originals never hold a file, they only name it."""
HOLDING_MESSAGES = [
    pytest.param(channel, name, id=f"{channel}-{name}")
    for channel, originals in EXPECTED.items()
    for name, expected in originals.items()
    if expected_messages(expected)
]


def test_every_folder_with_expectations_is_tried_here() -> None:
    assert {path.parent for path in HERE.glob("*/samples/expected.json")} == set(SAMPLES.values())


@pytest.mark.parametrize("channel", FOLDERS)
def test_every_sample_file_has_its_expectation(channel: Channel) -> None:
    names = {path.name for path in SAMPLES[channel].iterdir()} - {"expected.json"}
    assert names == set(EXPECTED[channel])
    assert len(names) >= LEAST[channel]


@pytest.mark.parametrize(("channel", "name"), HOLDING_MESSAGES)
def test_the_stored_original_of_each_message_reads_the_same_again(channel: Channel, name: str) -> None:
    parser = CONNECTORS[channel].parser()
    for message in parser.parse((SAMPLES[channel] / name).read_bytes()):
        assert parser.parse(message.raw) == [message]


@pytest.mark.parametrize("channel", FOLDERS)
def test_a_file_is_there_or_its_note_says_why_not(channel: Channel) -> None:
    readable = [name for name, expected in EXPECTED[channel].items() if expected_messages(expected)]
    for raw in ((SAMPLES[channel] / name).read_bytes() for name in readable):
        for file in (f for message in CONNECTORS[channel].parser().parse(raw) for f in message.attachments):
            assert (file.content is None) is bool(file.note)
            assert file.content is None or not (file.source or channel in FILES_COME_LATER)


@pytest.mark.parametrize("channel", FOLDERS)
@given(raw=st.binary(max_size=300))
def test_no_bytes_raise_anything_else(channel: Channel, raw: bytes) -> None:
    reads_or_refuses(CONNECTORS[channel].parser(), raw)


@pytest.mark.parametrize("channel", FOLDERS)
@given(data=st.data())
def test_damaged_samples_raise_nothing_else(channel: Channel, data: st.DataObject) -> None:
    raw = data.draw(damaged([SAMPLES[channel] / name for name in sorted(EXPECTED[channel])]))
    reads_or_refuses(CONNECTORS[channel].parser(), raw)
