"""Answer files: what is written can be read back, in every format (P3)."""

from datetime import UTC, datetime

import pytest

from connectors.feeds.answers import Answer, packed, write_answers
from connectors.feeds.columns import FileFormat
from connectors.feeds.mapping import read_mapping
from connectors.feeds.packed import members
from connectors.feeds.reading import read_table
from domain.vocabulary import CaseState, Channel

NIGHT = datetime(2026, 11, 23, 21, 30, tzinfo=UTC)
ANSWERS = [
    Answer(reference="2026-000101", number="2026-0000001-2", state=CaseState.ASSIGNED, changed_at=NIGHT,
           unit="Atık Yönetimi Dairesi"),
    Answer(reference="2026-000102", number="2026-0000002-0", state=CaseState.RESOLVED, changed_at=NIGHT,
           unit="İETT", answer='Hat; "28" saat başı kalkar.\nİyi günler, ğüşıöç.', answered_at=NIGHT),
]  # fmt: skip
EXPECTED = [
    {"Başvuru No": "2026-000101", "Durum": "İşlemde", "İlgili Birim": "Atık Yönetimi Dairesi"},
    {
        "Başvuru No": "2026-000102",
        "Durum": "Cevaplandı",
        "Cevap": 'Hat; "28" saat başı kalkar.\nİyi günler, ğüşıöç.',
        "Cevap Tarihi": "24.11.2026 00:30:00",
        "İlgili Birim": "İETT",
    },
]
SHIPPED = read_mapping("", Channel.CIMER)


@pytest.mark.parametrize("written_as", list(FileFormat))
def test_an_answer_file_is_read_back_as_it_was_written(written_as: FileFormat) -> None:
    table = read_table("cevap", write_answers(ANSWERS, SHIPPED, written_as), SHIPPED)
    expected = EXPECTED
    if written_as is FileFormat.XML:  # names of elements hold no blanks
        expected = [{name.replace(" ", ""): text for name, text in row.items()} for row in EXPECTED]
    assert [row.cells for row in table.rows] == expected


def test_the_institution_s_own_columns_words_and_encoding_are_used() -> None:
    mapping = read_mapping(
        'encoding = "windows-1254"\n[answer_columns]\nreference = "Sayı"\nnumber = "Bizdeki"\n'
        'unit = "Birim"\n[answer_states]\nassigned = "Sevk"',
        Channel.CIMER,
    )
    content = write_answers(ANSWERS[:1], mapping, FileFormat.CSV)
    first, second, _ = content.decode("windows-1254").split("\r\n")
    assert first == "Sayı;Durum;Cevap;Cevap Tarihi;Birim;Bizdeki"
    assert second == "2026-000101;Sevk;;;Atık Yönetimi Dairesi;2026-0000001-2"


@pytest.mark.parametrize("written_as", list(FileFormat))
def test_a_text_that_looks_like_a_formula_stays_a_text(written_as: FileFormat) -> None:
    active = Answer(
        reference="2026-1", number="1", state=CaseState.RESOLVED, changed_at=NIGHT, answer="=1+1", unit="@a"
    )
    [row] = read_table("cevap", write_answers([active], SHIPPED, written_as), SHIPPED).rows
    quoted = "'" if written_as is FileFormat.CSV else ""
    assert (row.cells["Cevap"], "".join(row.cells.values()).count("'@a")) == (f"{quoted}=1+1", len(quoted))
    if written_as is FileFormat.XLSX:
        [(_, sheet)] = [
            m for m in members_of(write_answers([active], SHIPPED, written_as)) if "sheet1" in m[0]
        ]
        assert b"<f>" not in sheet


def members_of(content: bytes) -> list[tuple[str, bytes]]:
    return list(members(content))


def test_a_packed_answer_holds_the_file() -> None:
    content = write_answers(ANSWERS, SHIPPED, FileFormat.CSV)
    assert members_of(packed("cevap.csv", content)) == [("cevap.csv", content)]
    assert packed("cevap.csv", content) == packed("cevap.csv", content)


def test_what_no_line_can_hold_is_cut_or_left_out() -> None:
    odd = Answer(reference="2026-1", number="1", state=CaseState.RESOLVED, changed_at=NIGHT,
                 answer="a\x00\x0b" + "b" * 40_000)  # fmt: skip
    for written_as in FileFormat:
        [row] = read_table("cevap", write_answers([odd], SHIPPED, written_as), SHIPPED).rows
        assert len(row.cells["Cevap"]) == 32_767
