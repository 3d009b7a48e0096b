"""What citizens and units read: every notice by every medium, whole, short and telling nobody too much."""

import re
from pathlib import Path

import pytest

from config.taxonomy import load_taxonomy
from domain.errors import NotConfiguredError
from domain.gsm import plan
from domain.vocabulary import (
    CaseKind,
    Channel,
    Confidentiality,
    Direction,
    HealthState,
    Medium,
    Priority,
    Template,
)
from notifier.preview import preview
from notifier.rendering import MEDIA, render, required_values
from tests.notifier.words import ALL, SAMPLES, everything, given

DOCS = Path(__file__).parents[2] / "docs" / "notices.md"
Values = dict[str, str]


@pytest.mark.parametrize(("template", "medium", "variant"), ALL)
@pytest.mark.parametrize("priority", list(Priority))
def test_every_notice_has_words_for_every_medium_it_leaves_by(
    template: Template, medium: Medium, variant: Confidentiality | None, priority: Priority
) -> None:
    rendered = render(template, medium, given(variant, priority=priority))
    assert rendered.text.strip()
    assert (rendered.html is not None) is (medium is Medium.EMAIL)
    assert (rendered.subject is not None) is (medium in (Medium.EMAIL, Medium.LETTER))
    for leftover in ("{{", "}}", "{%", "None", "Undefined"):
        assert leftover not in everything(rendered)


NEEDED = [(t, m, v, name) for t, m, v in ALL for name in sorted(required_values(t, m, v))]


@pytest.mark.parametrize(("template", "medium", "variant", "name"), NEEDED)
def test_a_missing_value_fails_loudly_and_is_named(
    template: Template, medium: Medium, variant: Confidentiality | None, name: str
) -> None:
    values = given(variant)
    del values[name]
    with pytest.raises(NotConfiguredError, match=name):
        render(template, medium, values)


@pytest.mark.parametrize(("template", "medium", "variant"), ALL)
def test_a_value_that_is_not_known_is_simply_left_out(
    template: Template, medium: Medium, variant: Confidentiality | None
) -> None:
    unknown = dict.fromkeys(
        ["subject", "place", "citizen_name", "citizen_contact", "attachments", "case_url"], ""
    )
    assert render(template, medium, given(variant) | unknown).text.strip()


@pytest.mark.parametrize("state", list(HealthState))
@pytest.mark.parametrize("direction", list(Direction))
@pytest.mark.parametrize("channel", [*Channel, "a channel yet to come"])
def test_operators_read_how_a_channel_is_doing_g9(state: str, direction: str, channel: str) -> None:
    values = given(None, state=state, direction=direction, channel=channel)
    rendered = render(Template.CHANNEL_HEALTH, Medium.EMAIL, values)
    assert ("timed out" in rendered.text) is (state != "ok")
    assert "beyazmasa" in (rendered.subject or "")


def test_operators_read_since_when_an_account_is_silent_and_what_to_do() -> None:
    silent = given(
        None, state="silent", direction="inbound", channel="email", cause="2026-11-29T15:31:13+00:00"
    )
    rendered = render(Template.CHANNEL_HEALTH, Medium.EMAIL, silent)
    for words in (rendered.text, rendered.html or ""):
        assert "29 Kasım 2026 Pazar, 18:31" in words
        assert "Bir deneme mesajı gönderin" in words
        assert "T15:31" not in words
        assert "Neden" not in words


def test_a_week_without_cases_has_no_confidence_to_tell() -> None:
    values = given(None, confidence_percent="–", trained_percent="63")
    rendered = render(Template.MODEL_DRIFTS, Medium.EMAIL, values)
    assert "Ortalama güven: ölçülmedi\nEğitimdeki ortalama güven: %63\n" in rendered.text
    assert "%–" not in (rendered.html or "")


@pytest.mark.parametrize("kind", list(CaseKind))
@pytest.mark.parametrize("priority", list(Priority))
def test_every_kind_and_priority_has_a_name(kind: str, priority: str) -> None:
    values = given(Confidentiality.PUBLIC, kind=kind, priority=priority)
    text = render(Template.ROUTED_TO_UNIT, Medium.EMAIL, values).text
    assert kind not in text
    assert f"Öncelik: {priority}" not in text


