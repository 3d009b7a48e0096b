"""Whoever types a command wrong, or asks for help, reads Turkish: the library of commands speaks English."""

import re

import pytest

from tests.cli.conftest import Run

ENGLISH = re.compile(r"\b(the|is|not|for|of|no such|missing|option|usage|invalid|value)\b", re.IGNORECASE)
TYPES = re.compile(r"<.+?>|\{.+?\}|'[^']*'|--[a-z-]+|\S+\.\w+")
"""Names of types and of options, paths and what was typed: these are what they are."""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("bilinmez", "'bilinmez' diye bir komut yok."),
        ("model bilinmez", "'bilinmez' diye bir komut yok."),
        ("train --forse", "--forse diye bir seçenek yok. Şu olabilir: --force"),
        ("model show", "'version' değeri yazılmamış."),
        ("simulate --to 2026-11-30", "'--from' seçeneği yazılmamış."),
        ("simulate --from dün --to 2026-11-30", "'dün' bir gün değil; 2026-11-30 gibi yazın."),
        ("simulate --from 2026-11-30 --to 2026-11-29", "ilk gün son günden sonra"),
        ("review next fazla söz", "Fazla yazılmış: fazla söz"),
        ("review correct 2026-1 --topic", "'--topic' seçeneğinin değeri yazılmamış."),
        ("review correct 2026-1 --kind tuhaf", "'tuhaf' bunlardan biri değil: 'complaint', 'request'"),
        ("aside release abc", "'message' için değer uygun değil: bir sayı olmalı"),
        ("model drift --weeks 0", "en az 1 olmalı"),
        ("model drift --weeks 999", "en çok 520 olmalı"),
        ("train --json=3", "'--json' seçeneği değer almaz."),
        ("simulate --from 2026-11-29 --to 2026-11-29 --rules /", "'/' dosya değil, klasör"),
        ("evaluate x.csv --out /etc/passwd", "'/etc/passwd' klasör değil, dosya"),
    ],
)
def test_what_was_typed_wrong_is_said_in_turkish(run: Run, words: str, said: str) -> None:
    refused = run(*words.split())
    assert (refused.status, refused.out) == (2, "")
    assert refused.err.startswith("Hata: ")
    assert said in refused.err
    assert not ENGLISH.search(TYPES.sub("", refused.err)), refused.err


@pytest.mark.parametrize("words", ["", "model", "review --help", "evaluate --help", "simulate --help"])
def test_help_is_turkish(run: Run, words: str) -> None:
    shown = run(*words.split())
    assert shown.status == (0 if "--help" in words else 2)
    assert "Kullanım: " in shown.out
    assert "Bu yardımı gösterir." in shown.out
    assert not ENGLISH.search(TYPES.sub("", shown.out)), shown.out
