"""None of the parser's readers raises, and what they give holds together (E10, E11, E20)."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.email.charset import decode
from connectors.email.encoded_words import decode_header
from connectors.email.headers import read_date, read_ids
from connectors.email.html_text import html_to_prose
from connectors.email.parameters import read_parameters
from connectors.email.quotes import quoted_spans
from connectors.email.transfer import decode_transfer
from domain.text import storable

PATIENT = settings(max_examples=300, suppress_health_check=list(HealthCheck))
MARKUP = st.lists(
    st.one_of(
        st.text(max_size=12),
        st.sampled_from([
            "<p>", "</p>", "<br>", "<div>", "</div>", "<td>", "<tr>", "<table>", "</table>", "<ul>",
            "<li>", "</ul>", "<a href='http://x'>", "</a>", "<pre>", "</pre>", "<!--", "-->", "<script>",
            "</script>", "<", ">", "\"", "<blockquote type=cite>", "</blockquote>",
            "<p style='display:none'>", "'", "&", "&amp;", "<img alt=x>", "&#x110000;",
            "&#99999999999999999999;",
        ]),
    ),
    max_size=40,
)  # fmt: skip
LINES = st.sampled_from([
    "> alıntı", "", "Kimden: a@b.example", "Kime: c@d.example", "Konu: x", "Tarih: 24.11.2026", "  ",
    "kendi sözüm", "-----Orijinal İleti-----",
    "A <a@b.example>, 24 Kas 2026 Sal, 10:15 tarihinde şunu yazdı:", "____________",
    "tarihinde şunu yazdı:", "---------- Forwarded message ---------", "\u200b> x",
    "On Mon, Nov 24, 2026 X <x@y.example> wrote:",
])  # fmt: skip
CHARSETS = st.one_of(st.none(), st.text(max_size=30), st.sampled_from(["utf-7", "utf-16", "hz", "idna"]))


@PATIENT
@given(st.binary(max_size=500), CHARSETS)
def test_the_charset_ladder_always_ends_in_a_storable_text(data: bytes, declared: str | None) -> None:
    text, charset = decode(data, declared)
    assert storable(text) == text
    assert charset


@PATIENT
@given(st.binary(max_size=300))
def test_no_header_makes_a_reader_raise(value: bytes) -> None:
    assert "\n" not in decode_header(value)
    read_ids([value])
    read_date(value)
    read_parameters(value)
    read_parameters(b"attachment; filename" + value)


@PATIENT
@given(
    st.binary(max_size=300),
    st.sampled_from(["base64", "quoted-printable", "x-uuencode", "", "x"]),
    st.booleans(),
)
def test_no_body_makes_its_decoder_raise(data: bytes, encoding: str, is_text: bool) -> None:
    decode_transfer(data, encoding, is_text=is_text)


@PATIENT
@given(MARKUP)
def test_no_markup_makes_its_reader_raise_and_its_quotes_lie_within_the_text(pieces: list[str]) -> None:
    prose = html_to_prose(" ".join(pieces))
    assert storable(prose.text) == prose.text
    assert all(0 <= start < end <= len(prose.text) for start, end in prose.quoted)


@PATIENT
@given(st.lists(LINES, max_size=30), st.sampled_from(["", "FW: x", "Re: x"]))
def test_quoted_spans_are_whole_lines_in_order(lines: list[str], subject: str) -> None:
    text = "\n".join(lines)
    spans = quoted_spans(text, subject=subject)
    last = -1
    for start, end in spans:
        assert last < start < end <= len(text)
        assert start == 0 or text[start - 1] == "\n"
        assert end == len(text) or text[end] == "\n"
        last = end
    if "Forwarded message" not in text:
        inside = sum(text[start:end].split("\n").count("> alıntı") for start, end in spans)
        assert inside == lines.count("> alıntı")
