"""Taking posted JSON apart by its own bytes, so that one bad item harms no other (W4)."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.json_items import load_object, member, split_list
from domain.errors import UnreadableMessageError

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)
SPLIT = [
    ("a list", b'[1, "a" ,{"b":[2]} ]', [b"1", b'"a"', b'{"b":[2]}']),
    ("an empty list", b" [ ] ", []),
    ("a lone object", b' {"a": 1}\r\n', [b'{"a": 1}']),
    ("a byte order mark", b"\xef\xbb\xbf[1]", [b"1"]),
    ("bytes that are no UTF-8", b'["\xfe", 2]', [b'"\xfe"', b"2"]),
    ("a raw line end", b'["a\nb"]', [b'"a\nb"']),
    ("a comma at the end", b"[1,]", [b"1"]),
]
NOT_SPLIT = [b"", b"[", b"[1", b"[1 2]", b"a=b", b'{"a": 1} {"b": 2}', b"[1] [2]", b"[1], 2", b"[" * 100_000]


@pytest.mark.parametrize(("label", "raw", "pieces"), SPLIT, ids=[r[0] for r in SPLIT])
def test_items_keep_their_own_bytes(label: str, raw: bytes, pieces: list[bytes]) -> None:
    assert split_list(raw) == pieces


@pytest.mark.parametrize("raw", NOT_SPLIT, ids=lambda raw: repr(raw[:20]))
def test_nothing_that_may_hold_one_more_item_passes(raw: bytes) -> None:
    with pytest.raises(UnreadableMessageError):
        split_list(raw)


@given(st.lists(VALUES, max_size=5), st.sampled_from([None, 1]), st.booleans())
def test_the_pieces_are_the_values(values: list[Any], indent: int | None, ascii_only: bool) -> None:
    raw = json.dumps(values, indent=indent, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    pieces = split_list(raw)
    assert len(pieces) == len(values)
    if ascii_only:
        assert [json.loads(piece) for piece in pieces] == values


@given(st.dictionaries(st.text(), VALUES, max_size=5), st.sampled_from([None, 1]))
def test_a_member_is_found_by_its_bytes(value: dict[str, Any], indent: int | None) -> None:
    raw = json.dumps(value, indent=indent).encode()
    for name, expected in value.items():
        found = member(raw, name)
        assert found is not None
        assert json.loads(found) == expected


MEMBERS = [
    (b'{"list": [1, 2], "a": 1}', b"[1, 2]"),
    (b'{"a": {"list": 1}}', None),
    (b'{"list": 1, "list": 2}', b"2"),
    (b"{}", None),
    (b"[1]", None),
    (b"7", None),
]


@pytest.mark.parametrize(("raw", "expected"), MEMBERS)
def test_only_the_objects_own_members_count(raw: bytes, expected: bytes | None) -> None:
    assert member(raw, "list") == expected


@pytest.mark.parametrize("raw", [b"{", b'{"a"', b'{"a": }', b'{"a": 1 "b": 2}', b"{1: 2}", b'{"a"; 1}'])
def test_a_broken_object_has_no_members(raw: bytes) -> None:
    with pytest.raises(UnreadableMessageError):
        member(raw, "a")


def test_an_object_that_is_no_utf8_is_read_as_turkish_windows_text() -> None:
    """E10."""
    assert load_object('{"a": "Şişli"}'.encode("windows-1254")) == ({"a": "Şişli"}, "windows-1254")
    assert load_object('{"a": "Şişli"}'.encode()) == ({"a": "Şişli"}, "utf-8")


@pytest.mark.parametrize("raw", [b"[]", b"7", b"null", b"{", b'{"a":' * 100_000])
def test_what_is_no_object_is_refused(raw: bytes) -> None:
    with pytest.raises(UnreadableMessageError):
        load_object(raw)