def test_the_samples_are_the_values_the_notices_need_and_no_others() -> None:
    asked = set().union(*(required_values(t, m) for t, m, _ in ALL))
    assert asked == set(SAMPLES)


def test_a_notice_that_does_not_leave_by_a_medium_says_so() -> None:
    with pytest.raises(NotConfiguredError, match="opted_out has no text for email"):
        render(Template.OPTED_OUT, Medium.EMAIL, SAMPLES)


@pytest.mark.parametrize("part", ["text", "html"])
def test_the_receipt_carries_what_the_law_asks_for(part: str) -> None:
    """Circular 2004/12 to law 3071: date, registration number, subject; and both numbers and the address."""
    words = getattr(render(Template.RECEIVED, Medium.EMAIL, SAMPLES), part)
    for needed in (
        "24 Kasım 2026 Salı, 14:05",
        "2026-0001234-5",
        "Çöp toplama",
        "123456",
        SAMPLES["status_url"],
    ):
        assert needed in words


def test_the_short_receipt_carries_the_same() -> None:
    words = render(Template.RECEIVED, Medium.SMS, SAMPLES).text
    for needed in ("24.11.2026 14:05", "2026-0001234-5", "Çöp toplama", "123456", SAMPLES["status_url"]):
        assert needed in words


@pytest.mark.parametrize("template", [Template.RECEIVED, Template.MESSAGE_ADDED])
@pytest.mark.parametrize("medium", MEDIA[Template.RECEIVED])
def test_life_safety_tells_the_citizen_to_call_112(template: Template, medium: Medium) -> None:
    urgent = render(template, medium, given(None, priority="life_safety"))
    assert "112" in urgent.text
    assert "112" in (urgent.html or "112")
    assert "112" not in everything(render(template, medium, SAMPLES))


def test_life_safety_stands_in_the_subject_of_the_units_mail() -> None:
    values = given(Confidentiality.PUBLIC, priority="life_safety")
    assert (render(Template.ROUTED_TO_UNIT, Medium.EMAIL, values).subject or "").startswith("ACİL: ")


ONE_SEGMENT = [
    ("as shipped", {}),
    ("for life safety", {"priority": "life_safety", "subject": "Gaz kokusu"}),
    ("a large number", {"number": "2026-123456789-5"}),
    ("a long subject is cut", {"subject": "Mahallemizdeki parkın oyun gruplarının bakımsızlığı hakkında"}),
    ("a subject with an emoji", {"subject": "Çöp 🙏 lütfen…"}),
    ("a subject in another script", {"subject": "Проблема с водой"}),
    ("no subject", {"subject": ""}),
    (
        "a long place is cut",
        {"place": "Şehit Muhtar Mahallesi, İmam Adnan Sokağı, Beyoğlu ilçesi, kapı no 12/3"},
    ),
    (
        "handed to a body outside",
        {"forwarded": "yes", "forwarded_to": "Aile ve Sosyal Hizmetler İl Müdürlüğü"},
    ),
    (
        "handed outside, for life safety",
        {
            "forwarded": "yes",
            "forwarded_to": "Anadolu Yakası Elektrik Dağıtım A.Ş. (AYEDAŞ)",
            "priority": "life_safety",
            "subject": "Gaz kokusu",
        },
    ),
    ("the longest topic", {"topic": "Açık rögar kapağı ve çökme tehlikesi bildirimi"}),
]


@pytest.mark.parametrize(("label", "changed"), ONE_SEGMENT)
@pytest.mark.parametrize(("template", "variant"), [(t, v) for t, m, v in ALL if m is Medium.SMS])
def test_short_messages_fit_one_segment_with_the_turkish_table_s6(
    template: Template, variant: Confidentiality | None, label: str, changed: Values
) -> None:
    text = render(template, Medium.SMS, given(variant, **changed)).text
    planned = plan(text, turkish=True)
    assert (planned.segments, planned.encoding.value[:4]) == (1, "gsm7"), (label, planned.units, text)


@pytest.mark.parametrize("priority", [Priority.NORMAL, Priority.LIFE_SAFETY])
def test_no_shipped_topic_makes_a_receipt_or_an_alert_longer_than_one_segment(priority: Priority) -> None:
    long = [
        (topic.name, planned.units)
        for topic in load_taxonomy().topics.values()
        for template in (Template.RECEIVED, Template.UNIT_ALERT)
        for values in [given(Confidentiality.PUBLIC, subject=topic.name, topic=topic.name, priority=priority)]
        for planned in [plan(render(template, Medium.SMS, values).text, turkish=True)]
        if planned.segments > 1
    ]
    assert long == []


