"""Charsets, true and false, of Turkish mail (test 13; E10)."""

from tests.connectors.email.samples.building import (
    SUBJECT,
    TEXT,
    Sample,
    base64_lines,
    html_part,
    mail,
    mixed,
    quoted_printable,
    text_mail,
)

W = TEXT.encode("cp1254")
U = TEXT.encode()
_PLAIN = "İğne, çöp, şöför, ılık. “Tırnak” – tire…"
_GERMAN = "Die Straße ist naß, schöne Grüße aus Köln."
_RUSSIAN = "На улице Мода третий день не вывозят мусор."
_ARABIC = "لم يتم جمع القمامة منذ ثلاثة أيام"
_MISREAD = TEXT.replace("â", "a").translate(str.maketrans("ışğİŞĞ", "ýþðÝÞÐ"))

SAMPLES = [
    Sample(name="utf-8, raw octets", raw=text_mail("utf-8", U)),
    Sample(
        name="utf-8, quoted-printable",
        raw=text_mail("UTF-8", quoted_printable(TEXT), encoding="quoted-printable"),
    ),
    Sample(name="utf-8, base64", raw=text_mail("utf-8", base64_lines(TEXT), encoding="base64")),
    Sample(name="utf-8 with a byte order mark", raw=text_mail("utf-8", b"\xef\xbb\xbf" + U)),
    Sample(name="utf8 without its hyphen", raw=text_mail("UTF8", U)),
    Sample(name="windows-1254, raw octets", raw=text_mail("windows-1254", W), charset="windows-1254"),
    Sample(
        name="windows-1254, base64",
        raw=text_mail("windows-1254", base64_lines(W), encoding="base64"),
        charset="windows-1254",
    ),
    Sample(name="iso-8859-9, raw octets", raw=text_mail("ISO-8859-9", W), charset="iso-8859-9"),
    Sample(
        name="iso-8859-9, quoted-printable",
        raw=text_mail("iso-8859-9", quoted_printable(W), encoding="quoted-printable"),
        charset="iso-8859-9",
    ),
    Sample(
        name="iso-8859-9 with the quotation marks of windows-1254",
        raw=text_mail("iso-8859-9", _PLAIN.encode("cp1254")),
        text=_PLAIN,
        charset="windows-1254",
    ),
    Sample(name="alias cp-1254", raw=text_mail("cp-1254", W), charset="windows-1254"),
    Sample(
        name="alias iso-8859-9-windows-latin-5",
        raw=text_mail("iso-8859-9-windows-latin-5", W),
        charset="windows-1254",
    ),
    Sample(name="alias latin5", raw=text_mail("latin5", W), charset="iso-8859-9"),
    Sample(name="alias with quotes and case", raw=text_mail('"Windows-1254"', W), charset="windows-1254"),
    Sample(name="windows-1254 labelled utf-8", raw=text_mail("utf-8", W), charset="windows-1254"),
    Sample(name="windows-1254 labelled iso-8859-1", raw=text_mail("iso-8859-1", W), charset="windows-1254"),
    Sample(
        name="windows-1254 labelled windows-1252", raw=text_mail("windows-1252", W), charset="windows-1254"
    ),
    Sample(name="windows-1254 labelled us-ascii", raw=text_mail("us-ascii", W), charset="windows-1254"),
    Sample(name="windows-1254 without a label", raw=text_mail(None, W), charset="windows-1254"),
    Sample(
        name="windows-1254 without any Content-Type",
        raw=mail(body=W, without=["content-type"]),
        charset="windows-1254",
    ),
    Sample(name="utf-8 without a label", raw=text_mail(None, U)),
    Sample(name="utf-8 labelled iso-8859-9", raw=text_mail("iso-8859-9", U)),
    Sample(name="utf-8 labelled iso-8859-1", raw=text_mail("iso-8859-1", U)),
    Sample(name="utf-8 labelled windows-1254", raw=text_mail("windows-1254", U)),
    Sample(name="utf-8 labelled us-ascii, quoted-printable",
           raw=text_mail("us-ascii", quoted_printable(TEXT), encoding="quoted-printable")),
    Sample(name="unknown label, utf-8", raw=text_mail("x-bilinmeyen", U)),
    Sample(name="unknown label, windows-1254", raw=text_mail("x-user-defined", W), charset="windows-1254"),
    Sample(name="label of a Python codec that is no charset", raw=text_mail("unicode_escape", U)),
    Sample(name="empty label", raw=text_mail('""', U)),
    Sample(
        name="utf-8 with a footer in windows-1254",
        raw=text_mail("utf-8", U + "\r\n-- \r\nFen İşleri".encode("cp1254")),
        text=TEXT + "\n-- \nFen İşleri",
        charset="utf-8+windows-1254",
    ),
    Sample(
        name="utf-8 cut within a letter",
        raw=text_mail("utf-8", "Şikâyetçiyim, ş".encode()[:-1], encoding="8bit"),
        text="Şikâyetçiyim, Å",
        charset="utf-8+windows-1254",
    ),
    Sample(
        name="utf-8 encoded twice by way of windows-1252",
        raw=text_mail("utf-8", TEXT.encode().decode("cp1252").encode()),
        charset="utf-8+windows-1252",
    ),
    Sample(
        name="windows-1254 once read as windows-1252",
        raw=text_mail("utf-8", _MISREAD.encode()),
        text=TEXT.replace("â", "a"),
        charset="utf-8+windows-1254",
    ),
    Sample(
        name="German stays German",
        raw=text_mail("iso-8859-1", _GERMAN.encode("latin-1")),
        text=_GERMAN,
        charset="iso-8859-1",
    ),
    Sample(
        name="Icelandic in iso-8859-1 stays what it is",
        raw=text_mail("iso-8859-1", "Það er ekki hægt, æ".encode("latin-1")),
        text="Það er ekki hægt, æ",
        charset="iso-8859-1",
    ),
    Sample(
        name="Icelandic in utf-8 stays what it is",
        raw=text_mail("utf-8", "Það var ýmislegt á bókasafninu, þú veist".encode()),
        text="Það var ýmislegt á bókasafninu, þú veist",
    ),
    Sample(
        name="Russian in koi8-r",
        raw=text_mail("koi8-r", _RUSSIAN.encode("koi8-r")),
        text=_RUSSIAN,
        charset="koi8-r",
    ),
    Sample(
        name="Arabic in windows-1256",
        raw=text_mail("windows-1256", _ARABIC.encode("cp1256")),
        text=_ARABIC,
        charset="windows-1256",
    ),
    Sample(
        name="utf-16 in base64",
        raw=text_mail("utf-16", base64_lines(TEXT.encode("utf-16")), encoding="base64"),
        charset="utf-16",
    ),
    Sample(name="Turkish of DOS", raw=text_mail("cp857", TEXT.encode("cp857")), charset="cp857"),
    Sample(
        name="Turkish of the old Macintosh",
        raw=text_mail("x-mac-turkish", TEXT.encode("mac_turkish")),
        charset="mac-turkish",
    ),
    Sample(name="utf-7", raw=text_mail("utf-7", TEXT.encode("utf-7")), charset="utf-7"),
    Sample(
        name="control characters and NUL are no text",
        raw=text_mail("utf-8", b"\x00Su \x07kesik\x1b.\x7f"),
        text="Su kesik.",
    ),
    Sample(
        name="plain ASCII without a label",
        raw=text_mail(None, b"Sokak lambasi yanmiyor."),
        text="Sokak lambasi yanmiyor.",
    ),
    Sample(
        name="plain ASCII labelled so",
        raw=text_mail("us-ascii", b"Sokak lambasi yanmiyor."),
        text="Sokak lambasi yanmiyor.",
        charset="us-ascii",
    ),
    Sample(
        name="HTML that names windows-1254 in itself",
        raw=mail(
            "Content-Type: text/html",
            body=b"<html><head><meta charset=windows-1254></head><p>" + W + b"</p></html>",
        ),
        text=TEXT.replace("\n", " "),
        charset="windows-1254",
        html="<html><head><meta charset=windows-1254></head><p>" + TEXT + "</p></html>\n",
    ),
    Sample(
        name="a plain part in windows-1254 beside HTML in utf-8",
        raw=mixed(
            b"Content-Type: text/plain; charset=windows-1254\r\n\r\n" + W,
            html_part(f"<p>{TEXT}</p>"),
            kind="alternative",
        ),
        charset="windows-1254",
        html=f"<p>{TEXT}</p>",
    ),
    Sample(
        name="raw octets in every header, windows-1254",
        raw=mail(
            "From: Ayşe Yılmaz <ayse@ornek.example>".encode("cp1254"), f"Subject: {SUBJECT}".encode("cp1254")
        ),
    ),
    Sample(
        name="raw octets in every header, utf-8",
        raw=mail("From: Ayşe Yılmaz <ayse@ornek.example>", f"Subject: {SUBJECT}"),
    ),
]  # fmt: skip
