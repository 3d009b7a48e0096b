"""What units write back: commands are obeyed, prose is only guessed at, doubt is never certain."""

import pytest

from config.unit_replies import load_reply_words
from domain.vocabulary import UnitReplyKind
from router.unit_replies import read_unit_reply, unit_meant

DONE, BACK, MORE = UnitReplyKind.RESOLVED, UnitReplyKind.RETURNED, UnitReplyKind.EXTENSION
NOTE, OURS = UnitReplyKind.NOTE, UnitReplyKind.ACCEPTED

ANSWERS = [
    ("ÇÖZÜLDÜ Çukur kapatıldı.", "Çukur kapatıldı."),
    ("ÇÖZÜLDÜ: Çukur kapatıldı.", "Çukur kapatıldı."),
    ("ÇÖZÜLDÜ\nÇukur kapatıldı.\nYol açıktır.", "Çukur kapatıldı.\nYol açıktır."),
    ("ÇÖZÜLDÜ\n\n\nÇukur kapatıldı.", "Çukur kapatıldı."),
    ("COZULDU Cukur kapatildi.", "Cukur kapatildi."),
    ("Çözüldü. Çukur kapatıldı.", "Çukur kapatıldı."),
    ("çözüldü - çukur kapatıldı", "çukur kapatıldı"),
    ("çözüldü;çukur kapatıldı", "çukur kapatıldı"),
    ("[ÇÖZÜLDÜ] Çukur kapatıldı.", "Çukur kapatıldı."),
    ("*ÇÖZÜLDÜ* Çukur kapatıldı.", "Çukur kapatıldı."),
    ("“ÇÖZÜLDÜ” Çukur kapatıldı.", "Çukur kapatıldı."),
    ("ÇÖZÜLDÜ!!! Çukur kapatıldı.", "Çukur kapatıldı."),
    ("  ÇÖZÜLDÜ\t–\tÇukur kapatıldı.", "Çukur kapatıldı."),
    ("C\u0327O\u0308ZU\u0308LDU\u0308 Çukur kapatıldı.", "Çukur kapatıldı."),
    ("Merhaba,\nÇÖZÜLDÜ Çukur kapatıldı.", "Çukur kapatıldı."),
    ("Sayın Yetkili,\n\nİyi günler.\nÇÖZÜLDÜ Çukur kapatıldı.", "Çukur kapatıldı."),
    ("Merhaba, ÇÖZÜLDÜ: Çukur kapatıldı.", "Çukur kapatıldı."),
    ("Durum: ÇÖZÜLDÜ, çukur kapatıldı.", "çukur kapatıldı."),
    ("TAMAMLANDI Çukur kapatıldı.", "Çukur kapatıldı."),
    ("GİDERİLDİ: Arıza", "Arıza"),
    ("SONUÇLANDI\r\nÇukur kapatıldı.\r\n", "Çukur kapatıldı."),
    ("ÇÖZÜLDÜ Kapatıldı.\nSaygılarımızla,\nYol Bakım\nDahili 1234", "Kapatıldı."),
    ("ÇÖZÜLDÜ Kapatıldı.\n--\nYol Bakım", "Kapatıldı."),
    ("ÇÖZÜLDÜ Kapatıldı.\n> İADE\n> eski yazı", "Kapatıldı."),
]


@pytest.mark.parametrize(("text", "answer"), ANSWERS)
def test_a_case_is_solved_by_a_command_with_an_answer(text: str, answer: str) -> None:
    said = read_unit_reply(text, load_reply_words())
    assert (said.kind, said.sure, said.text) == (DONE, True, answer)


RETURNS = [
    ("İADE", "", ""),
    ("IADE", "", ""),
    ("iade.", "", ""),
    ("İADE İSKİ", "İSKİ", ""),
    ("İade: İSKİ Kanal ve Atıksu İşletme", "İSKİ Kanal ve Atıksu İşletme", ""),
    ("iade iski", "iski", ""),
    ("İADE <iski-kanal>", "<iski-kanal>", ""),
    ("İADE İSKİ, atık su hattı onlarındır", "İSKİ", "atık su hattı onlarındır"),
    ("İADE İSKİ - hat onlarındır", "İSKİ", "hat onlarındır"),
    ("İADE İSKİ\nHat onlarındır.", "İSKİ", "Hat onlarındır."),
    ("Lütfen İADE", "", ""),
    ("İADE EDİYORUZ: İSKİ", "İSKİ", ""),
]


@pytest.mark.parametrize(("text", "unit", "reason"), RETURNS)
def test_a_case_is_returned_with_the_unit_that_is_proposed(text: str, unit: str, reason: str) -> None:
    said = read_unit_reply(text, load_reply_words())
    assert (said.kind, said.sure, said.unit, said.text) == (BACK, True, unit, reason)


EXTENSIONS = [
    ("EK SÜRE 5 gün", 5, False),
    ("EK SÜRE: 5", 5, False),
    ("ek sure 5 gun", 5, False),
    ("Ek süre 5 iş günü rica ederiz.", 5, True),
    ("EK SÜRE beş gün", 5, False),
    ("EK SÜRE on beş gün", 15, False),
    ("EK SÜRE 2 hafta", 14, False),
    ("EK SÜRE 1 ay", 30, False),
    ("EK SÜRE 10 günlük", 10, False),
    ("EK SÜRE 3 iş günlük", 3, True),
    ("EK SÜRE 5gün", 5, False),
    ("EK SÜRE talebi: 10 gün\nMalzeme bekleniyor.", 10, False),
    ("Sayın yetkili, EK SÜRE (3 gün)", 3, False),
]


