"""What became of each reference is told the institution by a file: nightly once, and on demand (P3)."""

from pathlib import Path
from threading import Barrier, Thread

import pytest

from config.settings import Settings
from connectors.feeds.mapping import read_mapping
from connectors.feeds.packed import members
from connectors.feeds.reading import read_table
from domain.errors import ConnectionFailedError, NotConfiguredError
from domain.vocabulary import CaseState, Channel, Direction, HealthState
from pipeline.clock import SWEEPS
from pipeline.desk import Desk
from pipeline.feed_answers import write_nightly, write_now
from pipeline.merging import merge
from pipeline.outcomes import resolve_by
from store.incident_records import Answerable
from store.models import AccountHealth, Answer
from store.records import Account
from tests.fakes import Clock, make_desk
from tests.pipeline.feeding import batch, cases, feed, row, take_in

SHIPPED = read_mapping("", Channel.CIMER)
Told = list[tuple[str, ...]]


def told(path: Path | None) -> Told:
    """The file's lines: reference, state, answer."""
    assert path is not None
    rows = read_table(path.name, path.read_bytes(), SHIPPED).rows
    return [tuple(row.cells.get(name, "") for name in ("Başvuru No", "Durum", "Cevap")) for row in rows]


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def resolve(desk: Desk, reference: str, why: str) -> None:
    case = cases(desk)[reference]
    with desk.uow() as uow:
        uow.cases.move(
            case.id or 0, CaseState(case.state), CaseState.RESOLVED, actor="birim", why=why, now=desk.now()
        )
        uow.commit()


def answer(desk: Desk, reference: str, said: str) -> None:
    """Close a case as a unit or an operator does who answers it in words."""
    case = cases(desk)[reference]
    closing = Answerable(
        case_id=case.id or 0, state=case.state, confidentiality=case.confidentiality, channel=case.channel
    )
    with desk.uow() as uow:
        kept = uow.answers.add(Answer(text=said, actor="birim", at=desk.now(), finished_at=desk.now()))
        resolve_by(desk, uow, kept, [closing], desk.now())
        uow.commit()


def health(desk: Desk, account: Account) -> AccountHealth | None:
    with desk.uow() as uow:
        return uow.health.get(account.id, Direction.OUTBOUND)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "cevaplar"
    made.mkdir()
    return made


@pytest.fixture
def account(desk: Desk, folder: Path) -> Account:
    """A feed that brought three applications and writes its answers as CSV."""
    made = feed(desk, answer_folder=folder, answer_format="csv")
    take_in(desk, made, batch(row("2026-1"), row("2026-2"), row("2026-3")))
    return made


def test_an_answer_file_holds_state_answer_and_unit_of_each_reference(
    desk: Desk, account: Account, clock: Clock
) -> None:
    resolve(desk, "2026-2", "Konteyner değiştirildi; teşekkürler.")
    answer(desk, "2026-3", "Lamba takıldı.")
    written = write_now(desk, account)
    assert written.answers == 3
    assert [line[0] for line in told(written.path)] == ["2026-1", "2026-2", "2026-3"]
    assert told(written.path)[1][1:] == ("Cevaplandı", "Konteyner değiştirildi; teşekkürler.")
    assert told(written.path)[2][1:] == ("Cevaplandı", "Lamba takıldı.")
    [first, second, _] = read_table("a", written.path.read_bytes() if written.path else b"", SHIPPED).rows
    assert first.cells["İlgili Birim"]
    assert second.cells["Cevap Tarihi"] == "23.11.2026 12:00:00"


def test_the_next_file_tells_what_changed_since_and_an_older_one_can_be_written_again(
    desk: Desk, account: Account, clock: Clock
) -> None:
    begun = desk.now()
    clock.step(hours=1)
    write_now(desk, account)
    clock.step(hours=1)
    assert write_now(desk, account).path is None
    resolve(desk, "2026-3", "Bitti")
    clock.step(hours=1)
    again = write_now(desk, account, since=begun)
    assert [line[0] for line in told(again.path)] == ["2026-1", "2026-2", "2026-3"]
    clock.step(hours=1)
    assert [line[0] for line in told(write_now(desk, account).path)] == ["2026-3"]
    clock.step(hours=1)
    assert write_now(desk, account).path is None


def test_a_merged_reference_is_told_what_becomes_of_the_case_it_was_merged_into(
    desk: Desk, folder: Path, clock: Clock
) -> None:
    account = feed(desk, answer_folder=folder, answer_format="csv")
    caller = "0532 000 00 07"
    take_in(desk, account, batch(row("2026-1", Telefon=caller), row("2026-2", Telefon=caller)))
    found = cases(desk)
    merge(desk, found["2026-1"].number, found["2026-2"].number, actor="operator")
    clock.step(hours=1)
    write_now(desk, account)
    clock.step(hours=1)
    resolve(desk, "2026-2", "Bitti")
    clock.step(hours=1)
    assert told(write_now(desk, account).path) == [
        ("2026-1", "Cevaplandı", "Bitti"),
        ("2026-2", "Cevaplandı", "Bitti"),
    ]


