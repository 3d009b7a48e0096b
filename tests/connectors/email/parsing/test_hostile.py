# ruff: noqa: E501  (a sample is read best on one line)
"""Test 14: mails made to hurt are read within bounds, and what lies beyond the bounds is kept (E18).

Each must end within the time that pytest-timeout grants one test; memory is measured where it could grow.
"""

import base64
import resource
import struct
import tracemalloc
from collections.abc import Callable

import pytest

from connectors.email.html import sanitise
from connectors.email.limits import CUT, MAX_PARTS, MAX_TEXT
from connectors.email.parse import understand
from connectors.email.tnef import unpack
from domain.messages import InboundMessage
from tests.connectors.email.samples.building import JPEG, file_part, html_part, mail, mixed, plain_part
from tests.connectors.email.samples.containers import mapi_text, tnef, tnef_file, tnef_object

pytestmark = pytest.mark.timeout(10)
MEGABYTE = 1024 * 1024


def read(raw: bytes) -> InboundMessage:
    """The message, without the net that would hide an error."""
    return understand(raw, "beyazmasa")


def _deep(levels: int) -> bytes:
    opening = b"".join(
        b"Content-Type: multipart/mixed; boundary=k%d\r\n\r\n--k%d\r\n" % (n, n) for n in range(levels)
    )
    return b"From: a@b.example\r\n" + opening + b"\r\nen dipte"


def test_ten_thousand_parts_are_read_to_the_limit_and_the_rest_is_one_file() -> None:
    parts = b"".join(b"--s\r\nContent-Type: image/jpeg\r\n\r\n" + JPEG[:20] + b"\r\n" for _ in range(10_000))
    message = read(mail("Content-Type: multipart/mixed; boundary=s", body=parts + b"--s--"))
    assert len(message.attachments) == MAX_PARTS + 1
    rest = message.attachments[-1].content or b""
    assert rest.startswith(b"--s\r\n")
    assert rest.count(b"image/jpeg") == 10_000 - MAX_PARTS


def test_a_text_a_hundred_multiparts_deep_is_read() -> None:
    assert read(_deep(100)).text == "en dipte"


def test_what_is_deeper_is_one_file() -> None:
    message = read(_deep(5_000))
    assert [a.media_type for a in message.attachments] == ["application/octet-stream"]
    assert (message.attachments[0].content or b"").endswith(b"en dipte")


def _peak_memory(raw: bytes) -> tuple[InboundMessage, int]:
    """The message, and how many bytes reading it took at the most."""
    tracemalloc.start()
    message = read(raw)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return message, peak


@pytest.mark.parametrize(("levels", "reached"), [(1, True), (10, True), (99, False)])
def test_thirty_megabytes_take_a_small_multiple_of_themselves(levels: int, reached: bool) -> None:
    size = 22 * MEGABYTE
    encoded = base64.encodebytes(bytes(size))
    inner = b"Content-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n\r\n" + encoded
    raw = _deep(levels).removesuffix(b"\r\nen dipte") + inner
    message, peak = _peak_memory(raw)
    content = message.attachments[0].content or b""
    assert (len(content) == size) if reached else content.endswith(encoded)
    assert peak < 4 * len(raw)


@pytest.mark.parametrize(
    "raw",
    [
        mail("Content-Type: text/plain", "Content-Transfer-Encoding: base64", body=b"A=\n" * 2_000_000),
        mail("X-Long: a" + "\n b" * 500_000),
    ],
    ids=["lines of base64", "lines of a header"],
)
def test_millions_of_lines_are_forgotten_as_they_are_read(raw: bytes) -> None:
    _, peak = _peak_memory(raw)
    assert peak < 8 * len(raw)


def test_a_hundred_hostile_mails_leave_no_memory_behind() -> None:
    raws = [
        _deep(200),
        mail(body="a" * 3 * MEGABYTE),
        mixed(plain_part(), file_part("x/y", "z", bytes(MEGABYTE))),
    ]
    for raw in raws:
        read(raw)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(33):
        for raw in raws:
            read(raw)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    assert grown < 60 * MEGABYTE


