"""Every format of a batch is read into the same messages (P3)."""

from typing import Any

import pytest

from connectors.feeds.mapping import FeedMapping, complete, read_mapping
from connectors.feeds.parsing import FeedParser
from connectors.feeds.reading import read_feed
from connectors.feeds.rows import Reader
from connectors.registry import CONNECTORS
from domain.messages import InboundMessage, Place
from domain.vocabulary import Channel
from tests.connectors.feeds.make_samples import SAMPLES, files

SAME = [
    "cimer_utf8_marked.csv",
    "cimer_windows_1254.csv",
    "cimer_tabs.csv",
    "cimer_utf16.csv",
    "cimer_separator_line.csv",
    "cimer_titles_and_totals.xlsx",
    "cimer_dates.xlsx",
    "cimer_hidden_sheet.xlsx",
    "cimer_elements.xml",
    "cimer_attributes_1254.xml",
    "cimer_page_headings.csv",
    "behak_commas.csv",
    "behak_pipes.csv",
    "behak_nested.xml",
    "behak_archive.zip",
]
"""The files in which the same three applications stand."""
FIRST: dict[str, Any]
SECOND: dict[str, Any]
THIRD: dict[str, Any]
FIRST, SECOND, THIRD = (
    {
        "external_reference": "2026-000101",
        "text": 'Çöp kutuları üç gündür alınmıyor; "koku" çok.',
        "subject": "Çöp",
        "sender": "tel:+905320000001",
        "contacts": [],
        "sender_name": "Örnek Vatandaş Bir",
        "sent_at": "2026-11-20T06:15:00+00:00",
        "place": Place(district="Kadıköy", neighbourhood="Caferağa", address="Moda Caddesi 12"),
        "hide_identity": False,
        "headers": {"kind": "complaint", "legal_due_at": "2026-12-05"},
    },
    {
        "external_reference": "2026-000102",
        "text": "Hat saatleri nedir?\nİkinci satır ğüşıöç.",
        "subject": "Otobüs",
        "sender": "mailto:iki@eposta.example",
        "contacts": [],
        "sender_name": "Örnek Vatandaş İki",
        "sent_at": "2026-11-20T07:00:00+00:00",
        "place": Place(district="ÜSKÜDAR"),
        "hide_identity": True,
        "headers": {"kind": "information", "legal_due_at": "2026-12-15T09:00:00+00:00"},
    },
    {
        "external_reference": "2026-000103",
        "text": "Parkta lamba yanmıyor",
        "subject": None,
        "sender": "tel:+902160000003",
        "contacts": ["mailto:uc@eposta.example"],
        "sender_name": None,
        "sent_at": "2026-11-20T21:00:00+00:00",
        "place": None,
        "hide_identity": False,
        "headers": {},
    },
)


def channel_of(name: str) -> Channel:
    return Channel(name.partition("_")[0])


def reader(channel: Channel) -> Reader:
    return Reader(channel=channel, mapping=FeedMapping.model_validate(complete({}, channel)))


def described(message: InboundMessage) -> dict[str, Any]:
    told = {name: message.headers[name] for name in ("kind", "legal_due_at") if name in message.headers}
    return {
        "external_reference": message.external_reference,
        "text": message.text.replace("\r\n", "\n"),
        "subject": message.subject,
        "sender": str(message.sender) if message.sender else None,
        "contacts": [str(urn) for urn in message.contacts],
        "sender_name": message.sender_name,
        "sent_at": message.sent_at.isoformat() if message.sent_at else None,
        "place": message.place,
        "hide_identity": message.hide_identity,
        "headers": told,
    }


def test_the_samples_are_what_their_script_writes() -> None:
    written = {path.name for path in SAMPLES.iterdir() if path.suffix != ".toml"}
    made = files()
    assert written == set(made)
    texts = [name for name in written if name.endswith((".csv", ".xml"))]
    assert {name: (SAMPLES / name).read_bytes() for name in texts} == {name: made[name] for name in texts}


@pytest.mark.parametrize("name", SAME)
def test_the_same_applications_are_read_from_every_format(name: str) -> None:
    channel = channel_of(name)
    messages = FeedParser(channel).parse((SAMPLES / name).read_bytes())
    assert [described(message) for message in messages] == [FIRST, SECOND, THIRD]
    assert {message.channel for message in messages} == {channel}
    assert [message.content_key for message in messages] == [f"{channel}:2026-00010{n}" for n in (1, 2, 3)]


def test_the_same_row_is_the_same_delivery_in_whatever_format_and_file() -> None:
    ids = {
        tuple(m.external_id for m in FeedParser(Channel.CIMER).parse((SAMPLES / name).read_bytes()))
        for name in SAME
        if name.startswith("cimer")
    }
    assert len(ids) == 1


