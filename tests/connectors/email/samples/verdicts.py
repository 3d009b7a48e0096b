# ruff: noqa: E501  (a sample is read best on one line)
"""What kind of mail it is (test 10; E14, E15)."""

from tests.connectors.email.samples.building import Sample, mail


def _sample(name: str, verdict: str, *headers: str, **meaning: str | None) -> Sample:
    return Sample(name=f"{verdict}: {name}", raw=mail(*headers), verdict=verdict, **meaning)  # type: ignore[arg-type]


def _subject(name: str, verdict: str, subject: str) -> Sample:
    return _sample(name, verdict, f"Subject: {subject}", subject=subject)


SAMPLES = [
    _sample("our own mail", "own_loop", "X-Beyazmasa-Instance: beyazmasa", "Auto-Submitted: auto-replied"),
    _sample("our own mail, header in capitals", "own_loop", "X-BEYAZMASA-INSTANCE:  Beyazmasa "),
    _sample("another desk's mail", "auto_reply", "X-Beyazmasa-Instance: baska", "Auto-Submitted: auto-replied"),
    _sample("Auto-Submitted: auto-replied", "auto_reply", "Auto-Submitted: auto-replied (vacation)"),
    _sample("Auto-Submitted: auto-generated", "auto_reply", "Auto-Submitted: auto-generated; type=x"),
    _sample("Auto-Submitted: no", "ordinary", "Auto-Submitted: no"),
    _sample("Precedence: auto_reply", "auto_reply", "Precedence: auto_reply"),
    _sample("Precedence: bulk", "list", "Precedence: bulk"),
    _sample("Precedence: junk", "auto_reply", "Precedence: junk"),
    _sample("Precedence: first-class", "ordinary", "Precedence: first-class"),
    _sample("X-Auto-Response-Suppress: All", "auto_reply", "X-Auto-Response-Suppress: All"),
    _sample("X-Auto-Response-Suppress: OOF", "auto_reply", "X-Auto-Response-Suppress: OOF"),
    _sample("a person's mail that an Exchange group sent on", "list", "X-Auto-Response-Suppress: DR, OOF, AutoReply"),
    _sample("X-Auto-Response-Suppress of receipts only", "ordinary", "X-Auto-Response-Suppress: DR, RN, NRN"),
    _sample("X-Autoreply", "auto_reply", "X-Autoreply: yes"),
    _sample("X-Autoreply: no", "ordinary", "X-Autoreply: no"),
    _sample("X-Autorespond", "auto_reply", "X-Autorespond: Re"),
    _sample("X-RT-Loop-Prevention", "auto_reply", "X-RT-Loop-Prevention: destek.example"),
    _sample("an empty return path", "auto_reply", "Return-Path: <>"),
    _sample("a return path", "ordinary", "Return-Path: <ayse@ornek.example>"),
    _sample("a postmaster", "auto_reply", "From: postmaster@ornek.example", sender="postmaster@ornek.example",
            sender_name=None),
    _sample("a list", "list", "List-Id: Moda <moda.liste.example>"),
    _sample("Precedence: list", "list", "Precedence: list"),
    _sample("a newsletter", "list", "List-Unsubscribe: <https://ornek.example/u>", "Precedence: bulk"),
    _sample("an automatic answer that came through a list", "auto_reply", "List-Id: <m.example>",
            "Auto-Submitted: auto-replied"),
    _sample("a list's own notice", "list", "List-Id: <m.example>", "Auto-Submitted: auto-generated"),
    _subject("Exchange, Turkish", "auto_reply", "Otomatik yanıt: Başvurunuz alındı"),
    _subject("Turkish, in capitals", "auto_reply", "OTOMATİK YANIT"),
    _subject("Turkish, another word", "auto_reply", "Otomatik Cevap"),
    _subject("out of office, Turkish", "auto_reply", "Ofis dışındayım"),
    _subject("out of office, Turkish, a longer form", "auto_reply", "İş yerinde değilim: Çöp"),
    _subject("on leave, Turkish", "auto_reply", "İzindeyim"),
    _subject("yearly leave, Turkish", "auto_reply", "Yıllık izindeyim - 1 Aralık'a kadar"),
    _subject("Exchange, English", "auto_reply", "Automatic reply: Başvurunuz alındı"),
    _subject("out of office, English", "auto_reply", "Out of Office AutoReply: Çöp"),
    _subject("a citizen about an automatic answer", "ordinary", "Otomatik yanıt aldım ama sorun çözülmedi"),
    _subject("a citizen who answers an automatic answer", "ordinary", "Re: Otomatik yanıt: Çöp"),
    _subject("a citizen about an office", "ordinary", "Ofis dışında biriken çöpler"),
    _subject("a citizen about leave", "ordinary", "İzin belgesi"),
    _subject("a citizen about mail that did not come", "ordinary", "Faturam teslim edilemedi"),
    Sample(
        name="bounce: a daemon whose words say nothing",
        raw=mail("From: Mail Delivery System <MAILER-DAEMON@mx.example>"),
        sender="MAILER-DAEMON@mx.example",
        sender_name="Mail Delivery System",
        verdict="bounce",
        reports=[("failed", None, None, True)],
    ),
    Sample(
        name="ordinary: spam verdicts are kept, not believed",
        raw=mail("X-Spam-Flag: YES", "Authentication-Results: mx.example; dmarc=fail", "X-Spam-Status: Yes, score=9"),
        kept={"x_spam": "YES; Yes, score=9", "authentication_results": "mx.example; dmarc=fail"},
    ),
]  # fmt: skip
