"""Papers as PDF: what stands on them, and that values are never markup."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from domain.errors import NotConfiguredError
from notifier.pdf import SHIPPED, render_pdf

TURKISH = "Ğ ğ Ü ü Ş ş İ ı Ö ö Ç ç â î û"
LETTER: dict[str, Any] = {
    "date": "24 Kasım 2026",
    "recipient": ["Örnek Vatandaş", "Örnek Sokağı No: 5", "34710 Kadıköy / İstanbul"],
    "subject": "Başvurunuz alındı: 2026-0001234-5",
    "paragraphs": ["Sayın başvuru sahibi,", TURKISH],
    "number": "2026-0001234-5",
    "security_number": "123456",
}
SLIP: dict[str, Any] = {
    "number": "2026-0001234-5",
    "security_number": "123456",
    "received_at": "24 Kasım 2026 Salı, 14:05",
    "topic": "Çöp toplama",
    "place": "Örnek Sokağı, Kadıköy",
    "status_url": "https://beyazmasa.buyuksehir.example/durum",
}
HOSTILE = (
    '#panic("x")',
    '#read("/etc/passwd")',
    "*kalın* _eğik_ $x^2$ `kod` <etiket> @atıf \\ // yorum",
    '"); panic("',
    "[ ] { } # \\u{1F600}",
    "<script>alert(1)</script>",
)


def pages(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    return [page.get_textpage().get_text_range() for page in document]


def words(pdf: bytes) -> str:
    return " ".join(" ".join(pages(pdf)).split())


@pytest.mark.parametrize(("name", "values"), [("letter", LETTER), ("slip", SLIP)], ids=["letter", "slip"])
def test_a_paper_shows_all_it_is_given(name: str, values: dict[str, Any]) -> None:
    shown = words(render_pdf(name, values)).replace(" ", "")
    for value in values.values():
        for text in [value] if isinstance(value, str) else value:
            assert text.replace(" ", "") in shown, text


@pytest.mark.parametrize("hostile", HOSTILE, ids=[str(n) for n in range(len(HOSTILE))])
def test_what_looks_like_markup_is_printed_as_it_is(hostile: str) -> None:
    values = {**LETTER, "subject": hostile, "paragraphs": [hostile], "recipient": [hostile]}
    shown = words(render_pdf("letter", values)).replace(" ", "")
    assert shown.count(hostile.replace(" ", "")) == 3


def test_the_address_stands_in_the_envelopes_window() -> None:
    page = pypdfium2.PdfDocument(render_pdf("letter", LETTER))[0]
    search = page.get_textpage().search("Örnek Vatandaş")
    index, _ = search.get_next()
    left, _, _, top = page.get_textpage().get_charbox(index)
    mm = 72 / 25.4
    assert 20 <= left / mm <= 105
    assert 45 <= (page.get_height() - top) / mm <= 90


def test_without_numbers_no_box_of_numbers_stands_there() -> None:
    shown = words(render_pdf("letter", {**LETTER, "number": "", "security_number": ""}))
    assert "Başvuru numarası" not in shown
    assert "Güvenlik numarası" not in shown


def test_the_same_values_give_the_same_bytes_from_many_threads() -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(
            pool.map(lambda n: (n % 4, render_pdf("slip", {**SLIP, "topic": f"Konu {n % 4}"})), range(40))
        )
    assert len({pdf for _, pdf in made}) == 4
    assert all(f"Konu {n}" in words(pdf) for n, pdf in made[:8])


def test_a_very_long_text_takes_pages_and_ends() -> None:
    made = pages(render_pdf("letter", {**LETTER, "paragraphs": ["uzun metin " * 100_000]}))
    assert 2 <= len(made) <= 12


def test_no_missing_letter_leaves_a_box() -> None:
    assert "�" not in words(render_pdf("letter", LETTER))


def test_shipped_papers_ask_for_no_package_from_the_network() -> None:
    for paper in SHIPPED.glob("*.typ"):
        assert "@preview" not in paper.read_text(encoding="utf-8"), paper.name


@pytest.mark.parametrize("name", ["nothing", "../pdf/letter", ""])
def test_a_paper_that_does_not_exist_is_refused(name: str) -> None:
    with pytest.raises(NotConfiguredError, match="there is no paper"):
        render_pdf(name, LETTER)


def test_a_faulty_paper_of_the_deployment_is_named_without_what_it_was_given(tmp_path: Path) -> None:
    (tmp_path / "pdf").mkdir()
    (tmp_path / "pdf" / "letter.typ").write_text("#panic(json(bytes(sys.inputs.values)).number)")
    with pytest.raises(NotConfiguredError, match=r"letter\.typ cannot be set") as raised:
        render_pdf("letter", LETTER, folder=tmp_path)
    assert "2026-0001234-5" not in str(raised.value)


def test_a_deployments_own_paper_takes_the_shipped_ones_place(tmp_path: Path) -> None:
    (tmp_path / "pdf").mkdir()
    (tmp_path / "pdf" / "slip.typ").write_text("Özel fiş #json(bytes(sys.inputs.values)).number")
    assert words(render_pdf("slip", SLIP, folder=tmp_path)) == "Özel fiş 2026-0001234-5"
