"""Long messages in parts: S4, test 24 of docs/acceptance.md."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.parts import KEEP, WAIT, Assembly, Part, Whole
from tests.domain.sms_encoder import encode
from tests.domain.user_data import decode_user_data

NOON = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
TEXTS = ("Işıklar Şişli'de ", "söndü, ğ ile İ ", "görünmüyor; çöp 5€.")


def part(
    number: int, text: str | None = None, *, reference: int = 7, total: int = 3, sender: str = "a"
) -> Part:
    words = TEXTS[number - 1] if text is None else text
    return Part(sender=sender, reference=reference, total=total, number=number, text=words)


def feed(*parts: Part) -> tuple[Assembly, list[Whole]]:
    state = Assembly()
    wholes: list[Whole] = []
    for index, one in enumerate(parts):
        state, found = state.add(one, NOON + index * SECOND)
        wholes += found
    return state, wholes


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))), ids=str)
def test_every_order_gives_the_same_text_once(order: tuple[int, ...]) -> None:
    _, wholes = feed(*(part(n) for n in order))
    assert [w.text for w in wholes] == ["".join(TEXTS)]
    assert wholes[0].missing == ()


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))), ids=str)
def test_parts_with_both_turkish_tables_read_exactly_in_every_order(order: tuple[int, ...]) -> None:
    state, wholes = Assembly(), []
    for number in order:
        header = bytes([0x0B, 0x00, 0x03, 0x2A, 3, number, 0x25, 1, 1, 0x24, 1, 1])
        data, length = encode(TEXTS[number - 1], header=header, single=True, locking=True)
        text, read = decode_user_data(data, length=length, has_header=True, ucs2=False)
        where = read.concatenation
        assert where
        one = part(where.number, text, reference=where.reference, total=where.total)
        state, found = state.add(one, NOON)
        wholes += found
    assert [w.text for w in wholes] == ["".join(TEXTS)]


def test_duplicate_parts_change_nothing() -> None:
    _, wholes = feed(part(1), part(1), part(3), part(2), part(2), part(1), part(3))
    assert [w.text for w in wholes] == ["".join(TEXTS)]


def test_two_senders_with_the_same_reference_stay_apart() -> None:
    _, wholes = feed(part(1), part(1, "b1 ", sender="b"), part(2), part(2, "b2 ", sender="b"),
                     part(3, "b3", sender="b"), part(3))  # fmt: skip
    assert [w.text for w in wholes] == ["b1 b2 b3", "".join(TEXTS)]


def test_a_missing_part_is_delivered_with_a_mark_and_patched_when_it_comes() -> None:
    state, wholes = feed(part(1), part(3))
    assert wholes == []
    state, early = state.expire(NOON + WAIT - SECOND)
    assert early == []
    state, marked = state.expire(NOON + WAIT)
    assert [w.text for w in marked] == [TEXTS[0] + "[2/3. parça eksik]" + TEXTS[2]]
    assert marked[0].missing == (2,)
    state, again = state.expire(NOON + 2 * WAIT)
    assert again == []
    state, patched = state.add(part(2), NOON + 3 * WAIT)
    assert [(w.key, w.text, w.missing) for w in patched] == [(marked[0].key, "".join(TEXTS), ())]


def test_parts_are_not_forgotten_while_they_wait_and_forgotten_at_last() -> None:
    state, _ = feed(part(1))
    state, _ = state.expire(NOON + KEEP - SECOND)
    assert len(state.groups) == 1
    state, _ = state.expire(NOON + KEEP)
    assert state.groups == {}


def test_nothing_is_lost_when_nobody_looked_for_a_day() -> None:
    state, _ = feed(part(2))
    state, wholes = state.expire(NOON + 2 * KEEP)
    assert [w.missing for w in wholes] == [(1, 3)]
    assert TEXTS[1] in wholes[0].text
    assert state.groups == {}


def test_a_reused_reference_delivers_what_was_held_and_begins_anew() -> None:
    _, wholes = feed(part(1), part(2), part(1, "Yeni "), part(2, "mesaj "), part(3, "bu."))
    assert [w.text for w in wholes] == [TEXTS[0] + TEXTS[1] + "[3/3. parça eksik]", "Yeni mesaj bu."]
    assert wholes[0].key != wholes[1].key


def test_a_reused_reference_with_an_equal_first_part_keeps_that_part() -> None:
    _, wholes = feed(part(1), part(2), part(3), part(1), part(2, "başka "), part(3, "son."))
    assert [w.text for w in wholes] == ["".join(TEXTS), TEXTS[0] + "başka son."]


def test_a_surrogate_pair_cut_between_parts_is_whole_again() -> None:
    _, wholes = feed(part(1, "Çöp \ud83d", total=2), part(2, "\udc4d!", total=2))
    assert [w.text for w in wholes] == ["Çöp 👍!"]


def test_a_part_outside_its_total_is_refused() -> None:
    with pytest.raises(ValueError, match="part 4 of 3"):
        Assembly().add(part(4, "x"), NOON)


@given(st.data())
def test_every_shuffle_with_duplicates_delivers_every_text_once(data: st.DataObject) -> None:
    total = data.draw(st.integers(1, 6))
    parts = [part(n, f"<{n}>", total=total) for n in range(1, total + 1)]
    order = data.draw(st.permutations(parts + data.draw(st.lists(st.sampled_from(parts), max_size=6))))
    _, wholes = feed(*order)
    assert [w.text for w in wholes] == ["".join(f"<{n}>" for n in range(1, total + 1))]
