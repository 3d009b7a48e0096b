"""No octets make the parser raise, and what it gives can always be stored (E11, G4)."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.email.limits import CUT, MAX_TEXT
from connectors.email.mime import read_structure
from connectors.email.parse import parse_mail, understand
from domain.errors import UnreadableMessageError
from domain.messages import InboundMessage
from domain.text import storable
from tests.connectors.email.samples.corpus import CORPUS

RAW = [sample.raw for sample in CORPUS]
READ_MORE_PATIENTLY = {"closed too early", "an empty part", "the Content-Type of a multipart was lost"}
PATIENT = settings(max_examples=300, suppress_health_check=list(HealthCheck))
PIECES = st.sampled_from([
    b"\r\n", b"\n\n", b"\r", b"--sinir", b"--sinir--", b"--", b"=?utf-8?Q?", b"?=", b"\x00", b"\xff", b"=",
    b"Content-Type: multipart/mixed; boundary=sinir\r\n", b"Content-Type: text/html\r\n\r\n", b"\xfe\xff",
    b";", b"Content-Transfer-Encoding: base64\r\n",
    b"filename*0*=x''%", b"charset=utf-16", b">", b"<!--", b"<",
])  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A sample mail after some accidents: cut, doubled, glued to another, with octets put in or changed."""
    raw = draw(st.sampled_from(RAW))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(raw)))
        end = draw(st.integers(start, min(len(raw), start + 400)))
        accident = draw(st.sampled_from(["cut", "double", "put", "change", "end", "glue"]))
        put = draw(st.one_of(PIECES, st.binary(max_size=20)))
        raw = {
            "cut": raw[:start] + raw[end:],
            "double": raw[:end] + raw[start:],
            "put": raw[:start] + put + raw[start:],
            "change": raw[:start] + put + raw[end:],
            "end": raw[:start],
            "glue": raw[:start] + draw(st.sampled_from(RAW))[start:],
        }[accident]
    return raw


def check(message: InboundMessage, raw: bytes) -> None:
    """What holds for every message, whatever its octets."""
    assert message.raw == raw
    assert message.content_key == message.external_id
    texts = [message.text, message.subject or "", message.sender_name or "", message.html or ""]
    texts += [attachment.name for attachment in message.attachments] + list(message.headers.values())
    for text in texts:
        assert storable(text) == text
    assert len(message.text) <= MAX_TEXT + len(CUT)
    assert all(a.name and "/" not in a.name and a.content is not None for a in message.attachments)
    spans = message.quoted_spans
    assert all(0 <= start < end <= len(message.text) for start, end in spans)
    assert all(left[1] < right[0] for left, right in pairwise(spans))


@PATIENT
@given(st.binary(max_size=3000))
def test_arbitrary_octets_give_a_message(raw: bytes) -> None:
    if raw.strip():
        check(understand(raw, "beyazmasa"), raw)


@PATIENT
@given(mutated())
def test_a_damaged_mail_gives_a_message(raw: bytes) -> None:
    if raw.strip():
        check(understand(raw, "beyazmasa"), raw)


@pytest.mark.parametrize("raw", [b"", b" ", b"\r\n\r\n"])
def test_only_an_empty_mail_is_unreadable(raw: bytes) -> None:
    with pytest.raises(UnreadableMessageError, match="empty"):
        parse_mail(raw)


def test_an_error_nobody_thought_of_becomes_an_unreadable_message(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RecursionError("deep")

    monkeypatch.setattr("connectors.email.parse.read_structure", fail)
    with pytest.raises(UnreadableMessageError, match="RecursionError"):
        parse_mail(b"From: a@b.example\r\n\r\nx")


@PATIENT
@given(st.text(max_size=400))
def test_encoded_words_of_the_standard_library_are_read_back(text: str) -> None:
    message = EmailMessage(policy=policy.SMTP)
    clean = " ".join(storable(text).split())
    if clean.isprintable():
        message["Subject"] = clean
        assert parse_mail(bytes(message) + b"x").subject == (clean or None)


@PATIENT
@given(
    st.text(max_size=300),
    st.sampled_from(["7bit", "8bit", "base64", "quoted-printable"]),
    st.lists(st.binary(max_size=200), max_size=3),
    st.booleans(),
)
def test_a_mail_of_the_standard_library_is_read_back(
    text: str, encoding: str, files: list[bytes], html: bool
) -> None:
    text = "\n".join(line for line in storable(text).split("\n"))
    text = text.replace("\r", "").replace("\x85", "").replace("\u2028", "").replace("\u2029", "").strip()
    if encoding == "7bit":
        text = text.encode("ascii", "ignore").decode().strip()
    message = EmailMessage(policy=policy.SMTP)
    message.set_content(text, cte=encoding if len(text) < 70 else "base64", charset="utf-8")
    if html:
        message.add_alternative("<p>x</p>", subtype="html")
    for content in files:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename="çöp.bin")
    read = parse_mail(message.as_bytes())
    assert [a.content for a in read.attachments] == files
    assert {a.name for a in read.attachments} <= {"çöp.bin"}
    if text:
        assert read.text.strip() == text


def _well_formed(raw: bytes) -> bool:
    """Whether the standard library finds no fault with a mail, and takes no mail within it apart."""
    parts = list(message_from_bytes(raw).walk())
    faults = any(part.defects or part.get_content_maintype() == "message" for part in parts)
    return not faults and bool(parts[0].keys()) and b"\n" in raw


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(sample.raw, id=sample.name)
        for sample in CORPUS
        if _well_formed(sample.raw) and sample.name not in READ_MORE_PATIENTLY
    ],
)
def test_the_structure_agrees_with_the_standard_library_on_well_formed_mails(raw: bytes) -> None:
    theirs = [part for part in message_from_bytes(raw).walk() if not part.is_multipart()]
    bodies = [vars(part)["_payload"].encode("ascii", "surrogateescape") for part in theirs]
    assert [part.body.strip() for part in read_structure(raw).leaves()] == [body.strip() for body in bodies]
