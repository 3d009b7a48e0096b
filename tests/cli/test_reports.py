"""`beyazmasa report` as a person types it."""

from datetime import timedelta
from pathlib import Path

import pytest

from config.months import month_of
from pipeline.desk import Desk
from tests.cli.conftest import Run
from tests.store.histories import Story, put


@pytest.fixture
def month(desk: Desk) -> str:
    """A month that is over, with one case of a unit that has no units above it in it."""
    at = desk.now() - timedelta(days=62)
    story = Story("email", at, at + timedelta(days=3), "Kadıköy")
    story.add(at, "assigned", unit="kadikoy-belediyesi", topic=None)
    with desk.uow() as uow:
        put(uow, [story])
        uow.commit()
    return f"{month_of(at):%Y-%m}"


def test_a_month_is_written_printed_and_listed(desk: Desk, run: Run, month: str, tmp_path: Path) -> None:
    ran = run("report", month, "--unit", "kadikoy-belediyesi", "--out", tmp_path / "r", "--json")
    assert (ran.status, ran.err) == (0, "")
    assert [(row["unit"], row["total"]["opened"]) for row in ran.rows] == [("kadikoy-belediyesi", 1)]
    stem = f"beyaz-masa-{month}-kadikoy-belediyesi"
    assert {path.name for path in (tmp_path / "r").iterdir()} == {f"{stem}.pdf", f"{stem}.xlsx"}
    assert (tmp_path / "r" / f"{stem}.pdf").read_bytes().startswith(b"%PDF")
    listed = run("report", "list", "--json").rows
    assert [(row["month"], row["unit"], row["mailed_at"]) for row in listed] == [
        (month, None, None),
        (month, "kadikoy-belediyesi", None),
    ]
    assert "Şehir geneli" in run("report", "list").out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [(["ekim"], "bir ay değil"), (["2999-01"], "henüz bitmedi"), (["2001-01"], "hiç başvuru yok")],
)
def test_what_cannot_be_reported_is_refused_in_one_line(
    desk: Desk, run: Run, arguments: list[str], told: str
) -> None:
    ran = run("report", *arguments)
    assert (ran.status, ran.out) == (1, "")
    assert told in ran.err
