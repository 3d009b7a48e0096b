# ruff: noqa: E501  (a sample is read best on one line)
"""Replies as Turkish people's mail programs write them, and what of them is quoted (test 16; E20).

Each is the writer's own words (`|` marks none), what is quoted, and the words behind, put together.
"""

from tests.connectors.email.samples.building import Sample, mail

_OWN = "Teşekkürler, ama sorun sürüyor."
_DESK = "Beyaz Masa"
_MAIL = "beyazmasa@buyuksehir.example"
_QUOTED = "> Başvurunuz alındı.\n>\n> Numaranız: 2026-0001234-5"
_BARE = "Başvurunuz alındı.\n\nNumaranız: 2026-0001234-5"


def _reply(
    name: str, head: str, body: str = _QUOTED, *, after: str = "", own: str = _OWN, gap: str = "\n\n"
) -> Sample:
    quote = f"{head}{gap}{body}" if head else body
    text = f"{own}\n\n{quote}" + (f"\n\n{after}" if after else "")
    raw = mail("In-Reply-To: <case.2026-1.aaaaaaaaaaaaaaaa@buyuksehir.example>", body=text)
    return Sample(
        name=f"quote: {name}",
        raw=raw,
        text=text,
        quoted=[quote],
        in_reply_to="<case.2026-1.aaaaaaaaaaaaaaaa@buyuksehir.example>",
    )


def _outlook(*heads: str, before: str = "") -> str:
    return before + "\n".join(heads)


_GMAIL = f"{_DESK} <{_MAIL}>, 24 Kas 2026 Sal, 10:15 tarihinde şunu yazdı:"
_BLOCK = (
    f"Kimden: {_DESK} <{_MAIL}>", "Gönderilen: 24 Kasım 2026 Salı 10:15", "Kime: Ayşe Yılmaz <ayse@ornek.example>",
    "Konu: RE: Çöp",
)  # fmt: skip
_LONG_NAME = "İstanbul Büyükşehir Belediyesi Beyaz Masa Çözüm Merkezi"

