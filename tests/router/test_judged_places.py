"""Districts of sentences written apart from the data: found where one is told, and only there."""

import csv
from pathlib import Path

import pytest

from domain.messages import Place
from router.places import PlaceFinder

JUDGED = Path(__file__).parent / "judged"
FLOOR = 0.98


def _rows() -> list[dict[str, str]]:
    texts = [(JUDGED / f"{name}.csv").read_text("utf-8") for name in ("first", "second")]
    return [row for text in texts for row in csv.DictReader(text.splitlines())]


@pytest.mark.parametrize("told", [True, False], ids=["district told", "no district told"])
def test_districts_are_right_in_judged_sentences(finder: PlaceFinder, told: bool) -> None:
    rows = [row for row in _rows() if bool(row["district"]) is told]
    assert len(rows) >= 120
    found = [((finder.find(row["text"]) or Place()).district or "", row) for row in rows]
    wrong = [
        (district, row["district"], row["text"]) for district, row in found if district != row["district"]
    ]
    assert 1 - len(wrong) / len(rows) >= FLOOR, wrong
