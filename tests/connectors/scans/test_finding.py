"""The sender's particulars in a letter, where it gives them, and nobody else's."""

import pytest

from connectors.scans.finding import Found, sender_in
from domain.urn import Urn

MOBILE, LANDLINE = Urn("tel", "+905320001122"), Urn("tel", "+902125550000")
MAIL = Urn("mailto", "ornek@eposta.example")
CLOSING = "Gereğini saygılarımla arz ederim.\n\nDeniz Örnek Işık\n(imza)\n"
LABELLED = """Adı Soyadı : Deniz Örnek
Adres: Çınar Sokağı No: 5
Kadıköy / İstanbul
Cep Tel: 0 (532) 000 11 22
E-Posta: ornek@eposta.example."""
ABOUT = """ŞİKAYET EDİLEN:
Adı Soyadı: Ali Kaya
Adres: Gül Sokağı No: 7
Cep: 0532 000 11 22"""
PROSE = "Bu kişi kaldırımı masalarıyla kapatıyor ve biz yola inmek zorunda kalıyoruz."

LETTERS: list[tuple[str, str, Found]] = [
    ("nothing", "", Found()),
    ("words alone", "Park karanlık, lambalar yanmıyor.", Found()),
    ("a signature", f"Lamba yanmıyor.\n\n{CLOSING}", Found(name="Deniz Örnek Işık")),
    (
        "a closing block without labels",
        f"Lamba yanmıyor.\n\n{CLOSING}0532 000 11 22\nornek@eposta.example",
        Found(name="Deniz Örnek Işık", contacts=(MOBILE, MAIL)),
    ),
    (
        "labels",
        LABELLED,
        Found(name="Deniz Örnek", address="Çınar Sokağı No: 5\nKadıköy / İstanbul", contacts=(MOBILE, MAIL)),
    ),
    (
        "a mobile number before a landline",
        "Tel: 0212 555 00 00\nGSM: 0532 000 11 22",
        Found(contacts=(MOBILE,)),
    ),
    ("a landline", "Telefon No: (0212) 555 00 00", Found(contacts=(LANDLINE,))),
    ("an address below its label", "ADRES:\nÇınar Sokağı 5\n\nŞişli", Found(address="Çınar Sokağı 5")),
    (
        "the address of whom it goes to above one's own",
        f"BELEDİYEYE\nAdres: Liman Caddesi 1\n\nLamba yanmıyor.\n\n{CLOSING}Adres: Çınar Sokağı 5\n\nEk",
        Found(name="Deniz Örnek Işık", address="Çınar Sokağı 5"),
    ),
    ("a subject", "Konu: Sokak lambası\n\nLamba yanmıyor.", Found(subject="Sokak lambası")),
    (
        "somebody else's number in a sentence",
        f"Komşum Ali Bey’in numarası 0532 000 11 22, onu arayın.\n\n{CLOSING}",
        Found(name="Deniz Örnek Işık"),
    ),
    ("somebody else's number in a short letter", "Bu adamın numarası 0532 000 11 22 lütfen arayın", Found()),
    (
        "whom it is about, with a mobile number where the sender has a landline",
        f"ŞİKAYET EDEN: Deniz Örnek\nAdres: Çınar Sokağı 5\nTel: 0212 555 00 00\n{ABOUT}\nKONU: Gürültü\n\n"
        + CLOSING,
        Found(name="Deniz Örnek Işık", subject="Gürültü", address="Çınar Sokağı 5", contacts=(LANDLINE,)),
    ),
    (
        "whom it is about alone",
        f"{ABOUT}\nornek@eposta.example\n\n{PROSE}\n0532 000 11 22\n\nGereğini arz ederim.\nDeniz Örnek",
        Found(name="Deniz Örnek"),
    ),
    (
        "whom it is about before who wrote it",
        f"KOMŞUM: Ali Kaya\nTel: 0532 999 88 77\nBAŞVURAN\n{LABELLED}",
        Found(name="Deniz Örnek", address="Çınar Sokağı No: 5\nKadıköy / İstanbul", contacts=(MOBILE, MAIL)),
    ),
    (
        "whom it is about at its end",
        f"{LABELLED}\nKonu: Gürültü\n\nŞikayet ettiğim kişi:\nAli Kaya\nTel: 0532 999 88 77",
        Found(
            name="Deniz Örnek",
            subject="Gürültü",
            address="Çınar Sokağı No: 5\nKadıköy / İstanbul",
            contacts=(MOBILE, MAIL),
        ),
    ),
    (
        "a sentence about somebody",
        f"Komşum her gece gürültü yapıyor.\nTel: 0532 000 11 22\n\n{CLOSING}",
        Found(name="Deniz Örnek Işık", contacts=(MOBILE,)),
    ),
    ("an identity number", "T.C. Kimlik No: 10000000146\nAd Soyad: Deniz Örnek", Found(name="Deniz Örnek")),
    ("a name that is none", "Ad Soyad: 0532 000 11 22 numaralı abone", Found()),
    ("our own short number", "Telefon: 153", Found()),
    ("a mail address misread", "E-posta: ornekGeposta.example", Found()),
    ("very much of everything", "Adres: x\n" * 20_000, Found(address="x")),
]


@pytest.mark.parametrize(("label", "text", "found"), LETTERS, ids=[row[0] for row in LETTERS])
def test_the_sender_is_found_where_the_letter_tells(label: str, text: str, found: Found) -> None:
    assert sender_in(text) == found