def test_values_stay_on_their_line_and_a_subject_on_one() -> None:
    hostile = given(
        Confidentiality.PUBLIC,
        topic="Çöp\r\nGizli: evet",
        citizen_name="Ayşe\nBaşvuru numarası: 1",
        place="a\nb",
    )
    rendered = render(Template.ROUTED_TO_UNIT, Medium.EMAIL, hostile)
    assert rendered.subject == "Başvuru 2026-0001234-5 – Çöp Gizli: evet"
    assert "Başvuru sahibi: Ayşe Başvuru numarası: 1\n" in rendered.text


def test_a_text_of_any_length_fits_into_a_mail() -> None:
    rendered = render(
        Template.ROUTED_TO_UNIT, Medium.EMAIL, given(Confidentiality.PUBLIC, text="çöp " * 100_000)
    )
    assert len(rendered.text) < 25_000
    assert "[…]" in rendered.text


def test_times_are_istanbuls_whatever_zone_they_come_in() -> None:
    words = render(
        Template.MESSAGE_ADDED, Medium.SMS, given(None, received_at="2026-11-24T23:30:00-05:00")
    ).text
    assert "25.11.2026 07:30" in words
    with pytest.raises(NotConfiguredError, match="ValueError"):
        render(Template.MESSAGE_ADDED, Medium.SMS, given(None, received_at="2026-11-24T23:30:00"))


def test_the_preview_shows_every_text_once_for_each_urgency() -> None:
    shown = list(preview())
    assert [(p.template, p.medium, p.variant) for p in shown[::2]] == ALL
    assert all((p.sms is not None) is (p.medium is Medium.SMS) for p in shown)


def test_the_docs_name_every_template_and_every_value() -> None:
    text = DOCS.read_text(encoding="utf-8")
    named = set(re.findall(r"`(\w+)`", text))
    assert {*map(str, Template), *SAMPLES} <= named


OUTSIDE = {"forwarded": "yes", "forwarded_to": "İl Tarım ve Orman Müdürlüğü"}


@pytest.mark.parametrize("template", [Template.RECEIVED, Template.FORWARDED])
@pytest.mark.parametrize("medium", [Medium.EMAIL, Medium.CHAT, Medium.LETTER])
def test_a_citizen_reads_which_body_a_case_was_forwarded_to(template: Template, medium: Medium) -> None:
    """Law 3071, art. 5."""
    rendered = render(template, medium, given(None, **OUTSIDE))
    assert "iletildi" in rendered.text
    assert OUTSIDE["forwarded_to"] in rendered.text
    assert OUTSIDE["forwarded_to"] in (rendered.html or rendered.text)


@pytest.mark.parametrize("template", [Template.RECEIVED, Template.FORWARDED])
def test_a_short_message_names_the_body_too_unless_others_may_read_along(template: Template) -> None:
    shown = render(template, Medium.SMS, given(None, **OUTSIDE)).text
    hidden = render(template, Medium.SMS, given(None, forwarded="yes", contact="")).text
    assert "letildi: İl Tarım" in shown
    assert "letildi." in hidden


@pytest.mark.parametrize("medium", [Medium.EMAIL, Medium.CHAT, Medium.LETTER])
def test_every_answer_reaches_the_citizen_whole_with_both_numbers(medium: Medium) -> None:
    answers = [topic.answer for topic in load_taxonomy().topics.values() if topic.answer]
    assert answers
    for answer in answers:
        text = render(Template.OUT_OF_SCOPE, medium, given(None, answer=answer)).text
        assert all(part in text for part in (answer, "2026-0001234-5", "123456"))


def test_every_shipped_contact_fits_whole_into_the_short_message() -> None:
    for topic in load_taxonomy().topics.values():
        if topic.contact:
            values = given(None, contact=topic.contact, subject="Çöp toplama")
            assert topic.contact in render(Template.FORWARDED, Medium.SMS, values).text, topic.code
            answer = render(Template.OUT_OF_SCOPE, Medium.SMS, values).text
            assert topic.contact in answer or not topic.answer, topic.code
