"""A letter, and what became of it, for the tests of scans."""

from domain.urn import Urn
from pipeline.desk import Desk
from store.models import Message

LETTER = """Kadıköy Moda Caddesi'nde çöp kutuları taşıyor,
üç gündür çöpler alınmıyor. Gereğini arz ederim.

Ad Soyad: Örnek Şükrü Öğüt
Adres: Çınar Sokağı No: 12 Kadıköy
Telefon: 0532 000 11 22"""
MOBILE = Urn("tel", "+905320001122")


def messages(desk: Desk) -> list[Message]:
    with desk.uow() as uow:
        rows = [uow.messages.get(number) for number in range(1, 50)]
    return [row for row in rows if row]
