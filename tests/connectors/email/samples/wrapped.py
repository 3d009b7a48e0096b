# ruff: noqa: E501  (a sample is read best on one line)
"""Things that mails carry whole: winmail.dat, calendars, signed, encrypted and registered mail, mail in mail
(E19, E22)."""

import struct

from compressed_rtf import compress  # type: ignore[import-untyped]

from tests.connectors.email.samples.building import (
    JPEG,
    TEXT,
    Sample,
    base64_lines,
    crlf,
    file_part,
    html_part,
    mail,
    mixed,
    multipart,
    part,
    plain_part,
)
from tests.connectors.email.samples.containers import ber, der, mapi_text, tnef, tnef_file, tnef_object

SIGNATURE = b"0\x82\x05\x9a\x06\x09*\x86H\x86\xf7\x0d\x01\x07\x02" + bytes(range(200))
_ENVELOPED = b"0\x80\x06\x09*\x86H\x86\xf7\x0d\x01\x07\x03" + bytes(range(100))
_EVENT = crlf("""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//ornek//TR
METHOD:REQUEST
BEGIN:VEVENT
UID:1@ornek.example
DTSTAMP:20261124T070000Z
DTSTART:20261126T110000Z
DTEND:20261126T120000Z
SUMMARY:Mahalle toplantısı
LOCATION:Moda Muhtarlığı
END:VEVENT
END:VCALENDAR
""")


_WINMAIL = tnef(tnef_file("fotoğraf çöp.jpg", JPEG), tnef_file("ek.txt", b"ek"))
_SPEAKING = tnef(tnef_object(1, 0x9003, 6, struct.pack("<L", 1) + mapi_text(0x1000, TEXT)))
_BODY = tnef(tnef_object(1, 0x800C, 2, TEXT.encode("cp1254") + b"\0"))
_RTF_TEXT = rb"{\rtf1\ansi\ansicpg1254\pard \'c7\'f6p kutular\'fd ta\'fe\'fdyor.\par Al\'fdnm\'fdyor.}"
_RTF = compress(_RTF_TEXT)
_RICH = tnef(
    tnef_object(
        1, 0x9003, 6, struct.pack("<LHHLL", 1, 0x0102, 0x1009, 1, len(_RTF)) + _RTF + bytes(-len(_RTF) % 4)
    )
)
_BROKEN = _WINMAIL[:60] + b"\xff" * 40


_OIDS = {"signed": "2a864886f70d010702", "data": "2a864886f70d010701", "enveloped": "2a864886f70d010703"}


def _oid(name: str) -> bytes:
    return der(0x06, bytes.fromhex(_OIDS[name]))


_INNER = part("Content-Type: text/plain; charset=utf-8", body=TEXT)
_OPAQUE = der(0x30, _oid("signed"), der(0xA0, der(
    0x30, der(0x02, b"\1"), der(0x31), der(0x30, _oid("data"), der(0xA0, der(0x04, _INNER))), der(0x31))))  # fmt: skip
_STREAMED = ber(0x30, _oid("signed"), ber(0xA0, ber(
    0x30, der(0x02, b"\1"), der(0x31),
    ber(0x30, _oid("data"), ber(0xA0, ber(0x24, der(0x04, _INNER[:50]), der(0x04, _INNER[50:])))), der(0x31))))  # fmt: skip
_DETACHED = der(0x30, _oid("signed"), der(0xA0, der(
    0x30, der(0x02, b"\1"), der(0x31), der(0x30, _oid("data")), der(0x31))))  # fmt: skip


def _opaque(name: str, data: bytes, text: str, charset: str | None) -> Sample:
    return Sample(
        name=f"S/MIME, opaquely signed, {name}",
        raw=mail(
            "Content-Type: application/x-pkcs7-mime; smime-type=signed-data; name=smime.p7m",
            "Content-Transfer-Encoding: base64",
            body=base64_lines(data),
        ),
        text=text,
        charset=charset,
        files=[("smime.p7m", "application/x-pkcs7-mime", data, False)],
        kept={"signed": "smime"},
    )


def _winmail(data: bytes) -> bytes:
    return file_part("application/ms-tnef", "winmail.dat", data)


def _kept(data: bytes) -> tuple[str, str, bytes, bool]:
    return ("winmail.dat", "application/ms-tnef", data, False)


