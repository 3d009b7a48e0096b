"""`beyazmasa unit`: how a unit gets its new cases, looked at and changed."""

from pipeline.desk import Desk
from tests.cli.conftest import Run

UNIT = "iski-kanal"


def test_a_unit_is_shown_and_changed(run: Run, desk: Desk) -> None:
    [before] = run("unit", "show", UNIT, "--json").rows
    assert (before["rhythm"], before["next_mail"], before["asks_acceptance"]) == ("at_once", None, True)
    changed = run("unit", "set", UNIT, "--rhythm", "daily", "--hour", "9", "--no-acceptance")
    assert changed.status == 0
    for said in ("Yeni başvurular: günde bir", "Günlük e-postanın saati: 9", "Kabul hatırlatması: hayır"):
        assert said in changed.out
    [after] = run("unit", "show", UNIT, "--json").rows
    assert (after["rhythm"], after["digest_hour"], after["asks_acceptance"]) == ("daily", 9, False)
    assert after["emails"] == before["emails"]
    with desk.uow() as uow:
        assert [code for code, unit in uow.taxonomy.units().items() if not unit.asks_acceptance] == [UNIT]


REFUSED = [
    (("show", "yok"), "diye bir birim yok"),
    (("set", "yok", "--rhythm", "daily"), "diye bir birim yok"),
    (("set", UNIT, "--hour", "24"), "bir günün saati değil"),
    (("set", UNIT, "--rhythm", "yearly"), "yearly"),
]


def test_what_cannot_be_is_refused_in_a_sentence(run: Run, desk: Desk) -> None:
    for words, said in REFUSED:
        refused = run("unit", *words)
        assert (words, refused.status != 0, said in refused.err) == (words, True, True)
        assert "Traceback" not in refused.err
