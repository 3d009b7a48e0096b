"""The second worst thing this program can do is to tell somebody what is not theirs to read."""

import re
from pathlib import Path
from typing import Any

import pytest

from domain.errors import NotConfiguredError
from domain.vocabulary import CaseKind, Confidentiality, Medium, Template
from notifier.rendering import render
from tests.notifier.words import ALL, SAMPLES, everything, given

CANARY: dict[str, Any] = {name: f"kanarya{name.replace('_', '')}" for name in SAMPLES} | {
    "priority": "life_safety",
    "kind": CaseKind.COMPLAINT,
    "received_at": "2001-01-01T00:00:00+00:00",
    "due_at": "2002-02-02T00:00:00+00:00",
    "incident_since": "2003-03-03T00:00:00+00:00",
    "added": [{"text": "kanaryaadded", "received_at": "2004-04-04T00:00:00+00:00"}],
}


@pytest.mark.parametrize(
    ("template", "medium"), [(t, m) for t, m, v in ALL if v is Confidentiality.RESTRICTED]
)
def test_a_restricted_case_leaves_with_its_number_and_a_link_only(template: Template, medium: Medium) -> None:
    rendered = render(template, medium, CANARY | {"confidentiality": "restricted"})
    seen = set(re.findall(r"kanarya\w+", everything(rendered)))
    assert seen == {CANARY["number"], CANARY["case_url"]}
    for telling in ("2001", "2002", "2003", "2004", "Şikayet", "Öncelik", "Can güvenliği (acil)"):
        assert telling not in everything(rendered)


@pytest.mark.parametrize(
    ("template", "medium"), [(t, m) for t, m, v in ALL if v is Confidentiality.IDENTITY_HIDDEN]
)
def test_a_hidden_identity_is_in_no_part_of_a_units_notice(template: Template, medium: Medium) -> None:
    words = everything(render(template, medium, CANARY | {"confidentiality": "identity_hidden"}))
    for name in (
        "citizen_name",
        "citizen_contact",
        "attachments",
        "security_number",
        "subject",
        "status_url",
    ):
        assert CANARY[name] not in words
    assert CANARY["topic"] in words


def test_a_public_case_shows_the_unit_who_asks_and_how_to_answer() -> None:
    rendered = render(Template.ROUTED_TO_UNIT, Medium.EMAIL, given(Confidentiality.PUBLIC))
    for part in (rendered.text, rendered.html or ""):
        for needed in (
            "Ayşe Yılmaz",
            "+90 532 000 00 00",
            "27 Kasım 2026 Cuma, 17:00",
            "Şikayet",
            "yanıtlayarak",
        ):
            assert needed in part
        assert "123456" not in part


@pytest.mark.parametrize("value", [None, "secret", "PUBLIC", ""])
def test_a_units_notice_of_unknown_confidentiality_is_not_written(value: str | None) -> None:
    values = {n: v for n, v in SAMPLES.items() if n != "confidentiality"}
    values |= {"confidentiality": value} if value is not None else {}
    with pytest.raises(NotConfiguredError, match="confidentiality"):
        render(Template.ROUTED_TO_UNIT, Medium.EMAIL, values)


@pytest.mark.parametrize("name", ["text", "citizen_name", "place", "subject", "security_number"])
def test_no_text_of_an_operator_can_show_what_a_restricted_case_hides(name: str, tmp_path: Path) -> None:
    for part in ("txt", "html", "subject"):
        path = tmp_path / "routed_to_unit" / f"email.restricted.{part}"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{{{{ number }}}} {{{{ {name} }}}}", encoding="utf-8")
    with pytest.raises(NotConfiguredError, match=name):
        render(Template.ROUTED_TO_UNIT, Medium.EMAIL, given(Confidentiality.RESTRICTED), folder=tmp_path)
