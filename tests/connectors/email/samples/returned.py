# ruff: noqa: E501  (a sample is read best on one line)
"""Bounces and other reports about mail of ours (tests 10 and 11; E17)."""

from collections.abc import Sequence

from tests.connectors.email.samples.building import (
    File,
    Report,
    Sample,
    crlf,
    lines,
    mail,
    mixed,
    part,
    plain_part,
)

OURS = "<notice.41.abcdefghijklmnop@buyuksehir.example>"
_HEADERS = f"Message-ID: {OURS}\r\nFrom: beyazmasa@buyuksehir.example\r\nSubject: Alindi\r\n"
_RETURNED = part("Content-Type: message/rfc822", body=_HEADERS + "\r\nBaşvurunuz alındı.")
_RETURNED_HEADERS = part("Content-Type: text/rfc822-headers", body=_HEADERS)
_DAEMON = "From: MAILER-DAEMON@mx.example (Mail Delivery System)"


def _status(*groups: str) -> bytes:
    body = "Reporting-MTA: dns; mx.example\n\n" + "\n\n".join(groups) + "\n"
    return part("Content-Type: message/delivery-status", body=crlf(body))


def _group(action: str, status: str, address: str = "ayse@ornek.example", more: str = "") -> str:
    return f"Final-Recipient: rfc822; {address}\nAction: {action}\nStatus: {status}{more}"


def _report(name: str, words: str, *parts: bytes, reports: Sequence[Report], subject: str = "Undelivered Mail Returned to Sender",
            sender: str = _DAEMON, files: Sequence[File] = (), shown: str | None = "Mail Delivery System",
            address: str = "MAILER-DAEMON@mx.example") -> Sample:  # fmt: skip
    raw = mixed(
        plain_part(words), *parts, kind="report", more="; report-type=delivery-status",
        headers=[sender, f"Subject: {subject}", "Return-Path: <>", "Auto-Submitted: auto-replied"],
    )  # fmt: skip
    return Sample(
        name=f"report: {name}", raw=raw, text=words, subject=subject, sender=address, sender_name=shown,
        verdict="bounce", reports=reports, files=files,
    )  # fmt: skip


def _prose(
    name: str, words: str, *headers: str, subject: str, reports: Sequence[Report], answered: str | None = None
) -> Sample:
    raw = mail(_DAEMON, f"Subject: {subject}", "Return-Path: <>", *headers, body=words)
    return Sample(
        name=f"report: {name}", raw=raw, text=words, subject=subject, sender="MAILER-DAEMON@mx.example",
        sender_name="Mail Delivery System", verdict="bounce", reports=reports, in_reply_to=answered,
    )  # fmt: skip


_LETTER = ("Alindi.eml", "message/rfc822", (_HEADERS + "\r\nBaşvurunuz alındı.").encode(), False)
_UNKNOWN = "\nDiagnostic-Code: smtp; 550 5.1.1 User unknown"
_QMAIL = """Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<ayse@ornek.example>:
192.0.2.1 does not like recipient.
Remote host said: 550 5.1.1 user unknown
Giving up on 192.0.2.1.

--- Below this line is a copy of the message.

Return-Path: <beyazmasa@buyuksehir.example>
Message-ID: <notice.41.abcdefghijklmnop@buyuksehir.example>
From: beyazmasa@buyuksehir.example

Alindi."""
SAMPLES = [
    _report(
        "Postfix, user unknown", "This is the mail system at host mx.example.",
        _status(_group("failed", "5.1.1", more=_UNKNOWN)), _RETURNED,
        reports=[("failed", "ayse@ornek.example", OURS, True)], files=[_LETTER],
    ),
    _report(
        "Postfix, headers only, two recipients", "This is the mail system at host mx.example.",
        _status(_group("failed", "5.2.2"), _group("failed", "4.4.1", "ali@ornek.example")), _RETURNED_HEADERS,
        reports=[("failed", "ayse@ornek.example", OURS, True), ("failed", "ali@ornek.example", OURS, False)],
    ),
    _report(
        "delayed is no failure", "The message will be retried.", _status(_group("delayed", "4.4.1")), _RETURNED_HEADERS,
        reports=[("sent", "ayse@ornek.example", OURS, False)], subject="Warning: message delayed",
    ),
    _report(
        "delivered, for whoever asked", "Your message was delivered.", _status(_group("delivered", "2.1.5")),
        _RETURNED_HEADERS, reports=[("delivered", "ayse@ornek.example", OURS, False)],
    ),
    _report(
        "Exchange, Turkish", "İleti şu alıcılara teslim edilemedi:\n\nayse@ornek.example",
        _status(_group("failed", "5.1.10", more="\nDiagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound")),
        _RETURNED, reports=[("failed", "ayse@ornek.example", OURS, True)], files=[_LETTER],
        subject="Teslim Edilemedi: Alındı",
        sender="From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@ornek.example>",
        shown="Microsoft Outlook", address="MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@ornek.example",
    ),
    _report(
        "the address it was sent to counts, not where it was forwarded", "Fail",
        _status("Original-Recipient: rfc822;ayse@ornek.example\nFinal-Recipient: rfc822;x@baska.example\nAction: failed"
                "\nStatus: 5.0.0"),
        _RETURNED_HEADERS, reports=[("failed", "ayse@ornek.example", OURS, True)],
    ),
    _report(
        "without the returned mail", "Fail", _status(_group("failed", "5.1.1")),
        reports=[("failed", "ayse@ornek.example", None, True)],
    ),
    _report(
        "a status part with nothing in it", "Fail", part("Content-Type: message/delivery-status", body=b""),
        _RETURNED_HEADERS, reports=[("failed", None, OURS, True)],
    ),
    _prose("qmail", _QMAIL, subject="failure notice", reports=[("failed", "ayse@ornek.example", OURS, True)]),
    _prose(
        "Exim", "A message that you sent could not be delivered.\n\n  ayse@ornek.example\n    550 no such user",
        "X-Failed-Recipients: ayse@ornek.example", f"In-Reply-To: {OURS}",
        subject="Mail delivery failed: returning message to sender", answered=OURS,
        reports=[("failed", "ayse@ornek.example", OURS, True)],
    ),
    _prose(
        "Turkish, in prose", "Aşağıdaki adrese iletilemedi: ayse@ornek.example\n452 4.2.2 posta kutusu dolu",
        "X-Failed-Recipients: ayse@ornek.example", subject="İleti teslim edilemedi",
        reports=[("sent", "ayse@ornek.example", None, False)],
    ),
    Sample(
        name="report: read receipt",
        raw=mixed(
            plain_part("İletiniz okundu."),
            part("Content-Type: message/disposition-notification", body=lines("Disposition: manual-action; displayed")),
            kind="report", more="; report-type=disposition-notification", headers=["Subject: Okundu: Alindi"],
        ),
        text="İletiniz okundu.", subject="Okundu: Alindi", verdict="auto_reply",
    ),
    Sample(
        name="report: somebody called our mail spam (ARF)",
        raw=mixed(
            plain_part("This is an abuse report."),
            part("Content-Type: message/feedback-report", body=lines("Feedback-Type: abuse", "Version: 1")),
            _RETURNED_HEADERS, kind="report", more="; report-type=feedback-report",
        ),
        text="This is an abuse report.", verdict="bounce",
    ),
]  # fmt: skip
