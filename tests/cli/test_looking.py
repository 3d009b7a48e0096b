"""`beyazmasa case`, `queue`, `aside`, `quarantine` and `doctor`: what operators look at, in both forms."""

from pathlib import Path

import pytest
from sqlalchemy import text

from domain.messages import Unreadable
from domain.vocabulary import Channel, Verdict
from pipeline.accept import Intake, accept
from pipeline.calls import Call
from pipeline.desk import Desk
from pipeline.reminding import remind_units
from pipeline.spool import spool_of
from tests.cli.conftest import Run
from tests.fakes import RUBBISH, add_account, make_message, process_all
from tests.servers.postgres import PostgresServer


@pytest.fixture
def account(desk: Desk) -> int:
    """A mailbox."""
    return add_account(desk, name="masa")


def take(desk: Desk, account: int, *items: object) -> None:
    accept(desk, Intake(items=[(account, item) for item in items]))  # type: ignore[misc] # of both kinds


def set_aside(desk: Desk) -> Path:
    """Two calls that were spooled, then moved out of the way."""
    spool = spool_of(desk)
    spool.keep([Call(account_id=1, items=[], reports=[])] * 2, desk.now())
    [path] = spool.waiting()
    spool.set_aside(path)
    return path


def test_a_case_is_shown_with_everything_but_its_security_number(run: Run, desk: Desk, account: int) -> None:
    take(desk, account, make_message())
    process_all(desk)
    with desk.uow() as uow:
        case = uow.cases.get(1)
    assert case is not None
    shown = run("case", "show", case.number, "--json")
    [row] = shown.rows
    assert (row["case"]["number"], row["messages"][0]["text"]) == (case.number, RUBBISH)
    table = run("case", "show", case.number)
    assert RUBBISH.split()[0] in table.out
    for output in (shown.out, table.out):
        assert desk.keyring.decrypt(case.security_number) not in output


@pytest.mark.parametrize("number", ["2026-0001234-5", "2026-0000001-9", "abc"])
def test_a_number_that_is_none_is_one_line(run: Run, desk: Desk, number: str) -> None:
    shown = run("case", "show", number)
    assert (shown.status, shown.out) == (1, "")
    assert shown.err.startswith("Hata: ")
    assert len(shown.err.splitlines()) == 1


def test_the_queue_counts_each_step_the_spool_and_what_was_set_aside_there(
    run: Run, desk: Desk, account: int
) -> None:
    take(desk, account, make_message(), make_message())
    set_aside(desk)
    waiting = {row["step"]: row["waiting"] for row in run("queue", "--json").rows}
    assert waiting == {
        "read": 0,
        "process": 2,
        "notify": 0,
        "spool": 0,
        "spool_aside": 2,
        "quarantine": 0,
    }
    assert "diskte kenara ayrılan" in run("queue").out


def test_what_belongs_to_no_case_is_counted_by_what_it_is(run: Run, desk: Desk, account: int) -> None:
    """E14, E15: answered by a machine, or our own; none opens a case, none is out of sight."""
    verdicts = [Verdict.AUTO_REPLY, Verdict.AUTO_REPLY, Verdict.OWN_LOOP, Verdict.ORDINARY]
    take(desk, account, *(make_message(verdict=verdict) for verdict in verdicts))
    process_all(desk)
    rows = run("aside", "--json").rows
    assert {(row["channel"], row["verdict"]): row["messages"] for row in rows} == {
        ("email", "auto_reply"): 2,
        ("email", "own_loop"): 1,
    }
    assert "otomatik yanıt" in run("aside").out


def test_quarantine_is_listed_shown_and_tried_again(run: Run, desk: Desk, account: int) -> None:
    raw = b"\xff no mail \x00"
    take(
        desk,
        account,
        Unreadable(channel=Channel.EMAIL, external_id="x", raw=raw, error="no header", traceback="t"),
    )
    [row] = run("quarantine", "list", "--json").rows
    assert (row["channel"], row["error"]) == ("email", "no header")
    [entry] = run("quarantine", "show", row["id"], "--json").rows
    assert entry["raw_size"] == len(raw)
    assert run("quarantine", "replay", row["id"] + 1).status == 1
    assert "no header" in run("quarantine", "list", "--channel", "email").out
    assert "Kayıt yok" in run("quarantine", "list", "--channel", "sms").out
    missing = run("quarantine", "show", row["id"] + 1)
    assert missing.err.startswith("Hata: ")


def test_the_doctor_says_what_to_do_about_calls_set_aside(run: Run, desk: Desk) -> None:
    before = {row["part"] for row in run("doctor", "--json").rows}
    assert "spool_aside" not in before
    set_aside(desk)
    examined = run("doctor", "--json")
    [finding] = [row for row in examined.rows if row["part"] == "spool_aside"]
    assert (finding["mark"], finding["detail"], examined.status) == ("fault", "2", 1)
    assert "mv var/spool/aside" in run("doctor").out


def test_the_doctor_says_when_no_clock_makes_its_rounds(run: Run, desk: Desk) -> None:
    def clock() -> list[str]:
        return [row["mark"] for row in run("doctor", "--json").rows if row["part"] == "clock"]

    assert clock() == [], "it never ran"
    remind_units(desk)
    assert clock() == ["ok"]
    with desk.engine.begin() as connection:
        connection.execute(text("UPDATE leases SET expires_at = expires_at - interval '20 minutes'"))
    assert clock() == ["fault"]
    assert "restart desk:clock" in run("doctor").out


def test_the_doctor_examines_a_healthy_desk(run: Run, desk: Desk) -> None:
    examined = run("doctor", "--json")
    marks = {row["part"]: row["mark"] for row in examined.rows}
    assert (marks["database"], marks["redis"], marks["blobs"], examined.status) == ("ok", "ok", "ok", 0)
    assert "✓ veritabanı" in run("doctor").out


@pytest.mark.parametrize("illness", ["no tables", "gone", "only reads", "no place for files"])
def test_the_doctor_survives_what_ails_the_desk(
    run: Run, desk: Desk, postgres_server: PostgresServer, tmp_path: Path, illness: str
) -> None:
    if illness == "no tables":
        with desk.engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE; CREATE SCHEMA public"))
    elif illness == "gone":
        desk.engine.dispose()
        postgres_server.drop(desk.settings.database)
    elif illness == "only reads":
        with desk.engine.begin() as connection:
            name = connection.engine.url.database
            connection.execute(text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'))
        desk.engine.dispose()
    else:
        (tmp_path / "file").write_text("")
        desk.settings.var_dir = tmp_path / "file" / "var"
    examined = run("doctor", "--json")
    ill = "blobs" if illness == "no place for files" else "database"
    assert {row["part"] for row in examined.rows if row["mark"] == "fault"} == {ill}
    assert (examined.status, examined.err) == (1, "")


@pytest.mark.parametrize("command", [["queue"], ["aside"], ["quarantine", "list"], ["channel", "list"]])
def test_looking_at_a_database_that_is_gone_is_one_line(
    run: Run, desk: Desk, postgres_server: PostgresServer, command: list[str]
) -> None:
    desk.engine.dispose()
    postgres_server.drop(desk.settings.database)
    looked = run(*command)
    assert (looked.status, looked.out) == (1, "")
    assert looked.err.startswith("Hata: ")
    assert len(looked.err.splitlines()) == 1
