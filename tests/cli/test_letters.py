"""Letters that somebody has to post, and how a case shows what became of its notices."""

from domain.vocabulary import CaseEventKind, Channel
from pipeline.accept import Intake, accept
from pipeline.desk import Desk
from tests.cli.conftest import Run
from tests.fakes import add_account, make_message, process_all
from tests.pipeline.looking import send_all

ADDRESS = {"postal_address": "Örnek Sokağı No: 5\n34710 Kadıköy / İstanbul"}


def test_letters_are_listed_posted_once_and_may_come_back(desk: Desk, run: Run) -> None:
    account = add_account(desk, Channel.CONTACT_POINT, name="nokta")
    visitor = {"channel": Channel.CONTACT_POINT, "sender": None, "headers": ADDRESS}
    messages = [make_message(**visitor, text=f"Sokağımızdaki {n} numaralı lamba yanmıyor") for n in range(2)]
    accept(desk, Intake(items=[(account, message) for message in messages]))
    process_all(desk)
    send_all(desk)
    with desk.uow() as uow:
        cases = [uow.cases.get(1), uow.cases.get(2)]
    number = cases[0].number if cases[0] else ""
    first, second = run("letter", "list", "--json").rows
    assert (first["case"], first["recipient"]) == (number, "A. Y., 34710 Kadıköy / İstanbul")
    assert first["file"].endswith(f"-n{first['id']}.pdf")
    assert "yazdırma klasöründe" in run("case", "show", number).out

    assert "1 mektubun postaya verildiği" in run("letter", "posted", first["id"]).out
    again = run("letter", "posted", first["id"], 999_999)
    assert (again.status, again.err.count("bekleyen bir mektup yok")) == (1, 2)
    shown = run("case", "show", number).out
    assert "postaya verildi" in shown
    assert "mektup postaya verildi" in shown, "in its history, too"

    assert "1 mektubun" in run("letter", "posted", "--all").out
    assert run("letter", "posted", "--all").status == 1
    assert run("letter", "list").out.strip() == "Kayıt yok."

    assert "ulaşmadı" in run("letter", "returned", second["id"]).out
    assert "yazdırılmış bir mektup yok" in run("letter", "returned", second["id"]).err
    with desk.uow() as uow:
        kinds = [event.kind for event in uow.cases.history(2)]
    assert kinds.count(CaseEventKind.LETTER_POSTED) == 1
    assert kinds[-1] == CaseEventKind.NOTICE_FAILED
    assert "posta geri getirdi" in run("case", "show", cases[1].number if cases[1] else "").out
