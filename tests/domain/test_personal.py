"""How personal data looks to whoever need not know it, and to whom it is shown."""

import pytest

from config.taxonomy_check import NEEDED
from domain.personal import NEEDED_AS, PersonalSpan, mask, may_be_seen, without_names
from domain.vocabulary import Confidentiality, PersonalData

MASKED = [
    (PersonalData.IDENTITY_NUMBER, "10000000146", "*********46"),
    (PersonalData.IDENTITY_NUMBER, "100 000 001 46", "*** *** *** 46"),
    (PersonalData.TAX_NUMBER, "1234567890", "********90"),
    (PersonalData.PASSPORT, "U 12345678", "* ******78"),
    (PersonalData.IBAN, "TR33 0006 1005 1978 6457 8413 26", "TR** **** **** **** **** **13 26"),
    (PersonalData.CARD, "4111-1111-1111-1111", "****-****-****-1111"),
    (PersonalData.PHONE, "+90 (532) 123 45 67", "+** (***) *** ** 67"),
    (PersonalData.PHONE, "444 1 453", "*** * *53"),
    (PersonalData.EMAIL, "ayse.yilmaz@eposta.com.tr", "a***.******@******.***.tr"),
    (PersonalData.EMAIL, "ali @ eposta.com", "a** @ ******.com"),
    (PersonalData.PLATE, "34 ABC 123", "34 *** *23"),
    (PersonalData.PLATE, "34T1234", "34***34"),
    (PersonalData.SECURITY_NUMBER, "123 456", "*** ***"),
]


@pytest.mark.parametrize(("kind", "value", "masked"), MASKED)
def test_enough_is_kept_to_tell_two_values_apart(kind: PersonalData, value: str, masked: str) -> None:
    text = f"Bu {value}'dir."
    assert mask(text, [PersonalSpan(kind, 3, 3 + len(value))]) == f"Bu {masked}'dir."


def test_only_what_may_not_be_seen_is_masked() -> None:
    spans = [PersonalSpan(PersonalData.PLATE, 0, 10), PersonalSpan(PersonalData.PHONE, 14, 28)]
    text = "34 ABC 123 ve 0532 123 45 67"
    assert mask(text, spans, seen={PersonalData.PLATE}) == "34 ABC 123 ve **** *** ** 67"
    assert mask(text, spans, seen=set(PersonalData)) == text


def test_a_security_number_is_shown_to_nobody() -> None:
    span = PersonalSpan(PersonalData.SECURITY_NUMBER, 4, 10)
    assert mask("No: 123456.", [span], seen=set(PersonalData)) == "No: ******."


def test_a_file_name_is_masked_with_a_sign_that_every_system_takes() -> None:
    assert mask("tc_10000000146.pdf", [PersonalSpan(PersonalData.IDENTITY_NUMBER, 3, 14)], sign="x") == (
        "tc_xxxxxxxxx46.pdf"
    )


EVERYTHING = sorted(NEEDED)
SEEN = [
    ([], Confidentiality.PUBLIC, set()),
    (["place", "photo"], Confidentiality.PUBLIC, set()),
    (["phone"], Confidentiality.PUBLIC, {"phone"}),
    (["plate"], Confidentiality.PUBLIC, {"plate"}),
    (["identity_number"], Confidentiality.PUBLIC, {"identity_number", "tax_number", "passport"}),
    (
        EVERYTHING,
        Confidentiality.PUBLIC,
        {"phone", "plate", "identity_number", "tax_number", "passport"},
    ),
    (EVERYTHING, Confidentiality.IDENTITY_HIDDEN, {"plate"}),
    (["phone"], Confidentiality.IDENTITY_HIDDEN, set()),
    (EVERYTHING, Confidentiality.RESTRICTED, set()),
]


@pytest.mark.parametrize(("needed", "confidentiality", "seen"), SEEN)
def test_a_unit_sees_what_its_topic_needs_and_no_contact_of_a_hidden_identity(
    needed: list[str], confidentiality: Confidentiality, seen: set[str]
) -> None:
    assert may_be_seen(needed, confidentiality) == seen


def test_topics_can_name_every_need_that_shows_something() -> None:
    assert set(NEEDED_AS.values()) <= NEEDED


NAMED = [
    ("Saygılarımla,\nAyşe Yılmaz", "Saygılarımla,\n**** ******"),
    ("AYŞE NUR YILMAZ'ın şikayeti", "**** *** ******'ın şikayeti"),
    ("Adım Yılmaz, Ayşe Nur", "Adım ******, **** ***"),
    ("A. Yılmaz 0532", "*. ****** 0532"),
    ("Teşekkürler\nayse\n", "Teşekkürler\n****\n"),
    ("Ayşe Hanım durağında yılmaz bir kedi", "Ayşe Hanım durağında yılmaz bir kedi"),
    ("a nokta n", "a nokta n"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "left"), NAMED)
def test_a_name_is_taken_out_where_it_cannot_be_another_word(text: str, left: str) -> None:
    assert without_names(text, ["Ayşe Nur Yılmaz"]) == left
    assert without_names(text, ["", "153"]) == text
