"""Mails as programs write them: plain, in an old charset, with a photo; replies, automatic ones, bounces."""

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from config.settings import ISTANBUL
from demo.mailroom import DESK, LMTP_ACCOUNT, PIPE_ACCOUNT
from demo.papers import photo
from demo.script import Line
from demo.stage import Handed, Stage

_BOUNCE = """\
Return-Path: <>
From: MAILER-DAEMON@posta.example
To: {desk}
Subject: Undelivered Mail Returned to Sender
Date: {date}
Message-ID: <{mark}@posta.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b{mark}"

--b{mark}
Content-Type: text/plain; charset=utf-8

{words}

--b{mark}
Content-Type: message/delivery-status

Reporting-MTA: dns; posta.example

Final-Recipient: rfc822; {address}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--b{mark}
Content-Type: text/rfc822-headers

Message-ID: {ours}
To: {address}

--b{mark}--
"""


def lmtp(stage: Stage, line: Line) -> Handed:
    """By LMTP, twice where the mail server was not sure that we had it."""
    raw = _raw(stage, line)
    sender = "" if line.how == "bounce" else stage.person(line).email
    for _ in range(1 + line.twice):
        stage.mailroom.deliver(raw, sender)
    return Handed(account=LMTP_ACCOUNT, key=line.key, words=stage.words(line))


def pipe(stage: Stage, line: Line) -> Handed:
    """By pipe."""
    stage.mailroom.pipe(_raw(stage, line))
    return Handed(account=PIPE_ACCOUNT, key=line.key, words=stage.words(line))


def _raw(stage: Stage, line: Line) -> bytes:
    return _bounce(stage, line) if line.how == "bounce" else _mail(stage, line).as_bytes()


def _mail(stage: Stage, line: Line) -> EmailMessage:
    person, mail = stage.person(line), EmailMessage(policy=SMTP)
    mail["From"] = f"{person.name} <{person.email}>"
    mail["To"] = DESK
    mail["Subject"] = stage.words(line, line.subject or "Başvuru")
    mail["Date"] = format_datetime(datetime.now(ISTANBUL))
    mail["Message-ID"] = f"<{stage.mark(line)}@posta.example>"
    if line.how in ("reply", "answering_machine"):
        mail["In-Reply-To"] = stage.receipt_of(line.after)
    if line.how == "answering_machine":
        mail["Auto-Submitted"] = "auto-replied"
    mail.set_content(stage.words(line), charset=line.charset, cte="8bit")
    if line.photo:
        mail.add_attachment(photo(stage.serial()), maintype="image", subtype="jpeg", filename="fotoğraf.jpg")
    return mail


def _bounce(stage: Stage, line: Line) -> bytes:
    told = {
        "desk": DESK,
        "date": format_datetime(datetime.now(ISTANBUL)),
        "mark": stage.mark(line),
        "words": stage.words(line),
        "address": stage.person(line).email,
        "ours": stage.receipt_of(line.after),
    }
    return _BOUNCE.format(**told).replace("\n", "\r\n").encode()
