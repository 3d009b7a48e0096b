"""`beyazmasa feed ...`: look first, take in, answer."""

from pathlib import Path

from sqlmodel import col, select

from pipeline.desk import Desk
from store.models import Case, Message
from tests.cli.conftest import Run
from tests.connectors.feeds.make_samples import SAMPLES
from tests.fakes import process_all


def count(desk: Desk) -> int:
    with desk.uow() as uow:
        return len(list(uow.session.scalars(select(col(Message.id)))))


def test_a_mapping_is_tried_on_a_file_without_any_account_or_database(run: Run) -> None:
    mapping, file = SAMPLES / "other_columns.toml", SAMPLES / "cimer_other_columns.csv"
    done = run("feed", "preview", "--mapping", mapping, file)
    assert (done.status, done.err) == (0, "")
    assert "Metin: Vatandaşın Yazdığı" in done.out
    assert "2026-000101" in done.out
    assert "3 satır alınacak" in done.out


def test_a_preview_shows_what_would_fail_what_is_missing_and_takes_nothing_in(desk: Desk, run: Run) -> None:
    run("channel", "add", "behak", "behak-1")
    done = run("feed", "preview", "behak-1", SAMPLES / "behak_gaps.csv")
    assert (done.status, count(desk)) == (0, 0)
    assert "Eksik numaralar: 2026: 4713-4714, 2026: 4717" in done.out
    run("channel", "add", "cimer", "cimer-1")
    bad = run("feed", "preview", "cimer-1", SAMPLES / "cimer_bad_rows.csv", "--json")
    assert (bad.status, count(desk)) == (1, 0)
    [found] = bad.rows
    assert (found["rows"], len(found["faults"]), found["tables"][0]["unmapped"]) == (2, 5, [])


def test_a_preview_counts_what_came_before(desk: Desk, run: Run) -> None:
    run("channel", "add", "cimer", "cimer-1")
    run("feed", "import", "cimer-1", SAMPLES / "cimer_dates.xlsx")
    [found] = run("feed", "preview", "cimer-1", SAMPLES / "cimer_windows_1254.csv", "--json").rows
    assert (found["rows"], found["known"]) == (3, 3)


def test_files_are_taken_in_and_what_was_not_is_said(desk: Desk, run: Run) -> None:
    run("channel", "add", "cimer", "cimer-1")
    files = [SAMPLES / "cimer_dates.xlsx", SAMPLES / "cimer_bad_rows.csv"]
    done = run("feed", "import", "cimer-1", *files)
    assert done.status == 1
    assert "3 satır okundu, 4 yeni teslim, 0 alınamadı" in done.out
    assert "row 4 of cimer_bad_rows.csv: column Başvuru Tarihi" in done.out
    again = run("feed", "import", "cimer-1", *files, "--json")
    assert [row["new"] for row in again.rows] == [0, 0]


def test_answers_are_written_and_said_where(desk: Desk, run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "cevaplar"
    folder.mkdir()
    run("channel", "add", "cimer", "cimer-1", f"answer_folder={folder}")
    assert "dosya yazılmadı" in run("feed", "answers", "cimer-1").out
    run("feed", "import", "cimer-1", SAMPLES / "cimer_dates.xlsx")
    process_all(desk)
    done = run("feed", "answers", "cimer-1")
    [written] = folder.iterdir()
    assert f"3 başvurunun durumu yazıldı: {written}" in done.out
    again = run("feed", "answers", "cimer-1", "--since", "2026-01-01")
    assert "3 başvurunun durumu yazıldı" in again.out
    with desk.uow() as uow:
        assert len(list(uow.session.scalars(select(Case)))) == 3


def test_what_cannot_be_done_is_one_line(desk: Desk, run: Run, tmp_path: Path) -> None:
    run("channel", "add", "email", "posta")
    run("channel", "add", "cimer", "cimer-1")
    broken = tmp_path / "bozuk.toml"
    broken.write_text("columns = 1 2", encoding="utf-8")
    sample = SAMPLES / "cimer_dates.xlsx"
    for arguments in (
        ("import", "posta", sample),
        ("import", "yok", sample),
        ("answers", "cimer-1"),
        ("preview", "--mapping", broken, sample),
        ("preview", "cimer-1", tmp_path / "yok.csv"),
    ):
        done = run("feed", *arguments)
        assert done.status == 1, arguments
        assert done.err.startswith("Hata: "), arguments
        assert len(done.err.splitlines()) == 1
