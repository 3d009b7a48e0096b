"""An account of post or fax: files become messages with their facts, unreadable ones are kept whole."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from connectors.base import Acknowledging, Checking, ConnectorContext, Parsing, PollConnector, Transcribing
from connectors.fax import FAX
from connectors.post import POST
from connectors.registry import CONNECTORS
from connectors.scans.connector import ScanConnector
from domain.errors import NotConfiguredError, UnreadableMessageError
from domain.messages import SCAN, InboundMessage, Unreadable
from domain.urn import Urn
from domain.vocabulary import Channel
from pipeline.separator import separator_pdf
from tests.connectors.scans.rendering import OTHER, encoded, page, several
from tests.fakes import Clock

SCANNED = encoded(page(OTHER, dpi=100), "PNG")


class Office:
    """A drop folder and the account that reads it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.opened: list[ScanConnector] = []

    def open(self, channel: Channel, **given: Any) -> ScanConnector:
        spec = CONNECTORS[channel]
        settings = spec.settings.model_validate({"folder": self.folder, "settle_seconds": 0} | given)
        built = spec.build(ConnectorContext(account_id=1, name="tarama", settings=settings, now=Clock()))
        assert isinstance(built, ScanConnector)
        self.opened.append(built)
        return built

    def drop(self, name: str, content: bytes) -> None:
        (self.folder / "yeni").mkdir(exist_ok=True)
        (self.folder / "yeni" / name).write_bytes(content)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    yield made
    for each in made.opened:
        each.close()


def test_a_fax_brings_its_number_time_and_archive_number(office: Office) -> None:
    office.drop("0212_5550000.tif", several([page(OTHER, dpi=100).convert("1")] * 2, "TIFF"))
    office.drop(
        "0212_5550000.json", b'{"from": "0212 555 00 00", "time": "23.11.2026 12:30", "evrak_no": "F-7"}'
    )
    reader = office.open(Channel.FAX)
    batch = reader.poll("")
    [fax] = batch.items
    assert isinstance(fax, InboundMessage)
    assert fax.sender == Urn("fax", "+902125550000")
    assert fax.sent_at == datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    assert fax.external_reference == "F-7"
    assert fax.external_id == hashlib.sha256(fax.raw).hexdigest()
    assert {"sending_number", "archive_number", SCAN, "sidecar.evrak_no"} <= set(fax.headers)
    assert [(a.name, a.media_type, a.content == fax.raw) for a in fax.attachments] == [
        ("0212_5550000.tif", "image/tiff", True)
    ]
    reader.acknowledge(batch)
    assert not list((office.folder / "yeni").iterdir())
    assert len(list((office.folder / "arsiv").rglob("*.*"))) == 2


def test_a_letter_has_no_sender_until_it_is_read(office: Office) -> None:
    office.drop("mektup.pdf", encoded(page(OTHER, dpi=100), "PDF"))
    [letter] = office.open(Channel.POST).poll("").items
    assert isinstance(letter, InboundMessage)
    assert (letter.sender, letter.text, letter.waits) == (None, "", True)


def test_a_stack_becomes_a_message_a_letter_each_with_its_own_pages_alone(office: Office) -> None:
    from connectors.ocr.sheets import sheets

    mark = next(sheets(separator_pdf(), 40_000_000)).image.resize((827, 1169))
    stack = several([page(OTHER, dpi=100), mark, page(dpi=100)], "PDF", resolution=100)
    office.drop("yigin.pdf", stack)
    first, second = office.open(Channel.POST).poll("").items
    assert isinstance(first, InboundMessage)
    assert isinstance(second, InboundMessage)
    key = hashlib.sha256(stack).hexdigest()
    assert [first.external_id, second.external_id] == [f"{key}#1", f"{key}#2"]
    assert [first.headers["sheets"], second.headers["sheets"]] == ["1-1", "3-3"]
    assert [first.attachments[0].name, second.attachments[0].name] == ["yigin-1.pdf", "yigin-2.pdf"]
    assert first.raw == second.raw == stack
    assert first.attachments[0].content != second.attachments[0].content
    assert [each.external_id for each in POST.parser().parse(stack)] == [f"{key}#1", f"{key}#2"]
    office.opened[0].close()
    [whole] = office.open(Channel.POST, separators=False).poll("").items
    assert whole.external_id == key


def test_what_is_no_scan_is_kept_whole_and_its_neighbours_go_on(office: Office) -> None:
    office.drop("mektup.docx", b"PK\x03\x04 a text")
    office.drop("mektup.png", SCANNED)
    batch = office.open(Channel.POST).poll("")
    unreadable = [each for each in batch.items if isinstance(each, Unreadable)]
    assert [(each.raw, "mektup.docx" in each.error) for each in unreadable] == [(b"PK\x03\x04 a text", True)]
    assert len(batch.items) == 2


def test_missing_turkish_data_is_told_with_every_poll_and_stops_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    office.drop("mektup.png", SCANNED)
    reader = office.open(Channel.POST)
    batch = reader.poll("")
    assert len(batch.items) == 1
    assert "install tesseract-ocr-tur" in str(batch.trouble)
    with pytest.raises(NotConfiguredError, match="install tesseract-ocr-tur"):
        reader.check()
    with pytest.raises(NotConfiguredError, match="install tesseract-ocr-tur"):
        reader.transcribe(SCANNED)


RUBBISH = [b"", b"Merhaba", b"\x00" * 100, b"PK\x03\x04", b"GIF89a", b"<html>"]


@pytest.mark.parametrize("raw", RUBBISH, ids=range(len(RUBBISH)))
def test_an_original_that_is_no_scan_is_unreadable(raw: bytes) -> None:
    with pytest.raises(UnreadableMessageError, match="this is no scan"):
        FAX.parser().parse(raw)


def test_both_channels_have_their_powers(office: Office) -> None:
    for channel in (Channel.POST, Channel.FAX):
        built = office.open(channel)
        for power in (PollConnector, Acknowledging, Checking, Parsing, Transcribing):
            assert isinstance(built, power)
        assert CONNECTORS[channel].polls(built)