@pytest.mark.parametrize("name", SAME)
def test_a_row_can_be_read_again_from_its_own_original(name: str) -> None:
    parser = FeedParser(channel_of(name))
    for message in read_feed(name, (SAMPLES / name).read_bytes(), parser.reader).messages:
        [again] = parser.parse(message.raw)
        assert described(again) == described(message)
        assert again.external_id == message.external_id


def test_a_bad_row_stands_alone_with_its_number_and_reason() -> None:
    content = (SAMPLES / "cimer_bad_rows.csv").read_bytes()
    reading = read_feed("toplu.csv", content, reader(Channel.CIMER))
    assert [m.external_reference for m in reading.messages] == ["2026-000101", "2026-000102"]
    assert [each.error for each in reading.unreadable] == [
        "row 3 of toplu.csv: nothing stands in column Başvuru No",
        "row 4 of toplu.csv: column Başvuru Tarihi: 'otuz şubat' is no date",
        "row 5 of toplu.csv: nothing stands in column Başvuru Metni",
        "row 6 of toplu.csv: column Son Cevap Tarihi: is due before it was submitted",
        "row 7 of toplu.csv: '=1+1' is no reference number",
    ]


def test_a_bad_row_is_one_entry_however_often_and_wherever_it_comes() -> None:
    content = (SAMPLES / "cimer_bad_rows.csv").read_bytes()
    moved = content.replace(b"\r\n2026-000101", b"\r\n\r\n2026-000101", 1)
    first = read_feed("a.csv", content, reader(Channel.CIMER)).unreadable
    again = read_feed("b.csv", moved, reader(Channel.CIMER)).unreadable
    assert [each.external_id for each in first] == [each.external_id for each in again]
    assert "row 4 of b.csv" in again[0].error


def test_a_bad_row_is_understood_from_its_original_once_the_mapping_fits() -> None:
    content = (SAMPLES / "cimer_bad_rows.csv").read_bytes()
    bad = read_feed("toplu.csv", content, reader(Channel.CIMER)).unreadable[1]
    mapping = read_mapping('date_formats = ["otuz şubat", "%d.%m.%Y"]', Channel.CIMER)
    assert mapping.date_formats[0] == "otuz şubat"
    settings = CONNECTORS[Channel.CIMER].settings.model_validate(
        {"mapping": '[columns]\nsubmitted_at = "Kayıt Günü"'}
    )
    [message] = FeedParser(Channel.CIMER).for_settings(settings).parse(bad.raw)
    assert (message.external_reference, message.sent_at) == ("2026-000105", None)
    assert message.headers["feed_row"] == "4"


def test_what_is_no_table_in_an_archive_stands_alone() -> None:
    content = (SAMPLES / "behak_archive.zip").read_bytes()
    reading = read_feed("gun.zip", content, reader(Channel.BEHAK))
    assert [table.name for table, _ in reading.tables] == ["gun.zip/birinci.csv", "gun.zip/ikinci.xlsx"]
    [spoilt] = reading.spoilt
    assert spoilt.error.startswith("gun.zip/oku.txt: no line names a column BEHAK No")
    assert spoilt.raw == "Bu dosya tablo değildir.".encode()


def test_a_file_without_rows_is_fine() -> None:
    reading = read_feed("bos.csv", (SAMPLES / "cimer_no_rows.csv").read_bytes(), reader(Channel.CIMER))
    assert (len(reading.items), len(reading.spoilt), len(reading.tables)) == (0, 0, 1)


def test_formulas_are_texts_and_nothing_more() -> None:
    [message] = FeedParser(Channel.CIMER).parse((SAMPLES / "cimer_formulas.xlsx").read_bytes())
    assert message.subject == "=1+1"
    assert message.text == '=HYPERLINK("http://kotu.example";"tıkla")'


def test_a_mapping_says_only_what_differs() -> None:
    text = (SAMPLES / "other_columns.toml").read_text(encoding="utf-8")
    mapping = read_mapping(text, Channel.CIMER)
    own = Reader(channel=Channel.CIMER, mapping=mapping)
    reading = read_feed("baska.csv", (SAMPLES / "cimer_other_columns.csv").read_bytes(), own)
    assert [described(message) for message in reading.messages] == [FIRST, SECOND, THIRD]
    assert {"şikayet", "dilek"} <= set(mapping.kinds)


@pytest.mark.parametrize("count", [19, 20, 21, 500])
def test_no_row_is_lost_however_many_there_are(count: int) -> None:
    lines = ["Başvuru No;Metin", *(f"2026/{n};metin {n}" for n in range(count))]
    messages = FeedParser(Channel.CIMER).parse("\n".join(lines).encode())
    assert [m.external_reference for m in messages] == [f"2026/{n}" for n in range(count)]