@pytest.mark.parametrize(("text", "days", "working"), EXTENSIONS)
def test_more_time_is_asked_for_in_days(text: str, days: int, working: bool) -> None:
    said = read_unit_reply(text, load_reply_words())
    assert (said.kind, said.sure, said.days, said.working) == (MORE, True, days, working)


OTHERS = [
    ("KABUL", OURS, ""),
    ("Kabul.", OURS, ""),
    ("kabul ediyoruz", OURS, ""),
    ("KABUL EDİLMİŞTİR.", OURS, ""),
    ("KABUL\nYarın bakılacak.", OURS, "Yarın bakılacak."),
    ("NOT Malzeme bekleniyor.", NOTE, "Malzeme bekleniyor."),
    ("Not: malzeme bekleniyor", NOTE, "malzeme bekleniyor"),
    ("BİLGİ NOTU\nMalzeme bekleniyor.", NOTE, "Malzeme bekleniyor."),
]


@pytest.mark.parametrize(("text", "kind", "left"), OTHERS)
def test_a_case_is_accepted_or_noted(text: str, kind: UnitReplyKind, left: str) -> None:
    said = read_unit_reply(text, load_reply_words())
    assert (said.kind, said.sure, said.text) == (kind, True, left)


UNSURE = [
    ("", None),
    (">  ÇÖZÜLDÜ", None),
    ("Teşekkürler", None),
    ("Konu incelenmektedir.", None),
    ("Vatandaş ÇÖZÜLDÜ yazmamızı istedi", DONE),
    ("ÇÖZÜLDÜ", DONE),
    ("çözüldü çukur kapatıldı", DONE),
    ("ÇÖZÜLDÜ MÜ?", DONE),
    ("ÇÖZÜLDÜ?", DONE),
    ("Çözüldü sanıyoruz ama emin değiliz", DONE),
    ("ÇÖZÜLDÜ denildi fakat yerinde bakılmadı", DONE),
    ("ÇÖZÜLDÜ Kapatıldı.\nİADE", DONE),
    ("Sorun giderildi.", DONE),
    ("Ekiplerimizce arıza giderilmiştir.", DONE),
    ("Arıza henüz giderildi sayılmaz", DONE),
    ("Bizim görev alanımızda değil", BACK),
    ("Konu birimimizin görev ve yetki alanı dışındadır; ilgili birime yönlendirilmesi uygundur.", BACK),
    ("İade edilecek bir durum yok", None),
    ("Ekiplerimiz yarın gelecek", OURS),
    ("Talep programa alınmıştır.", OURS),
    ("KABUL etmiyoruz", None),
    ("Kabul edilemez", None),
    ("KABUL EDEMİYORUZ", None),
    ("KABUL EDİLMEMEKTEDİR.", None),
    ("KABUL EDİLMEYECEKTİR", None),
    ("EK SÜRE", MORE),
    ("EK SÜRE 0 gün", MORE),
    ("EK SÜRE 900 gün", MORE),
    ("EK SÜRE 3 veya 5 gün", MORE),
    ("EK SÜRE 48 saat", MORE),
    ("EK SÜRE 12 Aralık'a kadar", MORE),
    ("EK SÜRE 3 ayrı ekip gerekiyor", MORE),
    ("5 gün ek süre rica ederiz", MORE),
    ("NOT", NOTE),
]


@pytest.mark.parametrize(("text", "kind"), UNSURE)
def test_what_is_doubtful_is_never_certain(text: str, kind: UnitReplyKind | None) -> None:
    said = read_unit_reply(text, load_reply_words())
    assert (said.kind, said.sure) == (kind, False)
    assert 0 <= said.confidence <= 1


def test_plain_words_are_the_surer_the_less_they_contradict_themselves() -> None:
    texts = (
        "Sorun giderildi.",
        "Arıza henüz giderildi sayılmaz",
        "Ekiplerimiz giderildi dedi, ek süre gerek",
    )
    found = [read_unit_reply(text, load_reply_words()).confidence for text in texts]
    assert found[0] > found[1] >= found[2]


NAMES = [
    ("iski", "İSKİ Genel Müdürlüğü"),
    ("iski-kanal", "İSKİ Kanal ve Atıksu İşletme"),
    ("igdas-acil", "İGDAŞ Acil Müdahale (Doğal Gaz 187)"),
    ("kadikoy", "Kadıköy Belediyesi"),
]
MEANT = [
    ("İSKİ", "iski"),
    ("iski kanal", "iski-kanal"),
    ("<iski-kanal>", "iski-kanal"),
    ("İSKİ Kanal ve Atıksu İşletme", "iski-kanal"),
    ("Doğal Gaz 187", "igdas-acil"),
    ("igdaş acil müdahale", "igdas-acil"),
    ("KADIKÖY BELEDİYESİ", "kadikoy"),
    ("Kadıköy Belediyesi Fen İşleri", None),
    ("su idaresi", None),
    ("", None),
]


@pytest.mark.parametrize(("told", "code"), MEANT)
def test_a_unit_is_meant_by_its_exact_name_only(told: str, code: str | None) -> None:
    assert unit_meant(told, NAMES) == code
