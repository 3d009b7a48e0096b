"""`beyazmasa case pause`, `resume` and `extend`, as an operator types them."""

from pipeline.accept import Intake, accept
from pipeline.desk import Desk
from tests.cli.conftest import Run
from tests.fakes import add_account, make_message, process_all


def test_a_case_stands_still_runs_again_and_gets_no_more_than_it_may(desk: Desk, run: Run) -> None:
    accept(desk, Intake(items=[(add_account(desk, name="masa"), make_message())]))
    process_all(desk)
    with desk.uow() as uow:
        case = uow.cases.get(1)
    assert case is not None
    assert "durduruldu" in run("case", "pause", case.number, "--why", "Hangi sokak?").out
    again = run("case", "pause", case.number, "--why", "Hangi sokak?")
    assert (again.status, "beri duruyor" in again.err) == (1, True)
    assert "Son tarih" in run("case", "resume", case.number).out
    extended = run("case", "extend", case.number, "--days", "2", "--why", "Malzeme bekleniyor")
    assert "yeni son tarihi" in extended.out
    late = run("case", "extend", case.number, "--days", "0", "--why", "Malzeme bekleniyor")
    assert (late.status, "en az 1" in late.err) == (1, True)
    shown = run("case", "show", case.number).out
    assert "süresi durduruldu" in shown
    assert "+00:00" not in shown, "times are Istanbul's"
