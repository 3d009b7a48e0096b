"""What stands in our mails: threading, loop marks, nothing injected, Turkish text whole."""

import re
from collections.abc import Callable
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import NotConfiguredError, PermanentError, RecipientRejectedError
from domain.messages import Attachment
from domain.notices import Rendered
from domain.urn import Urn
from notifier.addresses import own_address, recipient_address
from notifier.contracts import Outgoing
from notifier.mail import LOOP_HEADER, compose
from tests.notifier.conftest import LETTERHEAD, NOW

Make = Callable[..., Outgoing]
OUTLOOK_ID = f"<{'AM0PR' * 20}@{'EURPRD' * 5}.prod.outlook.example>"


def wire(outgoing: Outgoing) -> bytes:
    return compose(outgoing, recipient_address(outgoing.recipient), LETTERHEAD, NOW).as_bytes()


def parsed(outgoing: Outgoing) -> EmailMessage:
    return message_from_bytes(wire(outgoing), policy=default)


def test_a_receipt_carries_every_header_of_e15(outgoing: Make) -> None:
    mail = parsed(
        outgoing(message_id="<n.1.abc@buyuksehir.example>", reply_to="beyazmasa+1@buyuksehir.example")
    )
    assert str(mail["From"]) == "Büyükşehir Beyaz Masa <beyazmasa@buyuksehir.example>"
    assert mail["To"] == "ayse@eposta.example"
    assert mail["Subject"] == "Başvurunuz alındı"
    assert parsedate_to_datetime(mail["Date"]) == NOW
    assert mail["Date"].endswith("+0300")
    assert mail["Message-ID"] == "<n.1.abc@buyuksehir.example>"
    assert mail["Reply-To"] == "beyazmasa+1@buyuksehir.example"
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail[LOOP_HEADER] == "beyazmasa"
    assert "In-Reply-To" not in mail
    assert "References" not in mail


def test_a_units_mail_is_generated_and_answers_nobody(outgoing: Make) -> None:
    assert parsed(outgoing(automatic=False))["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    ("label", "in_reply_to", "references", "expected"),
    [
        ("an answer", "<b@x>", ("<a@x>",), ("<b@x>", "<a@x> <b@x>")),
        ("the parent named twice", "<b@x>", ("<a@x>", "<b@x>"), ("<b@x>", "<a@x> <b@x>")),
        ("ids without brackets", "b@x", ("a@x",), ("<b@x>", "<a@x> <b@x>")),
        ("a parent that is no id", "hello there", ("<a@x>",), (None, "<a@x>")),
        ("an id that brings a header", "<b@x>\r\nBcc: z@x.example", (), (None, None)),
        ("an id with a bracket inside", "<b<c@x>", ("<a@x> <b@x>",), (None, None)),
        ("an id that is not ASCII", "<başvuru@x>", (), (None, None)),
        ("an id of more than a line", OUTLOOK_ID, (OUTLOOK_ID,), (OUTLOOK_ID, OUTLOOK_ID)),
    ],
)
def test_answers_are_threaded(
    label: str,
    in_reply_to: str,
    references: tuple[str, ...],
    expected: tuple[str | None, str | None],
    outgoing: Make,
) -> None:
    raw = wire(outgoing(in_reply_to=in_reply_to, references=references))
    mail = message_from_bytes(raw, policy=default)
    assert (mail["In-Reply-To"], mail["References"]) == expected, label
    assert b"z@x.example" not in raw
    assert b"=?" not in b"".join(re.findall(rb"(?im)^(?:in-reply-to|references):.*(?:\r\n[ \t].*)*", raw))


def test_a_long_thread_keeps_its_first_and_its_last_ids(outgoing: Make) -> None:
    ids = tuple(f"<{number}@x.example>" for number in range(500))
    kept = str(parsed(outgoing(references=ids))["References"]).split()
    assert kept == [ids[0], *ids[-19:]]


def test_a_message_id_is_made_of_our_id_and_never_changes(outgoing: Make) -> None:
    first, second = (parsed(outgoing(our_id="n 42/ş"))["Message-ID"] for _ in range(2))
    assert first == second == "<n-42--.beyazmasa@buyuksehir.example>"


