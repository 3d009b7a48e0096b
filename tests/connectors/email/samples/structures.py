# ruff: noqa: E501  (a sample is read best on one line)
"""Parts within parts, well-formed and not; transfer encodings, true and false (tests 13 and 14; E10, E11)."""

import binascii

from tests.connectors.email.samples.building import (
    JPEG,
    PDF,
    TEXT,
    Sample,
    base64_lines,
    crlf,
    file_part,
    html_part,
    lines,
    mail,
    mixed,
    nested,
    part,
    plain_part,
    quoted_printable,
    text_mail,
)

_T = crlf(TEXT)
_HTML = f"<p>{TEXT}</p>"
_PHOTO = ("foto.jpg", "image/jpeg", JPEG, False)
_TWO = [plain_part("Bir."), plain_part("İki.")]
_UU = b"begin 644 foto.jpg\r\n" + b"".join(
    binascii.b2a_uu(JPEG[at : at + 45]).replace(b"\n", b"\r\n") for at in range(0, len(JPEG), 45)
) + b"`\r\nend"  # fmt: skip
_ENRICHED = b"<bold>\xc3\x87\xc3\xb6p</bold> kutusu << 5 metre, <color><param>red</param>acil</color>"
_FLOWED = "Bu uzun bir \nsatırdır.\n\n> alıntı da \n> uzundur\n -- değil\n-- \nAyşe"


def _broken(kind: str, *body_lines: str | bytes, more: str = "; boundary=sinir") -> bytes:
    return mail(f"Content-Type: multipart/{kind}{more}", body=lines(*body_lines))


def _deep(levels: int) -> bytes:
    inner = plain_part()
    for level in range(levels):
        inner = nested("mixed", inner, boundary=f"kat{level}")
    return inner