_SIGNED, _SIGNED_BODY = multipart("signed", plain_part(), more="; protocol=x")
_LETTER = mail("Subject: Asıl ileti", body="Başka bir ileti.")
_EVIDENCE = b'<?xml version="1.0"?><REMEvidence/>'
SAMPLES = [
    Sample(
        name="winmail.dat with two files",
        raw=mixed(plain_part(), _winmail(_WINMAIL)),
        files=[
            _kept(_WINMAIL),
            ("fotoğraf çöp.jpg", "image/jpeg", JPEG, False),
            ("ek.txt", "application/octet-stream", b"ek", False),
        ],
    ),
    Sample(
        name="winmail.dat that holds the only words, as a property",
        raw=mail(
            "Content-Type: application/ms-tnef; name=winmail.dat",
            "Content-Transfer-Encoding: base64",
            body=base64_lines(_SPEAKING),
        ),
        charset=None,
        files=[_kept(_SPEAKING)],
    ),
    Sample(
        name="winmail.dat that holds the only words, in windows-1254",
        raw=mixed(_winmail(_BODY)),
        charset=None,
        files=[_kept(_BODY)],
    ),
    Sample(
        name="winmail.dat that holds the only words, as compressed RTF",
        raw=mixed(_winmail(_RICH)),
        text="Çöp kutuları taşıyor.\nAlınmıyor.",
        charset=None,
        files=[_kept(_RICH)],
    ),
    Sample(
        name="a broken winmail.dat is kept",
        raw=mixed(plain_part(), _winmail(_BROKEN)),
        files=[_kept(_BROKEN)],
    ),
    Sample(
        name="an invitation: a line in the text, and the file",
        raw=mixed(
            plain_part("Bekleriz."),
            html_part("<p>Bekleriz.</p>"),
            part("Content-Type: text/calendar; charset=utf-8; method=REQUEST", body=_EVENT),
            kind="alternative",
        ),
        text="Bekleriz.\n\nMahalle toplantısı, 26.11.2026 14:00 – 15:00, Moda Muhtarlığı",
        html="<p>Bekleriz.</p>",
        files=[("attachment-1.ics", "text/calendar", _EVENT, False)],
    ),
    Sample(
        name="a calendar that cannot be read is kept",
        raw=mixed(plain_part(), part("Content-Type: text/calendar", body=b"BEGIN:VCALENDAR\r\nDTSTART:x")),
        files=[("attachment-1.ics", "text/calendar", b"BEGIN:VCALENDAR\r\nDTSTART:x", False)],
    ),
    Sample(
        name="S/MIME, clear-signed",
        raw=mixed(
            plain_part(),
            file_part("application/pkcs7-signature", "smime.p7s", SIGNATURE),
            kind="signed",
            more='; protocol="application/pkcs7-signature"; micalg=sha-256',
        ),
        files=[("smime.p7s", "application/pkcs7-signature", SIGNATURE, False)],
        kept={"signed": "smime"},
    ),
    _opaque("the words are found", _OPAQUE, TEXT, "utf-8"),
    _opaque("in pieces of unknown length", _STREAMED, TEXT, "utf-8"),
    _opaque("nothing in it", _DETACHED, "", None),
    _opaque("cut off", _OPAQUE[:60], "", None),
    Sample(
        name="S/MIME, encrypted",
        raw=mail(
            "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m",
            "Content-Transfer-Encoding: base64",
            body=base64_lines(_ENVELOPED),
        ),
        text="",
        charset=None,
        files=[("smime.p7m", "application/pkcs7-mime", _ENVELOPED, False)],
        kept={"encrypted": "smime"},
    ),
    Sample(
        name="PGP, encrypted",
        raw=mixed(
            part("Content-Type: application/pgp-encrypted", body="Version: 1"),
            file_part("application/octet-stream", "encrypted.asc", b"-----BEGIN PGP MESSAGE-----"),
            kind="encrypted",
        ),
        text="",
        charset=None,
        files=[
            ("attachment-1", "application/pgp-encrypted", b"Version: 1", False),
            ("encrypted.asc", "application/octet-stream", b"-----BEGIN PGP MESSAGE-----", False),
        ],
        kept={"encrypted": "pgp"},
    ),
    Sample(
        name="a registered mail (KEP): envelope, evidence and original kept intact",
        raw=mixed(
            part(
                'Content-Type: multipart/mixed; boundary="kep"',
                body=b"--kep\r\n" + plain_part("KEP iletisi ektedir.")
                + b"\r\n--kep\r\n" + file_part("application/xml", "KepDelil.xml", _EVIDENCE)
                + b"\r\n--kep\r\nContent-Type: message/rfc822\r\n\r\n" + _LETTER + b"\r\n--kep--",
            ),
            file_part("application/pkcs7-signature", "smime.p7s", SIGNATURE),
            kind="signed",
            headers=["From: Beyaz A.S. <beyaz@hs01.kep.tr>", "X-REM-Msg-Type: Dispatch"],
        ),
        sender="beyaz@hs01.kep.tr",
        sender_name="Beyaz A.S.",
        text="KEP iletisi ektedir.\n\nBaşka bir ileti.",
        files=[
            ("KepDelil.xml", "application/xml", _EVIDENCE, False),
            ("Asıl ileti.eml", "message/rfc822", _LETTER, False),
            ("smime.p7s", "application/pkcs7-signature", SIGNATURE, False),
        ],
        kept={"kep": "Dispatch", "signed": "smime"},
    ),
    Sample(
        name="a mail within the mail is one file",
        raw=mixed(plain_part(), part("Content-Type: message/rfc822", body=_LETTER)),
        files=[("Asıl ileti.eml", "message/rfc822", _LETTER, False)],
    ),
    Sample(
        name="a digest: its parts are mails, the first of which speaks for it",
        raw=mixed(b"\r\n" + _LETTER, kind="digest"),
        text="Başka bir ileti.",
        files=[("Asıl ileti.eml", "message/rfc822", _LETTER, False)],
    ),
]  # fmt: skip
