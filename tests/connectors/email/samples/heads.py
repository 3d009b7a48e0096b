# ruff: noqa: E501  (a sample is read best on one line)
"""Headers, well-formed and not (test 13; E8, E9, E11, E21)."""

from tests.connectors.email.samples.building import SUBJECT, TEXT, Sample, lines, mail, word

_S = SUBJECT
_TO_NOBODY = b"Subject: " + word(_S)


def _subject(name: str, value: str | bytes, subject: str | None = _S) -> Sample:
    value = value if isinstance(value, bytes) else value.encode()
    return Sample(name=f"subject: {name}", raw=mail(b"Subject: " + value), subject=subject)


def _sender(name: str, value: str | bytes, sender: str | None, shown: str | None) -> Sample:
    value = value if isinstance(value, bytes) else value.encode()
    return Sample(name=f"from: {name}", raw=mail(b"From: " + value), sender=sender, sender_name=shown)


def _date(name: str, value: str, sent_at: str | None) -> Sample:
    return Sample(name=f"date: {name}", raw=mail(f"Date: {value}"), sent_at=sent_at)


_A = "ayse@ornek.example"
SAMPLES = [
    _subject("B words", word(_S)),
    _subject("Q words", word(_S, encoding="Q")),
    _subject("in windows-1254", word(_S, "windows-1254", "Q")),
    _subject("in an unknown charset", word(_S, "windows-1254").replace(b"windows-1254", b"x-bogus")),
    _subject("in an empty charset", word(_S).replace(b"utf-8", b"")),
    _subject("windows-1254 labelled utf-8", word(_S, "windows-1254").replace(b"windows-1254", b"utf-8")),
    _subject("with a language (RFC 2231)", word(_S).replace(b"utf-8", b"utf-8*tr")),
    _subject("a word without its end", word(_S).removesuffix(b"?=")),
    _subject("a word without its end before another", b"=?utf-8?Q?=C3=87=C3=B6p_ =?utf-8?Q?kutusu?=", "Çöp kutusu"),
    _subject("a letter split over two words", b"=?utf-8?Q?=C3?= =?utf-8?Q?=87=C3=B6p?=", "Çöp"),
    _subject("base64 without padding", word("Çöp").rstrip(b"=?") + b"?=", "Çöp"),
    _subject("bad hexadecimal stays", b"=?utf-8?Q?=C3=87=C3=B6p_=ZZ?=", "Çöp =ZZ"),
    _subject("spaces and raw octets inside a word", "=?utf-8?Q?Çöp kutusu?=", "Çöp kutusu"),
    _subject("glued to text", b"Re:=?utf-8?B?w4fDtnA=?=kutusu", "Re:Çöpkutusu"),
    _subject("two words and a folded line", b"=?utf-8?B?w4fDtg==?=\r\n =?utf-8?B?cA==?= var", "Çöp var"),
    _subject("a question mark inside Q", b"=?utf-8?Q?Nas=C4=B1l??=", "Nasıl?"),
    _subject("encoded twice", b"=?utf-8?B?PT91dGYtOD9RP0M9QzM9QjZwPz0=?=", "Cöp"),
    _subject("a line end smuggled into a word", word("Çöp\r\nBcc: x@y.example"), "Çöp Bcc: x@y.example"),
    _subject("something that only looks like a word", b"a =?b= c", "a =?b= c"),
    _subject("folded with a tab", b"Kald\xc4\xb1r\xc4\xb1m\r\n\tbozuk", "Kaldırım bozuk"),
    _subject("empty", b"", None),
    Sample(name="subject: missing", raw=mail(without=["subject"]), subject=None),
    Sample(
        name="subject: twice, the first counts", raw=mail("Subject: Bir", "Subject: İki"), subject="Bir"
    ),
    Sample(name="subject: capitals and a space before the colon", raw=mail("SUBJECT : Yol"), subject="Yol"),
    _sender("quoted name with a comma", f'"Yılmaz, Ayşe" <{_A}>', _A, "Yılmaz, Ayşe"),
    _sender("bare name with a comma", f"Yılmaz, Ayşe <{_A}>", _A, "Yılmaz, Ayşe"),
    _sender("a word with a comma in it", f"=?utf-8?Q?Y=C4=B1lmaz, Ay=C5=9Fe?= <{_A}>", _A, "Yılmaz, Ayşe"),
    _sender("the whole of it in one word", word(f"Ayşe <{_A}>"), _A, "Ayşe"),
    _sender("a word inside quotes", b'"' + word("Ayşe") + b'" <ayse@ornek.example>', _A, "Ayşe"),
    _sender("a name behind as a comment", f"{_A} (Ayşe)", _A, "Ayşe"),
    _sender("only the address", _A, _A, None),
    _sender("the address as its own name", f'"{_A}" <{_A}>', _A, None),
    _sender("a bracket never closed", f"Ayşe <{_A}", _A, "Ayşe"),
    _sender("no brackets", f"Ayşe {_A}", _A, "Ayşe"),
    _sender("mailto in the brackets", f"Ayşe <mailto:{_A}>", _A, "Ayşe"),
    _sender("domain in capitals", "Ayşe <ayse@ORNEK.Example>", _A, "Ayşe"),
    _sender("an IDN domain", "Ali <ali@çöp.example>", "ali@çöp.example", "Ali"),
    _sender("an internationalised local part", "Ayşe <ayşe@ornek.example>", "ayşe@ornek.example", "Ayşe"),
    _sender("a line end smuggled into a word", word("A\r\nB") + b" <ayse@ornek.example>", _A, "A B"),
    _sender("a group", f"Komşular: {_A};", _A, None),
    _sender("two writers, the first counts", f"Ayşe <{_A}>, Ali <ali@ornek.example>", _A, "Ayşe"),
    _sender("empty", "", None, None),
    _sender("empty brackets", "<>", None, None),
    _sender("no address in it", "Mahalle sakini", None, "Mahalle sakini"),
    _sender("an address without a dot", "Ali <ali@localhost>", None, "Ali"),
    Sample(name="from: missing", raw=mail(without=["from"]), sender=None, sender_name=None),
    Sample(
        name="from: missing, Sender stands in",
        raw=mail("Sender: Ali <ali@ornek.example>", without=["from"]),
        sender="ali@ornek.example",
        sender_name="Ali",
    ),
    Sample(
        name="reply-to is a further contact",
        raw=mail("Reply-To: Ayşe <ayse.ev@ornek.example>, ayse@ornek.example"),
        contacts=["ayse.ev@ornek.example"],
    ),
    Sample(name="to: nothing valid in it", raw=mail("To: a. <x@y>, .@, <>")),
    _date("of the usual form", "Tue, 24 Nov 2026 10:15:00 +0300", "2026-11-24T07:15:00+00:00"),
    _date("without a week day and seconds", "24 Nov 2026 10:15 +0300", "2026-11-24T07:15:00+00:00"),
    _date("with a comment", "Tue, 24 Nov 2026 10:15:00 +0300 (GMT+03:00)", "2026-11-24T07:15:00+00:00"),
    _date("in Turkish", "Sal, 24 Kas 2026 10:15:00 +0300", "2026-11-24T07:15:00+00:00"),
    _date("ISO 8601", "2026-11-24T10:15:00+03:00", "2026-11-24T07:15:00+00:00"),
    _date("without a zone", "Tue, 24 Nov 2026 07:15:00", "2026-11-24T07:15:00+00:00"),
    _date("in 1970", "Thu, 01 Jan 1970 00:00:00 +0000", None),
    _date("in 2970", "Tue, 24 Nov 2970 10:15:00 +0300", None),
    _date("an impossible hour", "Tue, 24 Nov 2026 25:61:00 +0300", None),
    _date("an impossible zone", "Tue, 24 Nov 2026 10:15:00 +9900", None),
    _date("words", "dün akşam", None),
    Sample(
        name="date: in 2050 is read and kept",
        raw=mail("Date: Thu, 24 Nov 2050 10:15:00 +0300"),
        sent_at="2050-11-24T07:15:00+00:00",
        kept={"date": "Thu, 24 Nov 2050 10:15:00 +0300"},
    ),
    Sample(name="date: missing", raw=mail(without=["date"]), sent_at=None),
    Sample(name="message-id: missing", raw=mail(without=["message-id"])),
    Sample(name="message-id: empty brackets", raw=mail("Message-ID: <>")),
    Sample(name="message-id: a list in it", raw=mail("Message-ID: <[1]@x>"), kept={"message_id": "<[1]@x>"}),
    Sample(name="message-id: no brackets", raw=mail("Message-ID: 7@x.example"), kept={"message_id": "<7@x.example>"}),
    Sample(
        name="threading: complete ids, folded, none twice",
        raw=mail("In-Reply-To: <b@x>", "References: <a@x>\r\n\t<b@x> <a@x>"),
        in_reply_to="<b@x>",
        references=["<a@x>", "<b@x>"],
    ),
    Sample(
        name="threading: words around an id, ids without brackets",
        raw=mail('In-Reply-To: "Message of 24 Nov" <b@x>', "References: a@x.example b@x.example"),
        in_reply_to="<b@x>",
        references=["<a@x.example>", "<b@x.example>"],
    ),
    Sample(name="a line that is no header", raw=mail("bu bir başlık değil", "X-Baska: evet")),
    Sample(name="the envelope line of an mbox", raw=b"From ayse Tue Nov 24 10:15:00 2026\r\n" + mail()),
    Sample(name="empty lines before the headers", raw=b"\r\n\r\n" + mail()),
    Sample(name="line feeds only", raw=mail().replace(b"\r\n", b"\n")),
    Sample(name="carriage returns only", raw=mail().replace(b"\r\n", b"\r")),
    Sample(
        name="no empty line before the text",
        raw=lines(b"From: Ayse <ayse@ornek.example>", _TO_NOBODY, TEXT.replace("\n", "\r\n"), "", "Son."),
        text=TEXT + "\n\nSon.",
        sender_name="Ayse",
        sent_at=None,
    ),
    Sample(
        name="no headers at all",
        raw="Parkta köpek var.\r\nLütfen gelin.".encode(),
        text="Parkta köpek var.\nLütfen gelin.",
        subject=None, sender=None, sender_name=None, sent_at=None,
    ),
    Sample(
        name="headers only",
        raw=mail(body="", without=["content-type"]).rstrip(),
        text="",
    ),
    Sample(name="a header of 100,000 letters", raw=mail("X-Uzun: " + "a" * 100_000)),
]  # fmt: skip
