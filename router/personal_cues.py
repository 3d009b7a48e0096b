"""What the words around a number say it is.

They are looked for in folded text, close by: `before` ends where the number begins.
"""

import re

from domain.text import fold

REACH = 40
_NUMBER_WORD = r"(?:no|nu|num|nr|id|kod\w*|nosu|nolu|numara\w*|numero)?"
_TAX_BEFORE = re.compile(r"(?:\bvergi\w*|\bvkn\b|\bv\.?\s?k\.?\s?n\b|\bv\.?\s?d\b)[^\n]{0,30}$")
_TAX_AFTER = re.compile(r"^[\s'’.,()]{0,3}(?:no ?lu|numara\w*)?\s?\(?(?:vergi|vkn)")
_IBAN_BEFORE = re.compile(r"\biban\b[^\n]{0,20}$")
_PHONE_BEFORE = re.compile(
    r"(?:\btel\w*|\bcep(?:im\w*|ten|no)?\b|\bcebim\w*|\bgsm|\birtibat\w*|\biletisim\w*|\bara(?:y|di|rsan|rsin|nabil)\w*|\bfaks|\bfax|\bwhatsapp\w*|\bwp)"
    r"[^\n]{0,24}$"
)
_OTHERS = """
abone sayac tesisat sozlesme musteri makbuz dekont fatura tahakkuk dosya evrak sicil barkod imei takip kargo
referans islem siparis bilet istanbulkart akbil basvuru kayit police ihale ruhsat seri parsel pafta ada ilan
karar esas protokol cihaz kutu pano direk durak meter
"""
_OTHER_BEFORE = re.compile(
    rf"\b(?:{'|'.join(_OTHERS.split())})\w*[\s:.,'’#-]{{0,3}}{_NUMBER_WORD}\w{{0,4}}[\s:.,'’#=-]{{0,4}}$"
)
_MEASURE_AFTER = re.compile(
    r"^\s?(?:tl|lira\w*|try|₺|\$|€|euro|usd|dolar|krs|kurus|kwh|m2|m3|m²|m³|metre\w*|kg|ton|adet|kisi)(?!\w)"
)
_GLUED = re.compile(r"[^\W\d_]+$")
_NAMES = """
tc tckn tcno tckimlik kimlik kimlikno no tel telefon telno cep cepno gsm numara numaram kart kartno vkn iban
"""
_MAY_BE_GLUED = frozenset(_NAMES.split())


class Around:
    """The folded words on either side of a number that stands from `start` to `end`."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.before = fold(text[max(0, start - REACH) : start])
        self.after = fold(text[end : end + REACH])

    @property
    def names_tax(self) -> bool:
        """Whether it is called a tax number."""
        return bool(_TAX_BEFORE.search(self.before) or _TAX_AFTER.search(self.after))

    @property
    def names_iban(self) -> bool:
        """Whether it is called an IBAN."""
        return bool(_IBAN_BEFORE.search(self.before))

    @property
    def names_phone(self) -> bool:
        """Whether somebody can be called there."""
        return bool(_PHONE_BEFORE.search(self.before))

    @property
    def names_other(self) -> bool:
        """Whether it is called the number of a subscriber, a meter, a file, a ticket or the like."""
        return bool(_OTHER_BEFORE.search(self.before))

    @property
    def is_measure(self) -> bool:
        """Whether a currency or a unit follows."""
        return bool(_MEASURE_AFTER.search(self.after))

    @property
    def is_glued(self) -> bool:
        """Whether it is the end of a word, as in a serial number; `tc10000000146` is not."""
        word = _GLUED.search(self.before)
        return word is not None and word.group() not in _MAY_BE_GLUED

    @property
    def allows_a_number(self) -> bool:
        """Whether nothing speaks against a number that somebody is known or reached by."""
        return not (self.is_measure or self.is_glued or self.names_other)