INJECTIONS = [
    "x\r\nBcc: victim@kurban.example",
    "x\nBcc: victim@kurban.example",
    "x\rBcc: victim@kurban.example",
    "x\x0bBcc: victim@kurban.example",
    "x\u2028Bcc: victim@kurban.example",
    "x\x85Bcc: victim@kurban.example",
    "x\r\n\r\n<script>",
    "x\x00y",
    "=?utf-8?q?x=0D=0ABcc=3A_victim=40kurban=2Eexample?=",
]


@pytest.mark.parametrize("payload", INJECTIONS)
@pytest.mark.parametrize("field", ["subject", "in_reply_to", "message_id", "headers", "our_id"])
def test_no_value_adds_a_header(field: str, payload: str, outgoing: Make) -> None:
    special: dict[str, dict[str, Any]] = {
        "subject": {"rendered": Rendered(text="x", subject=payload)},
        "headers": {"headers": {"X-Konu": payload}},
    }
    raw = wire(outgoing(**special.get(field, {field: payload})))
    head = raw.partition(b"\r\n\r\n")[0]
    names = [line.partition(b":")[0].lower() for line in re.sub(rb"\r\n[ \t]", b" ", head).split(b"\r\n")]
    assert b"bcc" not in names
    assert len(names) == len(set(names))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    ("text", "name", "address"),
    [
        ("Beyaz Masa <a@x.example>", "Beyaz Masa", "a@x.example"),
        ('"Masa, Beyaz" <a@x.example>', "Masa, Beyaz", "a@x.example"),
        ("<a@x.example>", "", "a@x.example"),
        ("a@x.example", "", "a@x.example"),
    ],
)
def test_a_sender_is_read_from_one_setting(text: str, name: str, address: str) -> None:
    found, spec = own_address("MAIL_FROM", text)
    assert (found, str(spec)) == (name, address)


@pytest.mark.parametrize("payload", INJECTIONS)
def test_a_reply_address_that_is_none_is_refused(payload: str, outgoing: Make) -> None:
    with pytest.raises(PermanentError):
        wire(outgoing(reply_to=payload))


@pytest.mark.parametrize(
    "name", ["Bcc", "bcc", "From", "Subject", "Content-Type", "X Y", "X:Y", "X\r\nBcc", "", "Return-Path"]
)
def test_extra_headers_cannot_stand_in_for_ours(name: str, outgoing: Make) -> None:
    with pytest.raises(PermanentError):
        wire(outgoing(headers={name: "x"}))


@pytest.mark.parametrize(
    ("label", "urn"),
    [
        ("a phone", Urn("tel", "+905320000000")),
        ("no domain", Urn("mailto", "ayse@")),
        ("two addresses", Urn("mailto", "a@x.example,b@x.example")),
        ("a line end", Urn("mailto", "a@x.example\r\nDATA")),
        ("a line end within", Urn("mailto", "a\r\n@x.example")),
        ("a quoted local part", Urn("mailto", '"a b"@x.example')),
        ("a bracket", Urn("mailto", "a>@x.example")),
        ("an encoded word", Urn("mailto", "=?utf-8?q?x=0D=0ABcc=3A_a=40b?=@x.example")),
        ("a NUL", Urn("mailto", "a\x00b@x.example")),
        ("a domain that IDNA cannot write", Urn("mailto", f"a@{'ş' * 64}.example")),
        ("an empty label", Urn("mailto", "a@x..example")),
    ],
)
def test_what_is_no_address_is_refused_before_any_server_sees_it(label: str, urn: Urn) -> None:
    with pytest.raises(RecipientRejectedError):
        recipient_address(urn)


@pytest.mark.parametrize(
    ("text", "wire_form", "utf8"),
    [
        ("ayse@kadıköy.example", "ayse@xn--kadky-wxa4i.example", False),
        ("a..b@x.example", "a..b@x.example", False),
        ("o'neil+bm=1@x.example", "o'neil+bm=1@x.example", False),
        ("çiğdem@x.example", "çiğdem@x.example", True),
    ],
)
def test_odd_addresses_are_written_as_smtp_needs_them(text: str, wire_form: str, utf8: bool) -> None:
    address = recipient_address(Urn("mailto", text))
    assert address.needs_utf8 is utf8
    assert str(address) == wire_form or address.domain.startswith("xn--")