def test_a_zip_bomb_is_not_opened() -> None:
    bomb = b"PK\x03\x04" + bytes(1000)
    message = read(mixed(plain_part(), file_part("application/zip", "bomba.zip", bomb)))
    assert message.attachments[0].content == bomb


def test_five_thousand_links_are_read() -> None:
    message = read(
        mixed(html_part("".join(f'<a href="http://x.example/{n}">bağ</a> ' for n in range(5_000))))
    )
    assert message.text.count("bağ") == 5_000


def test_a_text_beyond_the_limit_is_cut_with_a_mark() -> None:
    message = read(mail(body="a" * (MAX_TEXT + 50_000)))
    assert len(message.text) == MAX_TEXT + len(CUT)
    assert message.text.endswith(CUT)
    assert len(message.raw) > MAX_TEXT + 50_000


NASTY_MARKUP: list[tuple[str, str]] = [
    ("nested elements", "<div>" * 200_000 + "x" + "</div>" * 200_000),
    ("nested tables", "<table><tr><td>" * 60_000),
    (
        "marks left open over many paragraphs",
        "".join(f"<p><font color={n}>x</p>" for n in range(190)) + "<p>x" * 90_000,
    ),
    ("quotes never closed", '<a "' * 250_000),
    ("comments never closed", "<!--" * 250_000),
    ("scripts never closed", "<script>" * 120_000),
    ("angle brackets", "<" * 1_000_000),
    ("ampersands", "&" * 1_000_000),
    ("closing tags of nothing", "</div><span>" * 80_000),
    ("links never closed", "<a href=http://x>y" * 50_000),
    ("cells", "<td>x" * 200_000),
    ("lists", "<ul><li>x" * 100_000),
    ("hidden elements", '<p style="display:none">' * 40_000),
    ("attributes", "<a " + "x=y " * 200_000 + ">"),
    ("a number no integer holds", "&#" + "9" * 900_000 + ";"),
]


@pytest.mark.parametrize("markup", [pytest.param(markup, id=name) for name, markup in NASTY_MARKUP])
def test_a_megabyte_of_nasty_markup_is_read_and_cleaned(markup: str) -> None:
    message = read(mixed(html_part(markup)))
    assert len(message.text) <= MAX_TEXT + len(CUT)
    assert len(sanitise(markup)) < 4 * MEGABYTE