FORMATS: list[tuple[str, bool]] = [("xlsx", False), ("xml", False), ("csv", True)]


@pytest.mark.parametrize(("written_as", "zipped"), FORMATS, ids=[each[0] for each in FORMATS])
def test_every_format_is_written_whole_and_under_its_name(
    desk: Desk, folder: Path, written_as: str, zipped: bool
) -> None:
    account = feed(desk, answer_folder=folder, answer_format=written_as, answer_zip=zipped)
    take_in(desk, account, batch(row("2026-1")))
    write_now(desk, account)
    assert files(folder) == [f"kurum-2026-11-23-120000.{'zip' if zipped else written_as}"]
    [path] = folder.iterdir()
    content = path.read_bytes()
    if zipped:
        [(name, content)] = members(content)
        assert name == f"kurum-2026-11-23-120000.{written_as}"
    assert [next(iter(line.cells.values())) for line in read_table("a", content, SHIPPED).rows] == ["2026-1"]


def test_a_night_is_written_once_however_many_clocks_run(
    desk: Desk, account: Account, folder: Path, desk_settings: Settings, clock: Clock
) -> None:
    clock.step(hours=13)  # 01:00, and the account's hour is 3
    write_nightly(desk)
    assert files(folder) == []
    clock.step(hours=3)
    resolve(desk, "2026-1", "Bitti")  # so lately that a second file of this night would tell it, too
    clocks = [make_desk(desk_settings, clock) for _ in range(4)]
    together = Barrier(len(clocks))

    def tick(one: Desk) -> None:
        together.wait()
        write_nightly(one)

    threads = [Thread(target=tick, args=(one,)) for one in clocks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in clocks:
        one.engine.dispose()
    assert files(folder) == ["kurum-2026-11-24.csv"]
    (folder / "kurum-2026-11-24.csv").unlink()
    write_nightly(desk)
    assert files(folder) == []
    clock.step(days=1)
    resolve(desk, "2026-2", "Bitti")
    write_nightly(desk)
    told_again = "2026-1"  # it changed in the last quarter of an hour before the night's file
    assert [line[0] for line in told(folder / "kurum-2026-11-25.csv")] == [told_again, "2026-2"]


def test_the_night_s_hour_is_waited_for(desk: Desk, folder: Path, clock: Clock) -> None:
    account = feed(desk, answer_folder=folder, answer_hour=14)
    take_in(desk, account, batch(row("2026-1")))
    write_nightly(desk)
    assert files(folder) == []
    clock.step(hours=2)
    write_nightly(desk)
    assert files(folder) == ["kurum-2026-11-23.xlsx"]


def test_a_clock_that_dies_between_file_and_commit_writes_the_same_file_again(
    desk: Desk, account: Account, folder: Path
) -> None:
    with desk.uow() as uow:
        claimed = uow.feeds.claim(account.id, night=desk.now().date())
        assert claimed is not None
    write_nightly(desk)
    assert files(folder) == ["kurum-2026-11-23.csv"]


def test_a_folder_that_is_away_is_told_once_and_the_night_is_made_up_for(
    desk: Desk, account: Account, folder: Path, clock: Clock
) -> None:
    folder.rmdir()
    for _ in range(3):
        write_nightly(desk)
    state = health(desk, account)
    assert state is not None
    assert (state.state, state.failures) == (HealthState.DEGRADED, 1)
    assert "kurum-2026-11-23.csv cannot be written" in str(state.cause)
    folder.mkdir()
    clock.step(minutes=10)
    write_nightly(desk)
    assert [line[0] for line in told(folder / "kurum-2026-11-23.csv")] == ["2026-1", "2026-2", "2026-3"]
    state = health(desk, account)
    assert state is not None
    assert state.state == HealthState.OK


def test_on_demand_a_missing_folder_is_said(desk: Desk, account: Account, folder: Path) -> None:
    folder.rmdir()
    with pytest.raises(ConnectionFailedError, match="cannot be written"):
        write_now(desk, account)
    with pytest.raises(NotConfiguredError, match="no answer_folder"):
        write_now(desk, feed(desk, name="baska"))


def test_nobody_else_s_references_are_told(desk: Desk, account: Account, folder: Path) -> None:
    other = feed(desk, name="ikinci", answer_folder=folder)
    take_in(desk, other, batch(row("2026-9")))
    assert [line[0] for line in told(write_now(desk, other).path)] == ["2026-9"]


def test_the_clock_looks_after_the_nights() -> None:
    assert write_nightly in SWEEPS
