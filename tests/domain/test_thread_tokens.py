"""E12: tokens of ours are read back however a mail program mangled them, and nobody else can make one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.thread_tokens import make_message_id, make_plus_address, read_plus_address, read_token

KEY = b"k" * 32
GENUINE = make_message_id(KEY, "case", "2026-0001234-5", "buyuksehir.example")
VALUES = st.from_regex(r"[a-z0-9-]{1,40}", fullmatch=True)


def test_a_message_id_holds_no_odd_letters_and_fits_a_header_line() -> None:
    assert GENUINE.isascii()
    assert GENUINE.lower() == GENUINE
    assert set(GENUINE) <= set("<>abcdefghijklmnopqrstuvwxyz0123456789.-@")
    assert len(f"In-Reply-To: {GENUINE}") < 78


def test_the_same_arguments_give_the_same_id_so_that_a_retry_repeats_it() -> None:
    assert make_message_id(KEY, "case", "2026-0001234-5", "buyuksehir.example") == GENUINE


@given(VALUES, st.from_regex(r"[a-z]{1,12}", fullmatch=True))
def test_what_was_made_is_read_back(value: str, kind: str) -> None:
    assert read_token(KEY, [make_message_id(KEY, kind, value, "a.example")]) == (kind, value)


@pytest.mark.parametrize(
    ("label", "ids"),
    [
        ("as made", [GENUINE]),
        ("without brackets", [GENUINE.strip("<>")]),
        ("in capitals", [GENUINE.upper()]),
        ("with spaces around", [f"  {GENUINE} "]),
        ("behind foreign ids", ["<abc@mail.example>", "<x.y@z>", GENUINE]),
        ("at another domain of ours", [GENUINE.replace("buyuksehir", "yeni")]),
        ("behind a forged one", [GENUINE.replace("1234", "1235"), GENUINE]),
    ],
)
def test_an_id_survives_what_mail_programs_do_to_it(label: str, ids: list[str]) -> None:
    assert read_token(KEY, ids) == ("case", "2026-0001234-5"), label


FORGED = [
    ("another case", GENUINE.replace("1234", "1235")),
    ("another kind", GENUINE.replace("case", "unit")),
    ("signed with another key", make_message_id(b"x" * 32, "case", "2026-0001234-5", "buyuksehir.example")),
    ("mac left out", "<case.2026-0001234-5.@buyuksehir.example>"),
    ("mac cut", GENUINE.replace("@", "@", 1)[:20] + "@buyuksehir.example>"),
    ("something in front", GENUINE.replace("<", "<x")),
    ("something behind", GENUINE.replace("@", "x@")),
    ("empty", ""),
    ("brackets only", "<>"),
    ("a letter that looks like another", GENUINE.replace("case", "cаse")),
    ("a kelvin sign, which folds to k", make_message_id(KEY, "k", "1", "a.example").replace("<k", "<\u212a")),
]


@pytest.mark.parametrize(("label", "forged"), FORGED, ids=[label for label, _ in FORGED])
def test_a_forged_id_reads_as_nothing(label: str, forged: str) -> None:
    assert read_token(KEY, [forged]) is None, label


@given(st.lists(st.text()))
def test_no_text_at_all_makes_reading_raise(ids: list[str]) -> None:
    assert read_token(KEY, ids) is None
    assert read_plus_address(KEY, ids) is None


def test_every_single_changed_letter_of_the_signature_is_noticed() -> None:
    head, _, tail = GENUINE.partition("@")
    for position in range(len(head) - 16, len(head)):
        other = "a" if head[position] != "a" else "b"
        assert read_token(KEY, [f"{head[:position]}{other}{head[position + 1 :]}@{tail}"]) is None


def test_a_plus_address_carries_the_token_too() -> None:
    address = make_plus_address(KEY, "case", "2026-0001234-5", "beyazmasa@buyuksehir.example")
    assert address.startswith("beyazmasa+case.2026-0001234-5.")
    assert read_plus_address(KEY, ["x@y.example", address]) == ("case", "2026-0001234-5")
    assert read_plus_address(KEY, [address.upper()]) == ("case", "2026-0001234-5")
    assert read_plus_address(KEY, [address.replace("1234", "1235")]) is None
    assert read_plus_address(KEY, ["beyazmasa@buyuksehir.example"]) is None


@pytest.mark.parametrize(
    ("kind", "value"),
    [("", "1"), ("Case", "1"), ("case", ""), ("case", "a.b"), ("case", "ş"), ("case", "a" * 41)],
)
def test_what_cannot_stand_in_an_id_is_refused_when_it_is_made(kind: str, value: str) -> None:
    with pytest.raises(ValueError, match="message id"):
        make_message_id(KEY, kind, value, "a.example")


def test_an_address_that_would_be_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        make_plus_address(KEY, "case", "2026-0001234-5", f"{'a' * 40}@b.example")