SAMPLES = [
    Sample(
        name="plain and HTML alternatives: the plain one is read, the HTML one kept",
        raw=mixed(plain_part(), html_part(_HTML), kind="alternative"),
        html=_HTML,
    ),
    Sample(
        name="an empty plain alternative: the HTML one is read",
        raw=mixed(plain_part(" \n"), html_part("<p>Su kesik.</p>"), kind="alternative"),
        text="Su kesik.",
        html="<p>Su kesik.</p>",
    ),
    Sample(
        name="a plain alternative that only points to the HTML one",
        raw=mixed(
            plain_part("Bu ileti HTML biçimindedir."),
            html_part("<p>Sokağımızda su üç gündür kesik.</p>"),
            kind="alternative",
        ),
        text="Sokağımızda su üç gündür kesik.",
        html="<p>Sokağımızda su üç gündür kesik.</p>",
    ),
    Sample(
        name="text cut around a picture, as Apple Mail does",
        raw=mixed(plain_part("Önce."), file_part("image/jpeg", "foto.jpg", JPEG, "inline"), plain_part("Sonra.")),
        text="Önce.\n\nSonra.",
        files=[("foto.jpg", "image/jpeg", JPEG, True)],
    ),
    Sample(
        name="an alternative whose HTML side holds a file, as Apple Mail does",
        raw=mixed(
            plain_part(),
            nested("mixed", html_part("<p>a</p>"), file_part("application/pdf", "a.pdf", PDF), boundary="ic"),
            kind="alternative",
        ),
        html="<p>a</p>",
        files=[("a.pdf", "application/pdf", PDF, False)],
    ),
    Sample(
        name="a picture within the HTML, by its content id",
        raw=mixed(
            html_part('<p>Bakın:</p><img src="cid:foto%401">'),
            file_part("image/jpeg", "foto.jpg", JPEG, "attachment", "Content-ID: <foto@1>"),
            kind="related",
        ),
        text="Bakın:",
        html='<p>Bakın:</p><img src="cid:foto%401">',
        files=[("foto.jpg", "image/jpeg", JPEG, True)],
    ),
    Sample(name="a footer behind a mail", raw=mixed(plain_part(), plain_part("Liste")), text=TEXT + "\n\nListe"),
    Sample(
        name="HTML and a plain footer",
        raw=mixed(html_part("<p>Metin</p>"), plain_part("Alt <not>")),
        text="Metin\n\nAlt <not>",
        html="<p>Metin</p>\n<pre>Alt &lt;not&gt;</pre>",
    ),
    Sample(name="the boundary is not declared", text="Bir.\n\nİki.", raw=_broken(
        "mixed", "--x", _TWO[0], "--x", _TWO[1], "--x--", more="")),
    Sample(name="the boundary is another one", text="Bir.\n\nİki.", raw=_broken(
        "mixed", "--x", _TWO[0], "--x", _TWO[1], "--x--")),
    Sample(name="the boundary is nowhere: the body is text", raw=_broken("mixed", _T)),
    Sample(name="never closed", text="Bir.\n\nİki.", raw=_broken("mixed", "--sinir", _TWO[0], "--sinir", _TWO[1])),
    Sample(name="closed too early", text="Bir.\n\nİki.", raw=_broken(
        "mixed", "--sinir", _TWO[0], "--sinir--", "--sinir", _TWO[1], "--sinir--")),
    Sample(name="white space behind the boundary", text="Bir.\n\nİki.", raw=_broken(
        "mixed", "--sinir  ", _TWO[0], "--sinir\t", _TWO[1], "--sinir-- ")),
    Sample(name="text around the parts is no text of the mail", text="Bir.", raw=_broken(
        "mixed", "This is a multi-part message in MIME format.", "--sinir", _TWO[0], "--sinir--", "virüs yok")),
    Sample(name="a boundary that begins like another", text="Bir.\n\nİki.", raw=_broken(
        "mixed", "--sinir", nested("mixed", _TWO[0], boundary="sinirsiz"), "--sinir", _TWO[1], "--sinir--")),
    Sample(
        name="an inner multipart that its outer one ends",
        raw=_broken(
            "mixed", "--sinir", "Content-Type: multipart/mixed; boundary=ic", "", "--ic", _TWO[0], "--sinir",
            _TWO[1], "--sinir--",
        ),
        text="Bir.\n\nİki.",
    ),
    Sample(name="a part without headers", text="Bir.", raw=_broken("mixed", "--sinir", "", "Bir.", "--sinir--")),
    Sample(name="an empty part", text="Bir.", raw=_broken("mixed", "--sinir", "--sinir", _TWO[0], "--sinir--")),
    Sample(name="nothing but boundaries", text="", charset="utf-8", raw=_broken("mixed", "--sinir", "--sinir--")),
    Sample(
        name="the Content-Type of a multipart was lost",
        raw=mail(body=lines("--x", _TWO[0], "--x--"), without=["content-type"]),
        text="Bir.",
    ),
    Sample(name="no subtype", raw=_broken("", "--sinir", _TWO[0], "--sinir--", more="; boundary=sinir"), text="Bir."),
    Sample(name="a type that is no type", raw=mail("Content-Type: text; charset=utf-8", body=_T)),
    Sample(name="no semicolon in the type", raw=mail("Content-Type: text/plain charset=utf-8", body=_T)),
    Sample(
        name="HTML declared as plain text",
        raw=mail("Content-Type: text/plain; charset=utf-8", body="<html><body><p>Su kesik</p></body></html>"),
        text="Su kesik",
        html="<html><body><p>Su kesik</p></body></html>\n",
    ),
    Sample(
        name="enriched text",
        raw=mail("Content-Type: text/enriched; charset=utf-8", body=_ENRICHED),
        text="Çöp kutusu < 5 metre, acil",
    ),
    Sample(
        name="flowed text is joined, a quote keeps its depth, the signature its line",
        raw=mail("Content-Type: text/plain; charset=utf-8; format=flowed", body=_FLOWED),
        text="Bu uzun bir satırdır.\n\n> alıntı da uzundur\n-- değil\n-- \nAyşe",
        quoted=["> alıntı da uzundur"],
    ),
    Sample(
        name="flowed text whose soft spaces are deleted",
        raw=mail("Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes", body="uzun ca \nbir"),
        text="uzun cabir",
    ),
    Sample(name="called base64, is none", raw=text_mail("utf-8", _T, encoding="base64")),
    Sample(
        name="base64 with a gateway's footer behind it",
        raw=text_mail("utf-8", base64_lines(TEXT) + b"\r\n--\r\nScanned by gateway, no virus.", encoding="base64"),
        text=TEXT + "\n--\nScanned by gateway, no virus.",
    ),
    Sample(
        name="base64 in two pieces, each padded",
        raw=text_mail("utf-8", lines(base64_lines("Bir. "), base64_lines("İki.")), encoding="base64"),
        text="Bir. İki.",
    ),
    Sample(
        name="base64 cut off",
        raw=text_mail("utf-8", base64_lines("Su kesik.")[:-1], encoding="BASE64"),
        text="Su kesik",
    ),
    Sample(
        name="quoted-printable with bad hexadecimal and a spaced soft break",
        raw=text_mail("utf-8", b"Su =C3=BC=ZZ= \r\n kesik=", encoding="Quoted-Printable"),
        text="Su ü=ZZ kesik",
    ),
    Sample(
        name="quoted-printable that nobody declared",
        raw=mail("Content-Type: text/plain; charset=utf-8", body=quoted_printable(TEXT)),
    ),
    Sample(name="an unknown encoding", raw=text_mail("utf-8", _T, encoding="x-sifreli")),
    Sample(name="an encoding that is a charset", raw=text_mail("utf-8", _T, encoding="utf-8")),
    Sample(
        name="a file in uuencode",
        raw=mixed(
            plain_part(),
            part("Content-Type: image/jpeg; name=foto.jpg", "Content-Transfer-Encoding: x-uuencode", body=_UU),
        ),
        files=[_PHOTO],
    ),
    Sample(
        name="the only text has a file name",
        raw=mail('Content-Type: text/plain; charset=utf-8; name="ileti.txt"', body=_T),
        files=[("ileti.txt", "text/plain", _T + b"\r\n", False)],
    ),
    Sample(
        name="forty multiparts within each other",
        raw=mixed(_deep(40)),
    ),
]  # fmt: skip