def test_an_address_with_turkish_letters_is_written_raw_for_smtputf8(outgoing: Make) -> None:
    raw = wire(outgoing("çiğdem@x.example"))
    assert "To: çiğdem@x.example\r\n".encode() in raw
    assert "Subject: Başvurunuz alındı\r\n".encode() in raw


@pytest.mark.parametrize("text", ["", "Beyaz Masa", "çiğdem@x.example", "Beyaz Masa <>"])
def test_a_sender_that_some_servers_refuse_is_a_matter_of_configuration(text: str) -> None:
    with pytest.raises(NotConfiguredError, match="MAIL_FROM"):
        own_address("MAIL_FROM", text)


def test_text_and_html_are_alternatives_and_stay_readable_in_the_raw_mail(outgoing: Make) -> None:
    mail = parsed(outgoing())
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    text = mail.get_body(("plain",))
    assert text is not None
    assert text.get_content() == "Başvurunuz alındı.\r\n"
    assert text["Content-Transfer-Encoding"] == "quoted-printable"


@pytest.mark.parametrize(
    ("label", "attachment", "media_type", "name"),
    [
        ("a photo", ("çöp kutusu.jpg", "image/jpeg"), "image/jpeg", "çöp kutusu.jpg"),
        ("a broken type", ("x", "nonsense"), "application/octet-stream", "x"),
        ("a type that brings a header", ("x", "image/png\r\nX: y"), "application/octet-stream", "x"),
        ("a forwarded mail", ("x.eml", "message/rfc822"), "application/octet-stream", "x.eml"),
        (
            "a name that hides a header",
            ("=?utf-8?q?x=0D=0AX=3Ay?=", "image/jpeg"),
            "image/jpeg",
            "=_utf-8?q?x=0D=0AX=3Ay?=",
        ),
        ("a name that brings a header", ("a\r\nX: y.jpg", "image/jpeg"), "image/jpeg", "a X: y.jpg"),
    ],
)
def test_attachments_travel_whole(
    label: str, attachment: tuple[str, str], media_type: str, name: str, outgoing: Make
) -> None:
    given, kind = attachment
    content = bytes(range(256))
    mail = parsed(outgoing(attachments=(Attachment(name=given, media_type=kind, content=content),)))
    (part,) = mail.iter_attachments()
    assert (part.get_content_type(), part.get_filename()) == (media_type, name), label
    assert part.get_payload(decode=True) == content


def test_an_attachment_without_content_is_left_out(outgoing: Make) -> None:
    mail = parsed(outgoing(attachments=(Attachment(name="x", media_type="image/png", content=None),)))
    assert list(mail.iter_attachments()) == []


_turkish = st.text("abcçdefgğhıijklmnoöprsştuüvyzABCÇĞİIÖŞÜ 0123456789-:–'\".,()=?_😀", max_size=300)


@given(_turkish | st.text(st.characters(codec="utf-8"), max_size=200))
def test_any_subject_survives_both_parsers(subject: str) -> None:
    outgoing = Outgoing(
        our_id="n", recipient=Urn("mailto", "a@x.example"), rendered=Rendered(text="x", subject=subject)
    )
    raw = wire(outgoing)
    expected = " ".join("".join(c for c in subject if c >= " " or c in "\t\n\r").replace("\x7f", "").split())
    read = message_from_bytes(raw)["Subject"] or ""
    assert str(make_header(decode_header(read))) == expected
    assert str(message_from_bytes(raw, policy=default)["Subject"] or "") == expected
    assert max(map(len, raw.split(b"\r\n"))) < 998


@given(st.text(st.characters(codec="utf-8"), max_size=400))
def test_any_text_survives(text: str) -> None:
    outgoing = Outgoing(our_id="n", recipient=Urn("mailto", "a@x.example"), rendered=Rendered(text=text))
    raw = wire(outgoing)
    body = message_from_bytes(raw, policy=default).get_content()
    clean = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "", text)
    assert body.split() == clean.split()
    assert max(map(len, raw.split(b"\r\n"))) < 998
