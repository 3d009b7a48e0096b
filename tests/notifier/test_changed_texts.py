"""A deployment changes texts: single ones, and what is at fault is told by its file."""

import re
from pathlib import Path

import pytest

from domain.errors import NotConfiguredError, TextAtFaultError
from domain.vocabulary import (
    Medium,
    Template,
)
from notifier.preview import preview
from notifier.rendering import SHIPPED, render, required_values
from tests.notifier.words import SAMPLES, everything


def test_a_folder_of_the_deployment_changes_single_texts(tmp_path: Path) -> None:
    (tmp_path / "received").mkdir()
    (tmp_path / "received" / "sms.txt").write_text(
        "No: {{ number }}\n\n{{ security_number }}", encoding="utf-8"
    )
    (tmp_path / "labels.jinja").write_text(
        (SHIPPED / "labels.jinja").read_text(encoding="utf-8").replace("Beyaz Masa", "Mavi Masa"),
        encoding="utf-8",
    )
    assert render(Template.RECEIVED, Medium.SMS, SAMPLES, folder=tmp_path).text == "No: 2026-0001234-5 123456"
    assert required_values(Template.RECEIVED, Medium.SMS, folder=tmp_path) == {"number", "security_number"}
    assert "Mavi Masa" in everything(render(Template.RECEIVED, Medium.EMAIL, SAMPLES, folder=tmp_path))
    assert "Mavi" not in everything(render(Template.RECEIVED, Medium.EMAIL, SAMPLES))


@pytest.mark.parametrize(
    ("label", "text", "named"),
    [
        ("a typing error", "{{ number", "received/sms.txt"),
        ("a value there is not", "{{ nummer }}", "nummer"),
        ("a filter there is not", "{{ number|cut }}", "received/sms.txt"),
        ("a file there is not", "{% include 'none.txt' %}", "none.txt"),
        ("a way out of the sandbox", "{{ number.__class__.__mro__ }}", "received/sms.txt"),
        ("a date that is none", "{{ security_number|istanbul('y') }}", "ValueError"),
        ("a sum that is none", "{{ 1 / 0 }}", "ZeroDivisionError"),
        ("a sign too few", "\n{{ number }", "received/sms.txt cannot be used: line 2"),
        ("itself within itself", "{% include 'received/sms.txt' %}", "received/sms.txt"),
    ],
)
def test_a_broken_text_is_named_and_shows_no_value(label: str, text: str, named: str, tmp_path: Path) -> None:
    (tmp_path / "received").mkdir()
    (tmp_path / "received" / "sms.txt").write_text(text, encoding="utf-8")
    with pytest.raises(NotConfiguredError, match=re.escape(named)) as error:
        render(Template.RECEIVED, Medium.SMS, SAMPLES, folder=tmp_path)
    assert SAMPLES["security_number"] not in str(error.value), label
    with pytest.raises(NotConfiguredError):
        list(preview(tmp_path))


@pytest.mark.parametrize("text", ["{{ numara }}", "{{ number|kes }}", "{% if %}"])
def test_a_fault_is_told_by_the_file_it_is_in_not_by_those_that_include_it(text: str, tmp_path: Path) -> None:
    (tmp_path / "facts.html").write_text(text, encoding="utf-8")
    with pytest.raises(TextAtFaultError) as error:
        render(Template.RECEIVED, Medium.EMAIL, SAMPLES, folder=tmp_path)
    assert error.value.file == "facts.html"


def test_a_text_in_another_charset_is_at_fault_like_any_other(tmp_path: Path) -> None:
    (tmp_path / "received").mkdir()
    (tmp_path / "received" / "sms.txt").write_bytes("Sayın".encode("cp1254"))
    with pytest.raises(TextAtFaultError, match=re.escape("received/sms.txt")):
        render(Template.RECEIVED, Medium.SMS, SAMPLES, folder=tmp_path)