_SIGNED = b"\x30\x80\x06\x09" + bytes.fromhex("2a864886f70d010702") + b"\xa0\x80\x30\x80"
NASTY_MAILS: list[tuple[str, Callable[[], bytes]]] = [
    ("encoded words never closed", lambda: mail(b"Subject: " + b"=?a?q?" * 100_000)),
    ("encoded words within each other", lambda: mail(b"Subject: " + b"=?=?utf-8?q?" * 50_000 + b"?=")),
    ("a sender of spaces", lambda: mail(b"From: " + b" " * 500_000 + b"x")),
    ("a hundred thousand recipients", lambda: mail(b"To: " + b"a@b.example, " * 100_000)),
    ("recipients that never end", lambda: mail(b"To: " + b'"a\\' * 300_000)),
    ("brackets in an address", lambda: mail(b"From: " + b"(<" * 300_000 + b"@")),
    ("parameters without values", lambda: mail(b"Content-Type: text/plain; " + b"a" * 500_000)),
    ("parameters in a thousand sections", lambda: mail(
        b"Content-Type: text/plain; " + b"".join(b'name*%d="x";' % n for n in range(999)) + b'a="' * 10_000)),
    ("a million headers", lambda: b"a:b\n" * 1_000_000 + b"\nx"),
    ("lines that are no headers between some that are", lambda: b"x\na:b\n" * 200_000 + b"From: a@b.example\n\nx"),
    ("ids", lambda: mail(b"References: " + b"<a@b> " * 200_000, b"In-Reply-To: " + b"a" * 500_000)),
    ("a boundary of dashes in a body of dashes", lambda: mail(
        b"Content-Type: multipart/mixed; boundary=---", body=b"-" * 5_000_000)),
    ("dashes at every line, no boundary", lambda: mail(b"Content-Type: multipart/mixed", body=b"--a\r\n" * 500_000)),
    ("padding in every line of base64", lambda: mail(
        "Content-Type: text/plain", "Content-Transfer-Encoding: base64", body=b"A=\n" * 3_000_000)),
    ("nothing but padding", lambda: mail("Content-Type: x/y", "Content-Transfer-Encoding: base64", body=b"=" * 9_000_000)),
    ("soft breaks", lambda: mail("Content-Transfer-Encoding: quoted-printable", body=b"= \n" * 2_000_000)),
    ("a codec that takes long", lambda: mail("Content-Type: text/plain; charset=punycode", body=b"a-" * 100_000)),
    ("quote marks", lambda: mail(body=b"> " * 100_000 + b"\r\n> x" * 60_000)),
    ("attributions that never come", lambda: mail(body="yazdı\n" * 30_000)),
    ("header blocks that never end", lambda: mail(body="Kimden: a@b\nKime: x\n" * 9_000)),
    ("a signature of nothing but beginnings", lambda: mail(
        "Content-Type: application/pkcs7-mime", body=_SIGNED + b"\x30\x80" * 3_000_000)),
    ("a signature of nothing but empty pieces", lambda: mail(
        "Content-Type: application/pkcs7-mime", body=_SIGNED + b"\x04\x00" * 3_000_000)),
    ("mails within mails within mails", lambda: mail(
        "Content-Type: message/rfc822", body=b"Content-Type: message/rfc822\r\n\r\n" * 100_000 + b"x")),
    ("a calendar that repeats itself", lambda: mail(
        "Content-Type: text/calendar", body=b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 100_000)),
]  # fmt: skip


@pytest.mark.parametrize("make", [pytest.param(make, id=name) for name, make in NASTY_MAILS])
def test_a_nasty_mail_gives_a_message(make: Callable[[], bytes]) -> None:
    raw = make()
    assert read(raw).raw == raw


_ENDLESS = struct.pack("<L", 1) + struct.pack("<HHL", 0x1003, 0x1000, 0xFFFFFFFF)
_EMBEDDED = b"\x07\x03\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46"
_OBJECT = struct.pack("<LHHLL", 1, 0x0D, 0x3701, 1, len(_EMBEDDED)) + _EMBEDDED
_GOOD = tnef_file("a.txt", b"iyi")


@pytest.mark.parametrize(
    ("label", "data"),
    [
        ("four thousand million values that are not there", tnef(tnef_object(1, 0x9003, 6, _ENDLESS), _GOOD)),
        ("the same within a file", tnef(_GOOD, tnef_object(2, 0x9005, 6, _ENDLESS))),
        ("four thousand million properties", tnef(tnef_object(1, 0x9003, 6, b"\xff" * 4), _GOOD)),
        ("as many recipients", tnef(tnef_object(1, 0x9004, 6, b"\xff" * 4 + bytes(100)), _GOOD)),
        ("a mail within it within it", tnef(_GOOD, tnef_object(2, 0x9005, 6, _OBJECT))),
        ("nothing behind", tnef(_GOOD) + b"\x02\x0f\x80\x06\x00\xff\xff\xff\xff"),
    ],
)
def test_a_winmail_dat_that_lies_about_its_counts_gives_its_good_files(label: str, data: bytes) -> None:
    assert unpack(data).files == (("a.txt", b"iyi"),), label


def test_a_winmail_dat_of_many_objects_is_read_within_bounds() -> None:
    small = tnef_object(2, 0x9005, 6, struct.pack("<L", 1) + mapi_text(0x3707, "x"))
    unpack(tnef(_GOOD, small * 200_000))
