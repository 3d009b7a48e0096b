# ruff: noqa: E501  (a sample is read best on one line)
"""HTML-only mails and the text they must give: no word glued or torn, nothing hidden shown (E19)."""

from tests.connectors.email.samples.building import Sample, mail


def _page(name: str, markup: str, text: str) -> Sample:
    raw = mail("Content-Type: text/html; charset=utf-8", "Content-Transfer-Encoding: 8bit", body=markup)
    return Sample(name=f"HTML: {name}", raw=raw, text=text, html=markup + "\n")


SAMPLES = [
    _page("words with marks inside", "<p>Ay<b>ş</b>e'nin <i>çöp</i>ü</p>", "Ayşe'nin çöpü"),
    _page("paragraphs", "<p>Bir.</p>\n<p>İki.</p>", "Bir.\n\nİki."),
    _page("lines of Gmail", '<div dir="ltr">Bir.<div><br></div><div>İki.</div></div>', "Bir.\n\nİki."),
    _page("lines of Outlook", "<p class=MsoNormal>Bir.</p><p class=MsoNormal>&nbsp;</p><p class=MsoNormal>İki.</p>",
          "Bir.\n\nİki."),
    _page("line breaks", "Bir<br>İki<br/><br>Üç", "Bir\nİki\n\nÜç"),
    _page("a list", "<p>Sorunlar:</p><ul><li>çöp<li>yol<ul><li>çukur</ul></ul>", "Sorunlar:\n\n- çöp\n- yol\n  - çukur"),
    _page("a numbered list", "<ol><li>çöp</li><li>yol</li></ol>", "1. çöp\n2. yol"),
    _page("a table", "<table><tr><th>Ad</th><th>Tarih</th></tr><tr><td><p>Ayşe</p></td><td>24.11</td></tr></table>son",
          "Ad | Tarih\nAyşe | 24.11\n\nson"),
    _page("links", '<a href="https://ornek.example/a">harita</a>, <a href="http://www.ornek.example/">ornek.example</a>,'
          ' <a href="mailto:a@ornek.example?subject=x">a@ornek.example</a>',
          "harita (https://ornek.example/a), ornek.example, a@ornek.example"),
    _page("a link that is a script", '<a href="javascript:alert(1)">tıkla</a>', "tıkla"),
    _page("a picture's description", '<img src="cid:1" alt="Dolu çöp kutusu"><img src="cid:2">', "[Dolu çöp kutusu]"),
    _page("styles, scripts, titles and comments", "<title>T</title><style>p{}</style>Su<script>alert('x')</script>"
          " kesik<!-- gizli --><!--[if mso]>Outlook<![endif]-->.", "Su kesik."),
    _page("hidden text", '<div style="display:none">ön metin<div>iç</div></div><p>Su kesik.</p><p hidden>x</p>', "Su kesik."),
    _page("hidden text that never ends is shown", '<div style="display: none">Su kesik.', "Su kesik."),
    _page("character references", "&Ccedil;&ouml;p &lt;b&gt; &amp; &#351;&#x131;k &yok; &#99999999;", "Çöp <b> & şık &yok; \ufffd"),
    _page("spaces and invisible letters", "ka\u00adpı  <b> önü </b>\n ve\u200b&nbsp;sokak", "kapı önü ve sokak"),
    _page("preformatted text", "<pre>bir\n  iki</pre>", "bir\n  iki"),
    _page("kept line ends", '<div style="white-space:pre-wrap">bir\niki</div>', "bir\niki"),
    _page("a comment that never ends hides nothing", "Su <!-- kesik", "Su kesik"),
    _page("a script that never ends hides nothing", "Su <script>kesik", "Su kesik"),
    _page("an angle bracket that opens nothing", "5 < 6 ve a<b", "5 < 6 ve a<b"),
    _page("a tag with a bracket in an attribute", '<a title="a > b" name=x>Su kesik</a>', "Su kesik"),
    _page("tags in capitals, unclosed", "<P>Bir<P>İki<BR>Üç", "Bir\n\nİki\nÜç"),
    _page("a heading and a rule", "<h2>Konu</h2>Metin<hr>Alt", "Konu\n\nMetin\n----------\nAlt"),
]  # fmt: skip
