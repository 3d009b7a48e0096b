"""`beyazmasa notice`: what every notice says and how long it is, before and after a text is changed (S6)."""

import re
from pathlib import Path

import pytest

from cli.texts import say
from config.settings import Settings, get_settings
from domain.gsm import SmsEncoding
from domain.vocabulary import Medium
from notifier.preview import preview
from tests.cli.conftest import Run

LONG = "Başvurunuz alındı. No {{ number }}, güvenlik no {{ security_number }}. {{ status_url }} " + "x" * 60


@pytest.fixture(autouse=True)
def of_the_test(settings: Settings) -> None:
    """No setting of this machine counts, and no command here needs a server."""


def override(folder: Path, name: str, text: str | bytes) -> Path:
    """The folder, with a changed text in it."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def test_every_text_is_listed_for_both_urgencies_with_the_length_of_an_sms(run: Run) -> None:
    rows = run("notice", "list", "--json").rows
    expected = [
        (p.stem, p.template, p.medium, p.variant, p.priority, p.sms and p.sms.segments) for p in preview()
    ]
    columns = ("text", "template", "medium", "variant", "priority", "segments")
    assert [tuple(row[name] for name in columns) for row in rows] == expected
    receipt = next(row for row in rows if row["text"] == "received/sms")
    assert receipt == {
        "text": "received/sms",
        "template": "received",
        "medium": "sms",
        "variant": None,
        "priority": "normal",
        "encoding": "gsm7_turkish_single",
        "characters": 131,
        "units": 134,
        "segments": 1,
    }


def test_a_person_reads_the_list_in_turkish(run: Run) -> None:
    lines = run("notice", "list").out.splitlines()
    assert re.split(r"\s{2,}", lines[0].strip()) == [
        "Metin", "Bildirim", "Yol", "Gizlilik", "Öncelik", "Alfabe", "Karakter", "Birim", "Parça",
    ]  # fmt: skip
    alert = next(line for line in lines if line.startswith("unit_alert/sms.restricted"))
    assert re.split(r"\s{2,}", alert.strip())[:6] == [
        "unit_alert/sms.restricted", "birime acil SMS", "SMS", "gizli", "normal", "GSM-7, Türkçe tablo",
    ]  # fmt: skip
    assert len(lines) == 1 + len(list(preview()))


@pytest.mark.parametrize("value", [*(f"medium.{m}" for m in Medium), *(f"encoding.{e}" for e in SmsEncoding)])
def test_every_medium_and_alphabet_has_a_word(value: str) -> None:
    assert say(f"notice.{value}")


def test_a_changed_text_is_measured_and_the_shipped_one_stays_to_compare(run: Run, tmp_path: Path) -> None:
    folder = override(tmp_path, "received/sms.txt", LONG)
    changed = run("notice", "show", "received/sms", "--folder", folder, "--json").rows
    shipped = run("notice", "show", "received/sms", "--shipped", "--json").rows
    assert [row["segments"] for row in changed + shipped] == [2, 2, 1, 1]
    assert changed[0]["body"].endswith("x" * 60)
    assert changed[0]["characters"] == len(changed[0]["body"])


def test_the_texts_are_those_that_leave_unless_a_folder_is_named(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTICE_FOLDER", str(override(tmp_path / "used", "received/sms.txt", "Bir")))
    get_settings.cache_clear()
    draft = override(tmp_path / "draft", "received/sms.txt", "İki")
    assert "\nBir\n" in run("notice", "show", "received/sms").out
    assert "\nİki\n" in run("notice", "show", "received/sms", "--folder", draft).out
    assert "Başvurunuz alındı" in run("notice", "show", "received/sms", "--shipped").out


def test_a_notice_is_shown_whole_and_once_where_urgency_changes_nothing(run: Run) -> None:
    whole = run("notice", "show", "received").out
    assert "Konu satırı: Başvurunuz alındı: 2026-0001234-5 – Çöp toplama" in whole
    for words in (
        "Güvenlik numaranızı kimseyle paylaşmayın.",
        "<!doctype html>",
        "Kutuda: 2026-0001234-5, 123456",
    ):
        assert words in whole
    assert (
        "received/sms · alındı · SMS · can güvenliği · GSM-7, Türkçe tablo: 146 karakter, 148 birim" in whole
    )
    alert = run("notice", "show", "unit_alert/sms.public").out
    assert alert.count("ACİL can güvenliği") == 1
    assert "açık · normal, can güvenliği" in alert


SMS = "received/sms.txt"
BROKEN: list[tuple[str, str, str | bytes, str]] = [
    ("a sign too few", SMS, "\n{{ number }", "2. satır: beklenmeyen '}'"),
    ("a value there is not", SMS, "{{ numara }}", "numara diye bir değer yok"),
    ("a filter there is not", SMS, "{{ number|kes }}", "1. satır: kes diye bir süzgeç yok"),
    ("itself within itself", SMS, "{% include 'received/sms.txt' %}", "kendisini içeriyor"),
    ("another charset", SMS, "Sayın".encode("cp1254"), "UTF-8 değil"),
    ("a part of many", "facts.html", "{{ numara }}", "numara diye bir değer yok"),
    ("what fails when it is written", SMS, "{{ 1 / 0 }}", "ZeroDivisionError"),
]


@pytest.mark.parametrize(("label", "name", "text", "why"), BROKEN, ids=[r[0] for r in BROKEN])
def test_a_broken_text_ends_in_one_sentence_that_names_its_file(
    label: str, name: str, text: str | bytes, why: str, run: Run, tmp_path: Path
) -> None:
    ran = run("notice", "list", "--folder", override(tmp_path, name, text), "--json")
    assert (ran.status, ran.out, ran.err) == (1, "", f"{name} metni kullanılamıyor: {why}.\n")


def test_a_file_that_a_text_takes_in_and_that_is_not_there_is_named(run: Run, tmp_path: Path) -> None:
    folder = override(tmp_path, SMS, "{% include 'yok.txt' %}")
    ran = run("notice", "list", "--folder", folder)
    assert ran.err == "yok.txt metni kullanılamıyor: yok.txt diye bir dosya yok.\n"


def test_a_broken_text_keeps_nobody_from_looking_at_another_notice(run: Run, tmp_path: Path) -> None:
    folder = override(tmp_path, "received/sms.txt", "{{")
    assert run("notice", "show", "received", "--folder", folder).status == 1
    assert run("notice", "show", "message_added", "--folder", folder).status == 0


@pytest.mark.parametrize("name", ["yok", "received/fax", "received/", "/sms", "", "received/sms.txt"])
def test_a_name_of_nothing_is_refused(name: str, run: Run) -> None:
    ran = run("notice", "show", name)
    assert (ran.status, ran.out) == (1, "")
    assert ran.err == f"“{name}” diye bir bildirim ya da metin yok. Olanlar: beyazmasa notice list\n"


def test_a_folder_that_is_none_is_refused_rather_than_taken_for_an_empty_one(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTICE_FOLDER", str(tmp_path / "yok"))
    get_settings.cache_clear()
    assert run("notice", "list").err.startswith(f"{tmp_path / 'yok'} diye bir klasör yok")
    assert run("notice", "list", "--shipped").status == 0
    assert run("notice", "list", "--shipped", "--folder", tmp_path).status == 2
