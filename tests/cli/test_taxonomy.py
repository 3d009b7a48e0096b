"""`beyazmasa taxonomy check`: whether units, topics and rules fit, shipped, stored or only tried."""

from pathlib import Path

from sqlalchemy import update

from pipeline.desk import Desk
from store.models import RoutingRuleRow
from tests.cli.conftest import Run

TIED = """
[one]
name = "Bir"
precedence = 1
topics = ["su-kesintisi"]
unit = "iski"

[two]
name = "İki"
precedence = 1
topics = ["su-kesintisi"]
unit = "gitti"
"""


def test_what_is_shipped_fits(run: Run) -> None:
    checked = run("taxonomy", "check")
    assert (checked.status, "birbirine uyuyor" in checked.out) == (0, True)
    assert run("taxonomy", "check", "--json").out == ""


def test_rules_of_a_file_are_tried_in_place_of_the_others(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "tried.toml"
    file.write_text(TIED, encoding="utf-8")
    checked = run("taxonomy", "check", "--rules", file, "--json")
    assert checked.status == 1
    assert {"entry": "rule two", "problem": "the unit gitti does not exist"} in checked.rows
    assert {"entry": "rule one", "problem": "it ties with two, for the topic su-kesintisi"} in checked.rows
    assert "Kusur" in run("taxonomy", "check", "--rules", file).out


def test_a_file_that_cannot_be_read_ends_in_one_line(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "broken.toml"
    file.write_text("[one", encoding="utf-8")
    checked = run("taxonomy", "check", "--rules", file)
    assert (checked.status, "broken.toml cannot be read" in checked.err) == (1, True)


def test_what_operators_left_in_the_database_is_checked_on_request(run: Run, desk: Desk) -> None:
    assert run("taxonomy", "check", "--stored").status == 0
    with desk.uow() as uow:
        uow.session.execute(update(RoutingRuleRow).values(unit="gitti"))
        uow.commit()
    assert run("taxonomy", "check", "--stored").status == 1
    assert run("taxonomy", "check").status == 0
