# ruff: noqa: E501  (a sample is read best on one line)
"""Names and types of files, as they are claimed and as they are (test 13; E21, E19)."""

from tests.connectors.email.samples.building import (
    JPEG,
    PDF,
    PNG,
    Sample,
    base64_lines,
    mixed,
    octets,
    part,
    plain_part,
)

_WANTED = "Şikâyet çöp.pdf"


def _named(
    label: str, disposition: str | bytes, name: str = _WANTED, kind: str = "application/pdf"
) -> Sample:
    attached = part(
        f"Content-Type: {kind}",
        b"Content-Disposition: " + octets(disposition),
        "Content-Transfer-Encoding: base64",
        body=base64_lines(PDF),
    )
    return Sample(
        name=f"file name: {label}",
        raw=mixed(plain_part(), attached),
        files=[(name, "application/pdf", PDF, False)],
    )


def _typed(label: str, kind: str, name: str, content: bytes, found: str) -> Sample:
    attached = part(
        f"Content-Type: {kind}",
        f'Content-Disposition: attachment; filename="{name}"',
        "Content-Transfer-Encoding: base64",
        body=base64_lines(content),
    )
    return Sample(
        name=f"file type: {label}", raw=mixed(plain_part(), attached), files=[(name, found, content, False)]
    )


_PERCENT = "%C5%9Eik%C3%A2yet%20%C3%A7%C3%B6p.pdf"
_ZIP = b"PK\x03\x04\x14\x00\x00\x00\x08\x00" + bytes(16)
_DOCX = _ZIP + b"word/document.xml" + bytes(40)
_DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
_PAGE = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SAMPLES = [
    _named("RFC 2231", f"attachment; filename*=utf-8''{_PERCENT}"),
    _named("RFC 2231 beside a plain one", f"attachment; filename=x.pdf; filename*=utf-8'tr'{_PERCENT}"),
    _named("RFC 2231 in pieces", "attachment; filename*0*=utf-8''%C5%9Eik%C3; filename*1*=%A2yet%20;"
           " filename*2*=%C3%A7%C3%B6p; filename*3=\".pdf\""),
    _named("RFC 2231 in pieces out of order", "attachment; filename*1=\"p.pdf\"; filename*0*=utf-8''%C5%9E", "Şp.pdf"),
    _named("RFC 2231 without a charset", f"attachment; filename*={_PERCENT}"),
    _named("RFC 2231 that lies about its charset", "attachment; filename*=us-ascii''%DEik%E2yet%20%E7%F6p.pdf"),
    _named("RFC 2231 in windows-1254", "attachment; filename*=windows-1254''%DEik%E2yet%20%E7%F6p.pdf"),
    _named("an encoded word", 'attachment; filename="=?utf-8?Q?=C5=9Eik=C3=A2yet_=C3=A7=C3=B6p.pdf?="'),
    _named("an encoded word over two lines",
           'attachment; filename="=?utf-8?Q?=C5=9Eik=C3=A2yet?=\r\n =?utf-8?Q?_=C3=A7=C3=B6p.pdf?="'),
    _named("raw utf-8", f'attachment; filename="{_WANTED}"'),
    _named("raw windows-1254", f'attachment; filename="{_WANTED}"'.encode("cp1254")),
    _named("percent signs without the star", f'attachment; filename="{_PERCENT}"'),
    _named("a percent sign that means itself", 'attachment; filename="100%25 indirim.pdf"', "100%25 indirim.pdf"),
    _named("bare, with spaces", f"attachment; filename={_WANTED}"),
    _named("a quote never closed", 'attachment; filename="rapor.pdf', "rapor.pdf"),
    _named("quotes within quotes", 'attachment; filename="a "b" c.pdf"; size=9', "a b c.pdf"),
    _named("only in the Content-Type", "attachment", kind="application/pdf; name*=utf-8''" + _PERCENT),
    _named("decomposed letters", 'attachment; filename="S\u0327ika\u0302yet c\u0327o\u0308p.pdf"'),
    _named("a Windows path", r'attachment; filename="C:\Users\ayse\rapor.pdf"', "rapor.pdf"),
    _named("a path to elsewhere", 'attachment; filename="../../etc/cron.d/rapor.pdf"', "rapor.pdf"),
    _named("an absolute path in RFC 2231", "attachment; filename*=utf-8''%2Fetc%2Fpasswd", "passwd"),
    _named("only dots", 'attachment; filename=".."', "attachment-1.pdf"),
    _named("a hidden file", 'attachment; filename=".htaccess"', "htaccess"),
    _named("NUL and line ends", "attachment; filename*=utf-8''ra%00por%0D%0A.pdf", "rapor.pdf"),
    _named("letters that turn the direction", "attachment; filename*=utf-8''rapor%E2%80%AEfdp.exe", "raporfdp.exe"),
    _named("a name of a Windows device", 'attachment; filename="CON.pdf"', "_CON.pdf"),
    _named("no name", "attachment", "attachment-1.pdf"),
    _named("300 letters", f'attachment; filename="{"ş" * 300}.pdf"', "ş" * 98 + ".pdf"),
    _typed("a picture called a document", "application/octet-stream", "belge.doc", JPEG, "image/jpeg"),
    _typed("a program called a picture", "image/jpeg", "foto.jpg", b"MZ\x90\x00" + bytes(60), "application/x-msdownload"),
    _typed("a page called a picture", "image/png", "foto.png", _PAGE, "text/html"),
    _typed("SVG called a picture", "image/png", "foto.png", _SVG, "image/svg+xml"),
    _typed("SVG called XML", "text/xml", "foto.xml", _SVG, "image/svg+xml"),
    _typed("a document by what is in it", "application/octet-stream", "dilekce.docx", _DOCX, _DOCX_TYPE),
    _typed("a plain archive", "application/x-zip-compressed", "a.zip", _ZIP, "application/zip"),
    _typed("PNG with the right type", "image/png", "a.png", PNG, "image/png"),
    _typed("text stays what it says", "text/csv", "a.csv", b"ad;soyad\r\n", "text/csv"),
]  # fmt: skip
