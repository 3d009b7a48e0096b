# ruff: noqa: E501  (a sample is read best on one line)
"""Replies that come as HTML only: what their markup quotes, and what their words do (test 16; E20)."""

from tests.connectors.email.samples.building import Sample, mail


def _reply(name: str, markup: str, text: str, *quoted: str) -> Sample:
    raw = mail("Content-Type: text/html; charset=utf-8", "Content-Transfer-Encoding: 8bit", body=markup)
    return Sample(name=f"HTML quote: {name}", raw=raw, text=text, html=markup + "\n", quoted=quoted)


_GMAIL = "Beyaz Masa &lt;<a href='mailto:b@buyuksehir.example'>b@buyuksehir.example</a>&gt;, 24 Kas 2026 Sal, 10:15"
_GMAIL_TEXT = "Beyaz Masa <b@buyuksehir.example>, 24 Kas 2026 Sal, 10:15 tarihinde şunu yazdı:"
_OUTLOOK = (
    "<b>Kimden:</b> Beyaz Masa &lt;b@buyuksehir.example&gt;<br><b>Gönderilen:</b> 24 Kasım 2026 Salı 10:15<br>"
    "<b>Kime:</b> Ayşe &lt;ayse@ornek.example&gt;<br><b>Konu:</b> Çöp"
)
_OUTLOOK_TEXT = (
    "Kimden: Beyaz Masa <b@buyuksehir.example>\nGönderilen: 24 Kasım 2026 Salı 10:15\n"
    "Kime: Ayşe <ayse@ornek.example>\nKonu: Çöp"
)
SAMPLES = [
    _reply(
        "Gmail",
        f'<div dir="ltr">Sorun sürüyor.</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">{_GMAIL}'
        ' tarihinde şunu yazdı:<br></div><blockquote class="gmail_quote"><p>Başvurunuz alındı.</p><p>Numara: 1</p>'
        "</blockquote></div>",
        f"Sorun sürüyor.\n\n{_GMAIL_TEXT}\n\nBaşvurunuz alındı.\n\nNumara: 1",
        f"{_GMAIL_TEXT}\n\nBaşvurunuz alındı.\n\nNumara: 1",
    ),
    _reply(
        "Apple Mail, own words behind",
        '<div>Sorun sürüyor.</div><div><br><blockquote type="cite"><div>24 Kas 2026 10:15 tarihinde Beyaz Masa '
        "şunları yazdı:</div><div>Başvurunuz alındı.</div></blockquote></div><div>Ayşe</div>",
        "Sorun sürüyor.\n\n24 Kas 2026 10:15 tarihinde Beyaz Masa şunları yazdı:\nBaşvurunuz alındı.\n\nAyşe",
        "24 Kas 2026 10:15 tarihinde Beyaz Masa şunları yazdı:\nBaşvurunuz alındı.",
    ),
    _reply(
        "Outlook",
        f"<p class=MsoNormal>Sorun sürüyor.</p><div style='border-top:solid'><p class=MsoNormal>{_OUTLOOK}</p></div>"
        "<p class=MsoNormal>&nbsp;</p><p class=MsoNormal>Başvurunuz alındı.</p>",
        f"Sorun sürüyor.\n{_OUTLOOK_TEXT}\n\nBaşvurunuz alındı.",
        f"{_OUTLOOK_TEXT}\n\nBaşvurunuz alındı.",
    ),
    _reply(
        "Outlook on the web, behind a rule",
        f'<div>Sorun sürüyor.</div><hr tabindex="-1"><div id="divRplyFwdMsg">{_OUTLOOK}</div><div>Başvurunuz alındı.</div>',
        f"Sorun sürüyor.\n----------\n{_OUTLOOK_TEXT}\nBaşvurunuz alındı.",
        f"----------\n{_OUTLOOK_TEXT}\nBaşvurunuz alındı.",
    ),
    _reply(
        "Yahoo",
        '<div>Sorun sürüyor.</div><div class="yahoo_quoted"><div>24 Kasım 2026 Salı 10:15:00 GMT+3 tarihinde, Beyaz Masa'
        " &lt;b@buyuksehir.example&gt; şunları yazdı: </div><div>Başvurunuz alındı.</div></div>",
        "Sorun sürüyor.\n24 Kasım 2026 Salı 10:15:00 GMT+3 tarihinde, Beyaz Masa <b@buyuksehir.example> şunları yazdı:"
        "\nBaşvurunuz alındı.",
        "24 Kasım 2026 Salı 10:15:00 GMT+3 tarihinde, Beyaz Masa <b@buyuksehir.example> şunları yazdı:"
        "\nBaşvurunuz alındı.",
    ),
    _reply(
        "Thunderbird, answers between the lines",
        '<div class="moz-cite-prefix">24.11.2026 10:15 tarihinde Beyaz Masa yazdı:<br></div><blockquote type="cite">'
        'Hangi sokak?</blockquote>Moda Caddesi.<blockquote type="cite">Ne zamandır?</blockquote>Üç gün.',
        "24.11.2026 10:15 tarihinde Beyaz Masa yazdı:\n\nHangi sokak?\n\nModa Caddesi.\n\nNe zamandır?\n\nÜç gün.",
        "24.11.2026 10:15 tarihinde Beyaz Masa yazdı:\n\nHangi sokak?",
        "Ne zamandır?",
    ),
    _reply(
        "a passage set apart by the writer is the writer's own",
        "<p>Yönetmelik diyor ki:</p><blockquote>Çöp her gün toplanır.</blockquote><p>Toplanmıyor.</p>",
        "Yönetmelik diyor ki:\n\nÇöp her gün toplanır.\n\nToplanmıyor.",
    ),
]  # fmt: skip
