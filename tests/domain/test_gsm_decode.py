"""Reading incoming short messages by their user data header: S5, the header part of test 24."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.gsm_decode import (
    NO_HEADER,
    Concatenation,
    UserDataHeader,
    decode_septets,
    read_header,
    unpack_septets,
)
from domain.gsm_tables import DEFAULT
from tests.domain.sms_encoder import encode
from tests.domain.user_data import decode_user_data

SINGLE = bytes.fromhex("03240101")
LOCKING = bytes.fromhex("03250101")
BOTH = bytes.fromhex("06250101240101")
CONCAT_SINGLE = bytes.fromhex("080003a70302240101")
CONCAT_WIDE_BOTH = bytes.fromhex("0c080412340302250101240101")
WORDS = "Işık Şişli'de söndü, ğ ile İ; çöp 5€ {acil}"

TURKISH = [
    ("single shift", SINGLE, True, False, None),
    ("both tables", BOTH, True, True, None),
    ("single shift in a part", CONCAT_SINGLE, True, False, Concatenation(reference=0xA7, total=3, number=2)),
    (
        "both, wide reference",
        CONCAT_WIDE_BOTH,
        True,
        True,
        Concatenation(reference=0x1234, total=3, number=2),
    ),
]


@pytest.mark.parametrize(
    ("label", "header", "single", "locking", "part"), TURKISH, ids=[r[0] for r in TURKISH]
)
def test_turkish_text_reads_exactly_under_its_header(
    label: str, header: bytes, single: bool, locking: bool, part: Concatenation | None
) -> None:
    data, length = encode(WORDS, header=header, single=single, locking=locking)
    text, read = decode_user_data(data, length=length, has_header=True, ucs2=False)
    assert text == WORDS
    assert read.concatenation == part


def test_the_locking_table_alone_reads_the_seven_letters_as_one_septet_each() -> None:
    data, length = encode("çğĞıİşŞ", header=LOCKING, locking=True)
    assert length == 5 + 7
    assert decode_user_data(data, length=length, has_header=True, ucs2=False)[0] == "çğĞıİşŞ"


def test_without_the_header_no_national_table_is_used() -> None:
    data, length = encode("çş", header=SINGLE, single=True)
    septets = unpack_septets(data[4:], 4, 3)
    assert decode_septets(septets) == "cs"
    assert decode_septets(septets, UserDataHeader(single_shift=1)) == "çş"
    assert decode_septets(septets, UserDataHeader(single_shift=2)) == "cs"
    assert length == 9


def test_a_known_text_packs_as_in_every_description_of_the_alphabet() -> None:
    assert decode_user_data(bytes.fromhex("E8329BFD4697D9EC37"), length=10, has_header=False, ucs2=False) == (
        "hellohello",
        NO_HEADER,
    )


UNSHIFTED = [
    ("the extension needs no header", [0x1B, 0x65, 0x1B, 0x28], "€{"),
    ("a sign the table lacks is read from the main table", [0x1B, 0x41], "A"),
    ("two escapes", [0x1B, 0x1B, 0x41], " A"),
    ("an escape at the end", [0x41, 0x1B], "A"),
]


@pytest.mark.parametrize(("label", "septets", "expected"), UNSHIFTED, ids=[r[0] for r in UNSHIFTED])
def test_escapes_read_as_the_standard_says(label: str, septets: list[int], expected: Any) -> None:
    assert decode_septets(septets) == expected


HEADERS = [
    ("none", b"", UserDataHeader()),
    ("narrow reference", "050003a70201", _part := UserDataHeader(
        octets=6, concatenation=Concatenation(reference=0xA7, total=2, number=1))),
    ("an unknown element first", "0870019900" + "03a70201", UserDataHeader(
        octets=9, concatenation=Concatenation(reference=0xA7, total=2, number=1))),
    ("part number zero is ignored", "050003a70200", UserDataHeader(octets=6)),
    ("part beyond the total is ignored", "050003a70203", UserDataHeader(octets=6)),
    ("wrong element length is ignored", "04000201ff", UserDataHeader(octets=5)),
    ("an element that ends early", "022401", UserDataHeader(octets=3)),
    ("a header longer than the data", "ff240101", UserDataHeader(octets=4, single_shift=1)),
]  # fmt: skip


@pytest.mark.parametrize(("label", "data", "expected"), HEADERS, ids=[r[0] for r in HEADERS])
def test_headers_are_read_element_by_element(label: str, data: Any, expected: Any) -> None:
    assert read_header(bytes.fromhex(data) if isinstance(data, str) else data) == expected


def test_ucs2_reads_by_octets_and_keeps_a_cut_surrogate_for_its_other_half() -> None:
    half = "Çöp \ud83d".encode("utf-16-be", "surrogatepass")
    header = bytes.fromhex("050003a70201")
    text, read = decode_user_data(header + half, length=6 + len(half), has_header=True, ucs2=True)
    assert text == "Çöp \ud83d"
    assert read.concatenation == Concatenation(reference=0xA7, total=2, number=1)


@given(st.binary(max_size=200), st.integers(0, 255), st.booleans(), st.booleans())
def test_no_bytes_ever_raise(data: Any, length: int, has_header: bool, ucs2: bool) -> None:
    text, _ = decode_user_data(data, length=length, has_header=has_header, ucs2=ucs2)
    assert isinstance(text, str)


@given(
    st.text(
        alphabet=st.sampled_from(sorted(set(DEFAULT) - {"\x1b"}) + list("çğĞıİşŞ€{}[]~|^\\")), max_size=140
    )
)
def test_what_is_encoded_is_read_again(text: str) -> None:
    data, length = encode(text, header=SINGLE, single=True)
    assert decode_user_data(data, length=length, has_header=True, ucs2=False)[0] == text
