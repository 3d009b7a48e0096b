"""E8: one mail has one key however it reached us, and two mails never share one."""

import pytest

from connectors.email.parse import parse_mail
from tests.connectors.email.samples.building import (
    JPEG,
    TEXT,
    base64_lines,
    file_part,
    mail,
    mixed,
    multipart,
    plain_part,
    quoted_printable,
    text_mail,
)
from tests.connectors.email.samples.corpus import CORPUS

_PLAIN = mail()
_FILE = mixed(plain_part(), file_part("image/jpeg", "foto.jpg", JPEG))
_DECLARED, _OTHER_BOUNDARY = multipart(
    "mixed", plain_part(), file_part("image/jpeg", "foto.jpg", JPEG), boundary="baska"
)
_TRACE = (
    b"Received: from a.example by b.example; Tue, 24 Nov 2026 10:16:00 +0300\r\n"
    b"Return-Path: <ayse@ornek.example>\r\nDelivered-To: fen@buyuksehir.example\r\n"
    b"X-Spam-Status: No, score=0\r\nAuthentication-Results: b.example; spf=pass\r\n"
)


def key(raw: bytes) -> str | None:
    """The key of a mail."""
    return parse_mail(raw).content_key


@pytest.mark.parametrize(
    ("label", "first", "second"),
    [
        ("with other trace headers", _PLAIN, _TRACE + _PLAIN),
        ("to another mailbox of ours", _PLAIN, mail("To: fen@buyuksehir.example", "Cc: x@y.example")),
        ("with other line ends", _PLAIN, _PLAIN.replace(b"\r\n", b"\n")),
        ("with lines at the end", _PLAIN, _PLAIN + b"\r\n\r\n"),
        ("out of an mbox", _PLAIN, b"From ayse Tue Nov 24 10:15:00 2026\n" + _PLAIN),
        ("with folded headers", _PLAIN, _PLAIN.replace(b"Tue, 24", b"Tue,\r\n 24")),
        (
            "in another transfer encoding",
            text_mail("utf-8", quoted_printable(TEXT), encoding="quoted-printable"),
            text_mail("utf-8", base64_lines(TEXT.replace("\n", "\r\n")), encoding="base64"),
        ),
        ("with another boundary", _FILE, mail(_DECLARED, body=_OTHER_BOUNDARY)),
    ],
)
def test_the_same_mail_has_the_same_key(label: str, first: bytes, second: bytes) -> None:
    assert key(first) == key(second), label


@pytest.mark.parametrize(
    ("label", "first", "second"),
    [
        ("the Message-ID is used again for another text", _PLAIN, mail(body="Başka bir şey.")),
        (
            "the Message-ID is used again on another day",
            _PLAIN,
            mail("Date: Wed, 25 Nov 2026 10:15:00 +0300"),
        ),
        ("somebody else sends the same text", _PLAIN, mail("From: Ali <ali@ornek.example>")),
        ("the same text is sent again", _PLAIN, mail("Message-ID: <2@ornek.example>")),
        ("neither has a Message-ID", mail(without=["message-id"]), mail(body="x", without=["message-id"])),
        ("both have an empty Message-ID", mail("Message-ID: <>"), mail("Message-ID: <>", body="x")),
        ("the words are all in the subject", mail("Subject: a", body=""), mail("Subject: b", body="")),
        ("one file differs", _FILE, mixed(plain_part(), file_part("image/jpeg", "foto.jpg", JPEG + b"x"))),
        ("one file has another name", _FILE, mixed(plain_part(), file_part("image/jpeg", "a.jpg", JPEG))),
        ("a file is missing", _FILE, mixed(plain_part())),
        (
            "text moves between parts",
            mixed(plain_part("ab"), plain_part("c")),
            mixed(plain_part("a"), plain_part("bc")),
        ),
    ],
)
def test_different_mails_have_different_keys(label: str, first: bytes, second: bytes) -> None:
    assert key(first) != key(second), label


def test_mails_of_the_corpus_that_share_a_key_say_the_same() -> None:
    said: dict[str | None, set[tuple[str, str | None, str | None]]] = {}
    for sample in CORPUS:
        message = parse_mail(sample.raw)
        said.setdefault(message.content_key, set()).add((message.text, message.subject, message.sender_name))
    assert [words for words in said.values() if len(words) > 1] == []
    assert len(said) > 200
