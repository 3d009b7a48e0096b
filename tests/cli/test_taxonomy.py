"""`beyazmasa taxonomy check`: whether units, topics and rules fit, shipped, stored or only tried."""

import ast
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import update

import config.taxonomy_check
import pipeline.taxonomy_review
import router.rules_check
from cli.taxonomy import _parted, in_turkish
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
    told = run("taxonomy", "check", "--rules", file).out
    for words in ("Kusur", "kural two", "gitti birimi yok", "su-kesintisi konusunda two kuralıyla çakışıyor"):
        assert words in told


def test_a_file_that_cannot_be_read_ends_in_one_line(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "broken.toml"
    file.write_text("[one", encoding="utf-8")
    checked = run("taxonomy", "check", "--rules", file)
    assert checked.status == 1
    assert checked.err.startswith(f"Hata: {file}: kurallar okunamıyor (")


def test_what_operators_left_in_the_database_is_checked_on_request(run: Run, desk: Desk) -> None:
    assert run("taxonomy", "check", "--stored").status == 0
    with desk.uow() as uow:
        uow.session.execute(update(RoutingRuleRow).values(unit="gitti"))
        uow.commit()
    assert run("taxonomy", "check", "--stored").status == 1
    assert run("taxonomy", "check").status == 0


def problems() -> Iterator[str]:
    """Every sentence of the check as it stands in the code, an x for each value."""
    for module in (config.taxonomy_check, router.rules_check, pipeline.taxonomy_review):
        for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))):
            given = getattr(node, "value" if isinstance(node, ast.Yield) else "elt", None)
            if isinstance(given, ast.JoinedStr):
                parts = [part.value if isinstance(part, ast.Constant) else "x" for part in given.values]
                yield "".join(map(str, parts)).replace("the x x ", "the unit x ")
            elif isinstance(given, ast.Constant):
                yield str(given.value)


def test_every_problem_has_a_turkish_sentence() -> None:
    found = [each for each in problems() if " " in each]
    assert len(found) > 30
    for each in found:
        for part in _parted(each):
            if part not in ("", "x"):
                assert in_turkish(part) != part, each