SAMPLES = [
    _reply("Gmail, new form", _GMAIL),
    _reply("Gmail, old form", f"24 Kasım 2026 10:15 tarihinde {_DESK} <{_MAIL}> yazdı:"),
    _reply("Gmail, wrapped in the date", f"{_LONG_NAME} <{_MAIL}>, 24 Kas\n2026 Sal, 10:15 tarihinde şunu yazdı:"),
    _reply("Gmail, wrapped before the address", f"{_LONG_NAME}\n<{_MAIL}>, 24 Kas 2026 Sal, 10:15 tarihinde şunu yazdı:"),
    _reply("Gmail, wrapped over three lines", f"{_LONG_NAME}\n<{_MAIL}>, 24 Kas 2026 Sal, 10:15\ntarihinde şunu yazdı:"),
    _reply("Gmail, quoted text not marked", _GMAIL, _BARE),
    _reply("Apple Mail", f"{_DESK} <{_MAIL}> şunları yazdı (24 Kas 2026 10:15):"),
    _reply("iPhone, attribution inside the quote", "",
           f"> {_DESK} <{_MAIL}> şunları yazdı (24 Kas 2026 10:15):\n> \n> Başvurunuz alındı."),
    _reply("iPhone, signature is the writer's own", f"24 Kas 2026 tarihinde saat 10:15’te, {_DESK} <{_MAIL}> şunları yazdı:",
           own=_OWN + "\n\niPhone’umdan gönderildi"),
    _reply("Outlook, separator and header block", _outlook("-----Orijinal İleti-----", *_BLOCK), _BARE),
    _reply("Outlook, header block", _outlook(*_BLOCK), _BARE),
    _reply("Outlook on the phone, rule and header block", _outlook(
        "________________________________", _BLOCK[0], "Gönderildi: 24 Kasım 2026 Salı 10:15", _BLOCK[2],
        "Bilgi: fen@buyuksehir.example", "Konu: Ynt: Çöp"), _BARE),
    _reply("Outlook, an older separator", "-----Özgün İleti-----", _BARE, gap="\n"),
    _reply("Outlook, header block in bold", _outlook(*(f"*{h.replace(':', ':*', 1)}" for h in _BLOCK)), _BARE),
    _reply("Outlook, wrapped recipients", _outlook(
        *_BLOCK[:2], "Kime: Ayşe Yılmaz <ayse@ornek.example>;", "  ali@ornek.example", "Konu: Çöp"), _BARE),
    _reply("Yahoo", f"24 Kasım 2026 Salı 10:15:00 GMT+3 tarihinde, {_DESK} <{_MAIL}> şunları yazdı:", _BARE),
    _reply("Yahoo, indented", f"    24 Kasım 2026 Salı 10:15 tarihinde {_DESK} <{_MAIL}> şunu yazdı:  ", _BARE, gap="\n \n "),
    _reply("Thunderbird", f"24.11.2026 10:15 tarihinde {_DESK} yazdı:", gap="\n"),
    _reply("Thunderbird, English", f"On 24.11.2026 10:15, {_DESK} wrote:", gap="\n"),
    _reply("Yahoo, header block", _outlook("________________________________", _BLOCK[0], _BLOCK[2],
                                          "Gönderildiği Tarih: 24 Kasım 2026 Salı 10:15", "Ekler: foto.jpg", _BLOCK[3]), _BARE),
    _reply("a program nobody knows, before quoting lines", f"{_DESK} şöyle yazdı:", gap="\n"),
    _reply("Yandex", f'24.11.2026, 10:15, "{_DESK}" <{_MAIL}>:', _BARE, gap="\n"),
    _reply("Samsung", _outlook("-------- Orijinal mesaj --------", f"Kimden: {_DESK} <{_MAIL}>",
                              "Tarih: 24.11.2026 10:15 (GMT+03:00)", "Alıcı: ayse@ornek.example", "Konu: Çöp"), _BARE),
    _reply("Hotmail", _outlook("Date: Tue, 24 Nov 2026 10:15:00 +0300", "Subject: Çöp", f"From: {_MAIL}",
                              "To: ayse@ornek.example"), _BARE),
    _reply("Roundcube", f"24-11-2026 10:15 tarihinde, {_DESK} yazdı:", gap="\n"),
    _reply("Zimbra", _outlook("----- Orijinal Mesaj -----", f'Kimden: "{_DESK}" <{_MAIL}>', "Kime: ayse@ornek.example",
                             "Gönderilenler: 24 Kasım Salı 2026 10:15:00", "Konu: Çöp"), _BARE),
    _reply("Proton", f"On Tuesday, November 24th, 2026 at 10:15, {_DESK} <{_MAIL}> wrote:"),
    _reply("Gmail, English", f"On Tue, Nov 24, 2026 at 10:15 AM {_DESK} <{_MAIL}> wrote:"),
    _reply("Outlook, English", _outlook("-----Original Message-----", f"From: {_DESK} <{_MAIL}>",
                                       "Sent: Tuesday, November 24, 2026 10:15 AM", "To: Ayşe", "Subject: Çöp"), _BARE),
    _reply("own words behind the quote", _GMAIL, after="Ek bilgi: kutu kırık."),
    _reply("marks only", "", after="Ek bilgi: kutu kırık."),
    _reply("in capitals", "24.11.2026 10:15 TARİHİNDE BEYAZ MASA <b@buyuksehir.example> YAZDI:"),
    Sample(
        name="quote: answers between the lines",
        raw=mail(body=f"{_GMAIL}\n\n> Hangi sokak?\n\nModa Caddesi.\n\n> Ne zamandır?\n\nÜç gün."),
        text=f"{_GMAIL}\n\n> Hangi sokak?\n\nModa Caddesi.\n\n> Ne zamandır?\n\nÜç gün.",
        quoted=[f"{_GMAIL}\n\n> Hangi sokak?", "> Ne zamandır?"],
    ),
]  # fmt: skip


def _kept(name: str, text: str, *headers: str, subject: str | None = None) -> Sample:
    """A text that only looks as if it quoted something."""
    sample = Sample(name=f"no quote: {name}", raw=mail(*headers, body=text), text=text)
    return sample if subject is None else Sample(name=sample.name, raw=sample.raw, text=text, subject=subject)


SAMPLES += [
    _kept("somebody is said to have written", "Müdür bana 15.10.2026 tarihinde şunu yazdı:\nGelin, bakalım."),
    _kept("a petition with a head", "Konu: Çöp\nTarih: 24.11.2026\nGönderen: Ayşe Yılmaz\n\nSayın yetkili, çöp var."),
    _kept("a mail that begins with a header block", "\n".join((*_BLOCK, "", _BARE))),
    _kept("a forward by Gmail", "Bilginize.\n\n---------- Yönlendirilen ileti ---------\n" + "\n".join((*_BLOCK, "", _BARE))),
    _kept("a forward by Apple Mail", "Bilginize.\n\nİletilmiş ileti başlangıcı:\n\n> Kimden: Ali <ali@ornek.example>\n> Konu: Yol\n> \n> Yol bozuk."),
    _kept("a forward inside quoting lines", "Bilginize.\n\n> Begin forwarded message:\n> \n> Yol bozuk."),
    _kept("a forward by Outlook", "Bilginize.\n\n" + "\n".join((*_BLOCK, "", _BARE)), "Subject: İLT: Çöp", subject="İLT: Çöp"),
    _kept("a signature", "Su kesik.\n\n-- \nAyşe Yılmaz\nModa Cad. 5\nTel: 0532 000 00 00"),
    _kept("a line of dashes", "Su kesik.\n----------\nYol bozuk."),
]  # fmt: skip
