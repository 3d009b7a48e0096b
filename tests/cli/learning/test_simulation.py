"""`beyazmasa simulate`: what would have gone elsewhere, while nothing is touched."""

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from domain.vocabulary import Confidentiality
from pipeline.desk import Desk
from tests.cli.conftest import Run
from tests.cli.learning.conftest import EACH, Learned

DAYS = ("--from", "2026-11-01", "--to", "2026-11-30")
RULES = '[hepsi]\nname = "Hepsi masaya"\nprecedence = 900\nunit = "zabita"\ntopics = ["cop-toplama"]\n'


def rows_of(desk: Desk) -> dict[str, str]:
    """A digest of every row of every table."""
    with desk.engine.connect() as connection:
        return {
            name: hashlib.sha256(
                "\n".join(sorted(connection.scalars(text(f'SELECT t::text FROM "{name}" AS t')))).encode()
            ).hexdigest()
            for name in inspect(desk.engine).get_table_names()
        }


def test_cases_are_judged_by_a_candidate_and_nothing_is_touched(
    run: Run, desk: Desk, learned: Learned
) -> None:
    before = rows_of(desk)
    [found] = run("simulate", *DAYS, "--model", learned.version, "--json").rows
    assert rows_of(desk) == before
    assert (found["cases"], found["judged"], found["unreadable"]) == (5 * EACH, 5 * EACH, 0)
    assert found["moved"] == sum(move["cases"] for move in found["moves"]) > 0
    assert 0 <= found["would_wait"] <= found["cases"]
    example = found["moves"][0]["examples"][0]
    assert example["case"] in run("case", "show", example["case"]).out
    assert "text" not in example


def test_other_rules_send_cases_elsewhere(run: Run, desk: Desk, tmp_path: Path, learned: Learned) -> None:
    (tmp_path / "rules.toml").write_text(RULES, encoding="utf-8")
    given = ("simulate", *DAYS, "--model", learned.version)
    [plain], [ruled] = (
        run(*given, "--json").rows,
        run(*given, "--rules", tmp_path / "rules.toml", "--json").rows,
    )
    moved = {move["new_unit"] for move in ruled["moves"] if move["new_topic"] == "cop-toplama"}
    assert "zabita" in moved
    assert "zabita" not in {move["new_unit"] for move in plain["moves"]}
    table = run(*given, "--rules", tmp_path / "rules.toml")
    assert "zabita" in table.out
    assert f"{5 * EACH} başvuru yeniden değerlendirildi" in table.out


def test_texts_are_shown_when_asked_for_and_never_of_restricted_cases(
    run: Run, desk: Desk, learned: Learned
) -> None:
    given = ("simulate", *DAYS, "--model", learned.version, "--text", "--json")
    [found] = run(*given).rows
    assert any(example.get("text") for move in found["moves"] for example in move["examples"])
    with desk.engine.begin() as connection:
        connection.execute(text("UPDATE cases SET confidentiality = :d"), {"d": Confidentiality.RESTRICTED})
    [found] = run(*given).rows
    assert not any("text" in example for move in found["moves"] for example in move["examples"])


@pytest.mark.parametrize(("day", "cases"), [("2026-11-22", 0), ("2026-11-23", 5 * EACH), ("2026-11-24", 0)])
def test_both_days_count_whole_in_istanbul(run: Run, desk: Desk, day: str, cases: int) -> None:
    [found] = run("simulate", "--from", day, "--to", day, "--model", "shipped", "--json").rows
    assert found["cases"] == cases


def test_a_message_that_cannot_be_read_is_counted(run: Run, desk: Desk) -> None:
    with desk.engine.begin() as connection:
        connection.execute(text("UPDATE messages SET sender = 'x' WHERE id = (SELECT min(id) FROM messages)"))
    [found] = run("simulate", *DAYS, "--json").rows
    assert (found["cases"], found["unreadable"]) == (5 * EACH, 1)


@pytest.mark.parametrize("size", [1, 7, 79, 80, 81])
def test_no_case_is_left_out_or_read_twice_however_many_come_at_once(desk: Desk, size: int) -> None:
    with desk.uow() as uow:
        pages = list(uow.replays.pages(desk.now() - timedelta(days=30), desk.now(), size))
    assert [len(page) for page in pages[:-1]] == [size] * (len(pages) - 1)
    assert sorted(case.id for page in pages for case in page) == list(range(1, 5 * EACH + 1))


def test_the_database_itself_refuses_changes(desk: Desk) -> None:
    with desk.uow() as uow:
        uow.replays.read_only()
        with pytest.raises(DBAPIError, match="ReadOnly"):
            uow.session.execute(text("UPDATE cases SET subject = ''"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([*DAYS, "--rules", "yok.toml"], "yok.toml: kurallar okunamıyor (böyle bir dosya ya da klasör yok)"),
        ([*DAYS, "--model", "yok"], "diye bir model yok"),
        (["--from", "2026-12-01", "--to", "2026-11-01"], "ilk gün son günden sonra"),
    ],
)
def test_what_cannot_be_done_is_said(run: Run, desk: Desk, words: list[str], said: str) -> None:
    refused = run("simulate", *words)
    assert refused.status > 0
    assert said in refused.err
    assert "Değerlendiriliyor" not in refused.err, "nothing was begun"
