"""`beyazmasa citizen`: what it prints and refuses."""

from pipeline.desk import Desk
from tests.cli.conftest import Run
from tests.fakes import make_message
from tests.pipeline.looking import case_of, take_in


def test_people_are_found_merged_and_parted_at_the_terminal(desk: Desk, run: Run) -> None:
    messages = take_in(desk, make_message(sender_name="Ayşe Yılmaz"), make_message(sender_name=None))
    one, two = (case.citizen_id for each in messages if (case := case_of(desk, each)))
    why = ("--why", "telefonda sordu")
    found = run("citizen", "search", "AYSE yil", *why, "--as", "memur")
    assert found.status == 0
    assert "Ayşe Yılmaz" in found.out
    assert "eposta.example" not in found.out
    [row] = run("citizen", "search", "ayşe", *why, "--json", "--full").rows
    assert (row["id"], row["cases"]) == (one, 1)
    assert run("citizen", "set-identity", one, "--number", "10000000146").status == 0
    assert run("citizen", "merge", one, two, *why).status == 0
    [shown] = run("citizen", "show", one, *why, "--json").rows
    assert (len(shown["cases"]), shown["citizen"]["identity_number"]) == (2, "*********46")
    for title in ("Birleştirmeler", "Bakanlar", "görme"):
        assert title in run("citizen", "show", one, *why).out
    assert run("citizen", "unmerge", two, *why).status == 0
    refused = run("citizen", "unmerge", two, *why)
    assert (refused.status, "birleştirilmiş değil" in refused.err) == (1, True)
    asked = run("citizen", "search", "ayşe", stdin=b"denetim\n")
    assert (asked.status, "Ayşe" in asked.out) == (0, True), "who does not say what for is asked"
