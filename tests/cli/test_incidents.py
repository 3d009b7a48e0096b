"""`beyazmasa incident`: what many people report, and one answer for all."""

from pathlib import Path

import pytest

from domain.messages import Place
from domain.vocabulary import CaseState
from pipeline.accept import Intake, accept
from pipeline.desk import Desk
from tests.cli.conftest import Run
from tests.fakes import add_account, make_message, process_all

MODA = Place(district="Kadıköy", neighbourhood="Caferağa", address="Moda Caddesi")


@pytest.fixture
def numbers(desk: Desk) -> list[str]:
    """Three citizens' cases of one incident, and one of another place."""
    account = add_account(desk, name="masa")
    places = (MODA, MODA, MODA, Place(district="Şile"))
    accept(desk, Intake(items=[(account, make_message(place=place)) for place in places]))
    process_all(desk)
    with desk.uow() as uow:
        return [case.number for n in range(1, 5) if (case := uow.cases.get(n))]


def test_an_incident_is_listed_shown_and_answered_at_once(
    run: Run, numbers: list[str], tmp_path: Path
) -> None:
    first, second, third, apart = numbers
    [row] = run("incident", "list", "--json").rows
    assert (row["number"], row["cases"], row["citizens"], row["open"]) == (first, 3, 3, 3)
    assert "Moda Caddesi" in run("incident", "list").out
    [shown] = run("incident", "show", third, "--json").rows
    assert [case["case"] for case in shown["cases"]] == [first, second, third]
    assert second in run("incident", "show", first).out
    letter = tmp_path / "cevap.txt"
    letter.write_text("Çöpler toplandı.", encoding="utf-8-sig")
    done = run("incident", "answer", second, "--file", str(letter))
    assert done.status == 0
    assert "3 başvuru sonuçlandı, 3 bildirim" in done.out
    assert run("incident", "answer", first, "--text", "Çöpler toplandı.").out.startswith("0 başvuru")
    states = [run("case", "show", n, "--json").rows[0]["case"]["state"] for n in (first, second, third)]
    assert states == [CaseState.RESOLVED] * 3
    assert run("incident", "list", "--json").rows == []
    assert len(run("incident", "list", "--closed", "--json").rows) == 1
    assert "bir olaya ait değil" in run("incident", "show", apart).err


REFUSED = [
    ("no text at all", (), "Yarım kalmış"),
    ("an empty text", ("--text", "  "), "boş olamaz"),
    ("a text that is too long", ("--text", "a" * 8001), "8000"),
    ("text and file", ("--text", "a", "--file", "b.txt"), "birlikte"),
    ("a file that is not there", ("--file", "yok.txt"), "yok.txt"),
    ("a file of bytes", ("--file", "resim.jpg"), "UTF-8"),
]


@pytest.mark.parametrize(("label", "words", "said"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_cannot_be_done_is_one_line(
    run: Run, numbers: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, label: str,
    words: tuple[str, ...], said: str,
) -> None:  # fmt: skip
    (tmp_path / "resim.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    monkeypatch.chdir(tmp_path)
    shown = run("incident", "answer", numbers[0], *words)
    assert (shown.status, shown.out) == (1, "")
    assert said in shown.err
    assert len(shown.err.splitlines()) == 1
