"""Faxes that a gateway hands on by mail, told from mails by a rule (P2)."""

from dataclasses import replace
from typing import Any

import pytest

from connectors.email.fax_mail import as_fax
from domain.messages import SCAN, Attachment, InboundMessage
from domain.urn import Urn
from domain.vocabulary import Channel, Verdict

PDF = Attachment(name="fax.pdf", media_type="application/pdf", content=b"%PDF-1.4 ...")
LOGO = Attachment(name="logo.gif", media_type="image/gif", content=b"GIF89a")
MAIL = InboundMessage(
    channel=Channel.EMAIL,
    external_id="key",
    content_key="key",
    text="You have received a fax.",
    raw=b"...",
    sender=Urn("mailto", "fax@gecit.example"),
    sender_name="Fax Gateway",
    contacts=(Urn("mailto", "noreply@gecit.example"),),
    subject="Fax from 0212 555 00 00 (2 pages)",
    attachments=(LOGO, PDF),
    verdict=Verdict.AUTO_REPLY,
    headers={"message_id": "<1@gecit.example>", "auto_submitted": "auto-generated"},
)
STRICT = r"^Fax from (?P<number>[\d ]+)"

# What it is, the account's senders and subject, what differs in the mail; the fax's sender, None for a mail.
RULES: list[tuple[str, tuple[str, ...], str, dict[str, Any], str | None]] = [
    ("the gateway's address", ("Fax@Gecit.example",), "", {}, "fax:+902125550000"),
    ("its domain", ("@gecit.example",), "", {}, "fax:+902125550000"),
    ("a subject that fits", ("@gecit.example",), STRICT, {}, "fax:+902125550000"),
    ("a number nobody knows", ("@gecit.example",), "", {"subject": "A fax"}, ""),
    ("no subject at all", ("@gecit.example",), "", {"subject": None}, ""),
    ("a subject that does not fit", ("@gecit.example",), STRICT, {"subject": "Your invoice"}, None),
    ("somebody else", ("@gecit.example",), "", {"sender": Urn("mailto", "a@notgecit.example")}, None),
    ("a forger", ("@gecit.example",), "", {"headers": {"authentication_results": "x; dmarc=fail"}}, None),
    ("nobody", ("@gecit.example",), "", {"sender": None}, None),
    ("without a scan", ("@gecit.example",), "", {"attachments": (LOGO,)}, None),
    ("no rule", (), "", {}, None),
]


@pytest.mark.parametrize(
    ("label", "senders", "subject", "given", "sender"), RULES, ids=[row[0] for row in RULES]
)
def test_a_gateway_s_mail_is_a_fax_and_no_other(
    label: str, senders: tuple[str, ...], subject: str, given: dict[str, Any], sender: str | None
) -> None:
    mail = replace(MAIL, **given)
    found = as_fax(mail, senders, subject)
    if sender is None:
        assert replace(found, verdict=mail.verdict) == mail
    else:
        assert found.channel is Channel.FAX
        assert str(found.sender or "") == sender
        assert found.headers[SCAN] == "1"


UNSURE: list[tuple[str, str, dict[str, Any], Verdict]] = [
    ("a subject that does not fit", STRICT, {"subject": "Telefaks: 2 sayfa"}, Verdict.LIST),
    ("forged", "", {"headers": {"authentication_results": "x; dmarc=fail"}}, Verdict.LIST),
    ("without a scan", "", {"attachments": (LOGO,)}, Verdict.AUTO_REPLY),
    ("from somebody else", "", {"sender": Urn("mailto", "a@notgecit.example")}, Verdict.AUTO_REPLY),
    ("a bounce", STRICT, {"subject": "x", "verdict": Verdict.BOUNCE}, Verdict.BOUNCE),
]


@pytest.mark.parametrize(("label", "subject", "given", "verdict"), UNSURE, ids=[row[0] for row in UNSURE])
def test_a_scan_that_may_be_a_fax_is_looked_at_by_somebody_and_answered_by_nobody(
    label: str, subject: str, given: dict[str, Any], verdict: Verdict
) -> None:
    """Among the automatic replies a gateway's new subject would hide every fax."""
    mail = replace(MAIL, **given)
    assert as_fax(mail, ("@gecit.example",), subject) == replace(mail, verdict=verdict)


def test_a_fax_says_nothing_that_the_gateway_said_and_is_kept_like_a_letter() -> None:
    fax = as_fax(MAIL, ("@gecit.example",), "")
    assert (fax.text, fax.subject, fax.sender_name, fax.contacts) == ("", None, None, ())
    assert fax.verdict is Verdict.ORDINARY
    assert "message_id" not in fax.headers
    assert fax.headers["gateway"] == "fax@gecit.example"
    assert fax.headers["sending_number"] == "0212 555 00 00"
    assert (fax.external_id, fax.content_key, fax.raw) == (MAIL.external_id, MAIL.content_key, MAIL.raw)
    assert fax.waits
