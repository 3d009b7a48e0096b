"""What a visitor of the chat means by a line, and the addresses that stand in one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.chat import chat_texts
from domain.chat_contacts import find_contacts, own_contacts
from domain.chat_intents import Intent, intent_of
from domain.vocabulary import ChatQuestion

Q, I = ChatQuestion, Intent  # noqa: E741 - read as tables
MEANT: list[tuple[str, ChatQuestion | None, Intent]] = [
    ("Merhaba", Q.WHAT, I.GREETING),
    ("İYİ GÜNLER", Q.WHAT, I.GREETING),
    ("iyi günler", Q.CONFIRM, I.FINISH),
    ("EVET", Q.CONFIRM, I.YES),
    ("evet.", Q.CONFIRM, I.YES),
    ("HAYIR", Q.CONFIRM, I.NO),
    ("hayir", Q.CONFIRM, I.NO),
    ("yok", Q.PLACE, I.SKIP),
    ("yok", Q.CONTACT, I.SKIP),
    ("Yok.", Q.CONFIRM, I.FINISH),
    ("yok, teşekkürler", Q.CONFIRM, I.FINISH),
    ("lütfen kaydedin", Q.CONFIRM, I.YES),
    ("...", Q.PLACE, I.SKIP),
    ("Teşekkür ederim", Q.CONFIRM, I.FINISH),
    ("tesekkurler", Q.CONFIRM, I.FINISH),
    ("Temsilci", Q.WHAT, I.PERSON),
    ("TEMSİLCİYE BAĞLANMAK İSTİYORUM", Q.WHAT, I.PERSON),
    ("bir insanla konuşabilir miyim", Q.PLACE, I.PERSON),
    ("canlı destek", None, I.PERSON),
    ("Temsilciniz dün bana yanlış bilgi verdi, düzeltilmesini istiyorum artık", Q.WHAT, I.TELLS),
    ("yolda çukur var", Q.WHAT, I.TELLS),
    ("evet kapım kırıldı", Q.CONFIRM, I.TELLS),
    ("123", Q.CONTACT, I.TELLS),
    ("مرحبا", Q.WHAT, I.TELLS),
]


@pytest.mark.parametrize(("text", "asked", "intent"), MEANT, ids=[row[0] for row in MEANT])
def test_a_line_means_what_people_mean_by_it(text: str, asked: ChatQuestion | None, intent: Intent) -> None:
    assert intent_of(text, chat_texts().phrases, asked) is intent


@given(st.text(max_size=200), st.sampled_from([None, *ChatQuestion]))
def test_every_line_means_something(text: str, asked: ChatQuestion | None) -> None:
    assert intent_of(text, chat_texts().phrases, asked) in Intent


CONTACTS = [
    ("beni 0532 123 45 67'den arayın", ["tel:+905321234567"]),
    ("905321234567", ["tel:+905321234567"]),
    ("5321234567", ["tel:+905321234567"]),
    ("+90 (212) 555 11 22", ["tel:+902125551122"]),
    ("ayse@Posta.example.", ["mailto:ayse@posta.example"]),
    ("ayse@posta.example veya 0532 123 45 67", ["tel:+905321234567", "mailto:ayse@posta.example"]),
    ("5321234567@posta.example", ["mailto:5321234567@posta.example"]),
    ("2026-0001234-5 numaralı başvurum", []),
    ("12.11.2026 saat 14:30, kapı no 34710", []),
    ("a@b", []),
    ("yok", []),
]


@pytest.mark.parametrize(("text", "found"), CONTACTS, ids=[text for text, _ in CONTACTS])
def test_addresses_are_found_wherever_they_stand(text: str, found: list[str]) -> None:
    assert list(map(str, find_contacts(text))) == found


MINE, OTHERS = ["tel:+905321234567"], list[str]()
OWN: list[tuple[str, ChatQuestion | None, list[str]]] = [
    ("0532 123 45 67", Q.CONTACT, MINE),
    ("beni 0532 123 45 67'den arayın", Q.CONTACT, MINE),
    ("yolda çukur var, telefonum 0532 123 45 67", Q.WHAT, MINE),
    ("YOLDA ÇUKUR VAR. NUMARAM: 0532 123 45 67.", Q.PLACE, MINE),
    ("E-POSTAM ayse@posta.example", Q.CONFIRM, ["mailto:ayse@posta.example"]),
    ("0532 123 45 67", None, MINE),
    ("beni tehdit eden 0532 123 45 67 numaralı kişi", Q.WHAT, OTHERS),
    ("arayan numara 0532 123 45 67", Q.PLACE, OTHERS),
    ("arayan numara 0532 123 45 67", None, OTHERS),
    ("0532 123 45 67", Q.CONFIRM, OTHERS),
    ("telefonumu 0532 123 45 67 çaldı", Q.WHAT, OTHERS),
    ("tabelada bilgi@dukkan.example yazıyor", Q.WHAT, OTHERS),
]


@pytest.mark.parametrize(("text", "asked", "found"), OWN, ids=[f"{text} ({asked})" for text, asked, _ in OWN])
def test_an_address_is_the_visitors_where_they_say_so(
    text: str, asked: ChatQuestion | None, found: list[str]
) -> None:
    assert list(map(str, own_contacts([(text, asked)]))) == found


@given(st.text(max_size=500), st.sampled_from([None, *ChatQuestion]))
def test_no_text_breaks_the_search(text: str, asked: ChatQuestion | None) -> None:
    assert set(own_contacts([(text, asked)])) <= set(find_contacts(text))
