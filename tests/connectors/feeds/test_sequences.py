"""Numbers that did not come (P3)."""

import pytest

from connectors.feeds.mapping import shipped
from connectors.feeds.sequences import gaps, told

PATTERN = str(shipped("behak")["sequence"])
TABLE = [
    ("nothing came", [], []),
    ("all there", ["2026/1", "2026/2", "2026/3"], []),
    ("out of order and twice", ["2026/3", "2026/1", "2026/2", "2026/2"], []),
    ("one missing", ["2026-1", "2026-3"], ["2026: 2"]),
    ("a run missing", ["2026/4711", "2026/4715", "2026/4718"], ["2026: 4712-4714", "2026: 4716-4717"]),
    ("years apart", ["2025/9", "2026/1", "2026/3"], ["2026: 2"]),
    ("a prefix and zeros", ["BEHAK-2026-000007", "BEHAK-2026-000009"], ["2026: 8"]),
    ("ten digits run nowhere", ["2601234567", "2601234999"], []),
    ("other shapes do not count", ["2026/1", "ek 2026/2 ve 3", "", "2026/3"], ["2026: 2"]),
]


@pytest.mark.parametrize(("label", "references", "expected"), TABLE, ids=[row[0] for row in TABLE])
def test_what_is_missing_is_found_in_each_year(
    label: str, references: list[str], expected: list[str]
) -> None:
    assert [str(gap) for gap in gaps(references, PATTERN)] == expected, label


def test_a_number_that_jumps_far_costs_nothing() -> None:
    [gap] = gaps(["2026/1", "2026/999999999"], PATTERN)
    assert gap.size == 999_999_997


def test_gaps_are_told_in_a_line_however_many_there_are() -> None:
    line = told(gaps([f"2026/{n}" for n in range(0, 1000, 2)], PATTERN))
    assert line.startswith("499 numbers are missing in the feed: 2026: 1, 2026: 3")
    assert len(line) < 200
    assert told([]) == ""


def test_an_empty_pattern_looks_for_nothing() -> None:
    assert gaps(["2026/1", "2026/9"], "") == []
