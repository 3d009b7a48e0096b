"""Monthly reports from the clock to the mail: once each, never altered, their files as they were counted."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from random import Random

import pypdfium2
import pytest
from openpyxl import load_workbook

from config.months import began, shifted
from config.settings import Settings
from notifier.report_values import corrections
from notifier.report_words import catalogue, duration, number, percent, share_in_time
from pipeline.clock import SWEEPS
from pipeline.desk import Desk
from pipeline.monthly import archive_month, due_month, make_reports
from pipeline.notice_values import content_of
from pipeline.refusal import RefusedError
from pipeline.report_figures import report_of
from pipeline.report_files import month_on_demand, report_rows, reports_of, write_reports
from pipeline.report_mail import archived_files
from store.models import MonthlyReport, Rating
from store.records import DueNotice
from tests.fakes import Bells, Clock
from tests.servers.postgres import PostgresServer
from tests.store.histories import Story, counted, make_stories, put

MONTH, NEXT = date(2026, 10, 1), date(2026, 11, 1)
AFTER = datetime(2026, 11, 3, 4, 0, tzinfo=UTC)
ROADS, OUTSIDE = "yol-bakim-dairesi", "kadikoy-belediyesi"
UNITS = ("yol-bakim", ROADS)
MANAGERS = ("baskanlik@buyuksehir.example", "genel@buyuksehir.example")


@pytest.fixture(scope="module")
def clock() -> Clock:
    """The morning reports are due."""
    return Clock(AFTER)


@pytest.fixture(scope="module")
def desk(
    postgres_server: PostgresServer,
    taxonomy_template: str,
    tmp_path_factory: pytest.TempPathFactory,
    clock: Clock,
) -> Iterator[Desk]:
    """A desk with the cases of some months, whose reports three clocks have made."""
    with postgres_server.fresh(taxonomy_template) as url:
        made = _desk(Settings(database_url=url, var_dir=tmp_path_factory.mktemp("var")), clock)
        made.settings.report_emails = ", ".join(MANAGERS)
        with made.uow() as uow:
            stories = _stories()
            put(uow, stories[:-1])
            put(uow, stories[-1:], first_id=500)
            uow.session.add(Rating(case_id=500, closed_at=began(MONTH), score=4, at=began(MONTH)))
            uow.commit()
        _run_clocks(made, 3)
        yield made
        made.engine.dispose()


def _desk(settings: Settings, clock: Clock) -> Desk:
    return Desk(settings, now=clock, ring=Bells())


def _stories() -> list[Story]:
    """The last one is with a body outside."""
    made = make_stories(Random(7), began(shifted(MONTH, -2)), 92, 120, UNITS)
    return [*made, _story(began(MONTH), OUTSIDE)]


def _story(at: datetime, unit: str) -> Story:
    story = Story("sms", at, at + timedelta(days=3), None)
    story.add(at, "assigned", unit=unit, topic=None)
    return story


def _run_clocks(desk: Desk, clocks: int) -> None:
    """Let so many clocks tick at once until every report is made and mailed."""

    def run(_: int) -> None:
        mine = Desk(desk.settings, now=desk.now, ring=Bells())
        for _tick in range(1000):
            make_reports(mine)
            if (rows := reports_of(mine, MONTH, None)) and all(row.mailed_at for row in rows):
                break
        mine.engine.dispose()

    with ThreadPoolExecutor(clocks) as pool:
        list(pool.map(run, range(clocks)))


@pytest.fixture(scope="module")
def due(desk: Desk) -> list[DueNotice]:
    """The mails that are owed."""
    with desk.uow() as uow:
        return uow.notifications.claim_due(500, desk.now())


def of(desk: Desk, unit: str | None) -> MonthlyReport:
    with desk.uow() as uow:
        found = uow.monthly_reports.of(MONTH, unit)
    assert found is not None
    return found


def words(pdf: bytes) -> str:
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]
    return "".join("".join(pages).split())


def test_it_is_one_of_the_clocks_sweeps() -> None:
    assert make_reports in SWEEPS


def test_three_clocks_make_each_report_once_with_both_files(desk: Desk) -> None:
    rows = reports_of(desk, MONTH, None)
    assert {None, *UNITS, OUTSIDE} <= {row.unit for row in rows}
    assert len({row.unit for row in rows}) == len(rows)
    assert all(row.pdf_sha256 and row.xlsx_sha256 and row.mailed_at == AFTER for row in rows)


def test_each_address_is_mailed_once_and_bodies_outside_are_not(desk: Desk, due: list[DueNotice]) -> None:
    told = [notice.recipient for notice in due]
    assert len(told) == len(set(told))
    assert {f"mailto:{address}" for address in MANAGERS} <= set(told)
    inside = [row.unit for row in reports_of(desk, MONTH, None) if row.unit not in (None, OUTSIDE)]
    assert len(told) == len(inside) + len(MANAGERS)


def test_the_mail_brings_both_files_as_they_are_archived(desk: Desk, due: list[DueNotice]) -> None:
    manager = next(notice for notice in due if MANAGERS[0] in notice.recipient)
    with desk.uow() as uow:
        content = content_of(desk, uow, manager)
    assert content.attachments == archived_files(desk, of(desk, None))
    names = [file.name for file in content.attachments]
    assert names == ["beyaz-masa-2026-10-sehir-geneli.pdf", "beyaz-masa-2026-10-sehir-geneli.xlsx"]
    assert content.values["report_month"] == "Ekim 2026"


@pytest.mark.parametrize(("unit", "told"), [(None, True), (OUTSIDE, True), (ROADS, False)])
def test_what_citizens_thought_stands_in_the_reports_of_their_units(
    desk: Desk, unit: str | None, *, told: bool
) -> None:
    paper, book = archived_files(desk, of(desk, unit))
    assert ("5üzerinden4(1puan)" in words(paper.content or b"")) is told
    summary = load_workbook(BytesIO(book.content or b"")).worksheets[0]
    values = {row[0].value: row[1].value for row in summary.iter_rows()}
    column = catalogue()["column"]
    assert (values[column["given"]], values[column["mean"]]) == ((1, 4) if told else (0, None))


@pytest.mark.parametrize("unit", [None, ROADS])
def test_the_paper_says_what_was_counted(desk: Desk, unit: str | None) -> None:
    row = of(desk, unit)
    said, total = words((archived_files(desk, row)[0].content) or b""), row.figures["total"]
    for name in ("carried", "opened", "solved", "open", "overdue"):
        assert number(total[name]) in said
    for text in (row.figures["name"], "Ekim 2026", percent(share_in_time(total)), duration(total["median"])):
        assert text.replace(" ", "") in said
    for part in ("units", "topics", "districts", "channels"):
        for line in row.figures[part]:
            cells = [line["name"], *(number(line[n]) for n in ("carried", "opened", "solved", "open"))]
            assert "".join(cells).replace(" ", "") in said


def test_each_page_can_be_drawn_and_is_not_blank(desk: Desk) -> None:
    for page in pypdfium2.PdfDocument(archived_files(desk, of(desk, None))[0].content):
        drawn = page.render(scale=0.3).to_pil().convert("L").getextrema()
        assert drawn[0] < 120 < 250 < drawn[1]


def test_the_workbook_holds_the_numbers_as_numbers(desk: Desk) -> None:
    row = of(desk, ROADS)
    book = load_workbook(BytesIO(archived_files(desk, row)[1].content or b""))
    assert all(sheet.freeze_panes == "B2" for sheet in book)
    sheet = book["Konulara göre"]
    assert [cell.value for cell in sheet[1]][:4] == ["Konu", "Devreden", "Gelen", "Yeniden açılan"]
    for line, cells in zip(row.figures["topics"], sheet.iter_rows(min_row=2), strict=True):
        names = ("name", "carried", "opened", "reopened", "solved", "open", "overdue")
        assert [cell.value for cell in cells[:7]] == [line[name] for name in names]
        assert cells[7].value == (
            pytest.approx(share) if (share := share_in_time(line)) is not None else None
        )
        assert cells[8].value == (None if line["median"] is None else pytest.approx(line["median"] / 3600))
        assert (cells[2].number_format, cells[7].number_format) == ("#,##0", "0.0%")


@pytest.mark.parametrize("unit", [None, ROADS])
def test_the_reopened_workbook_says_what_a_recount_of_all_histories_gives(
    desk: Desk, unit: str | None
) -> None:
    """In its summary, and in the sums of each of its sheets."""
    book = load_workbook(BytesIO(archived_files(desk, of(desk, unit))[1].content or b""))
    mine = [s for s in _stories() if unit is None or s.until(began(NEXT))["unit"] in UNITS]
    wanted, titles = counted(mine, began(MONTH), began(NEXT)), catalogue()["column"]
    names = ("carried", "opened", "reopened", "solved", "open", "overdue")
    summary = {row[0].value: row[1].value for row in book[catalogue()["part"]["summary"]]}
    assert {name: summary[titles[name]] for name in names} == {name: wanted[name] for name in names}
    assert summary[titles["share"]] == pytest.approx(wanted["in_time"] / wanted["solved"])
    for time in ("median", "p90"):
        assert summary[titles[f"{time}_hours"]] == pytest.approx(wanted[time] / 3600)
    for part in ("units", "topics", "districts", "channels"):
        head, *rows = book[catalogue()["part"][part]].iter_rows(values_only=True)
        for name in names:
            column = head.index(titles[name])
            assert sum(int(str(row[column])) for row in rows) == wanted[name], (part, name)


def test_a_late_change_leaves_the_archive_and_shows_as_a_correction_in_the_next_report(
    desk: Desk, clock: Clock
) -> None:
    before = {row.unit: (row.figures, archived_files(desk, row)) for row in reports_of(desk, MONTH, None)}
    with desk.uow() as uow:
        put(uow, [_story(began(MONTH) + timedelta(days=9), ROADS)], first_id=600)
        uow.commit()
    assert not archive_month(desk, MONTH)
    after = {row.unit: (row.figures, archived_files(desk, row)) for row in reports_of(desk, MONTH, None)}
    assert after == before
    clock.step(days=30)
    assert archive_month(desk, due_month(desk.settings, clock()))
    with desk.uow() as uow:
        row = uow.monthly_reports.of(NEXT, ROADS)
    assert row is not None
    told = {c.figure: c.after - c.before for c in corrections(report_of(row)) if c.month == MONTH}
    assert told == {"opened": 1, "open": 1}


def test_reports_are_fetched_again_as_they_were_made(desk: Desk, tmp_path: Path) -> None:
    month = month_on_demand(desk, "2026-10")
    [files] = write_reports(desk, month, ROADS, tmp_path / "raporlar")
    assert [path.read_bytes() for path in files] == [f.content for f in archived_files(desk, of(desk, ROADS))]
    listed = [row for row in report_rows(desk, 100) if row["month"] == "2026-10"]
    assert (listed[0]["unit"], listed[0]["name"]) == (None, "Şehir geneli")


@pytest.mark.parametrize(
    ("month", "reason"),
    [("ekim", "no_month"), ("2026-13", "no_month"), ("2027-01", "not_over"), ("2019-01", "no_cases")],
)
def test_what_is_no_month_to_report_is_refused(desk: Desk, month: str, reason: str) -> None:
    with pytest.raises(RefusedError) as refused:
        month_on_demand(desk, month)
    assert refused.value.reason == reason


@pytest.mark.parametrize(("unit", "reason"), [("yok-boyle", "no_unit"), ("mezarliklar-dairesi", "no_report")])
def test_a_unit_without_a_report_is_refused(desk: Desk, unit: str, reason: str) -> None:
    with pytest.raises(RefusedError) as refused:
        reports_of(desk, MONTH, unit)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("at", "month"),
    [
        ("2026-11-03T06:59:00+03:00", "2026-09-01"),
        ("2026-11-03T07:00:00+03:00", "2026-10-01"),
        ("2026-12-02T23:59:00+03:00", "2026-10-01"),
        ("2026-12-31T22:30:00+00:00", "2026-11-01"),
        ("2027-01-03T04:00:00+00:00", "2026-12-01"),
    ],
)
def test_a_month_is_due_from_its_day_and_hour_in_istanbul(at: str, month: str, settings: Settings) -> None:
    assert due_month(settings, datetime.fromisoformat(at)) == date.fromisoformat(month)
