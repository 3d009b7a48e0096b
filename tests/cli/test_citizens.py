"""`beyazmasa citizen`: what it prints and refuses."""

import zipfile
from pathlib import Path

from pipeline.desk import Desk
from tests.cli.conftest import Run
from tests.fakes import make_message
from tests.pipeline.looking import case_from, case_of, take_in


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


def test_a_person_is_handed_their_data_and_erased_at_the_terminal(
    desk: Desk, run: Run, tmp_path: Path
) -> None:
    case = case_from(desk, make_message(sender_name="Ayşe Yılmaz"))
    why, citizen = ("--why", "ilgilinin isteği", "--as", "memur"), case.citizen_id
    to = tmp_path / "ayse.zip"
    assert run("citizen", "export", citizen, "--to", to, *why).status == 0
    assert "veri.json" in zipfile.ZipFile(to).namelist()
    for given, told in (((), "--yes"), (("--yes",), case.number)):
        refused = run("citizen", "erase", citizen, *why, *given)
        assert (refused.status, told in refused.err) == (1, True)
    done = run("citizen", "erase", citizen, *why, "--yes", "--even-open")
    assert (done.status, "Başvuru: 1" in done.out) == (0, True)
    [again] = run("citizen", "erase", citizen, *why, "--yes", "--json").rows
    assert (again["cases"], again["citizens"], again["blobs_waiting"]) == (1, 1, 1)
    assert run("citizen", "search", "ayşe", *why, "--json").rows == []


def test_how_long_a_topic_is_kept_is_set_and_shown_at_the_terminal(desk: Desk, run: Run) -> None:
    assert "hep saklanırlar" in run("retention").out
    desk.settings.caseless_days = 90
    assert "90 gün saklanır; şu an 0 mesajın" in run("retention").out
    nothing = run("retention", "--dry-run", "--json")
    assert (nothing.status, nothing.rows) == (0, [])
    assert run("retention", "--topic", "cop-toplama", "--days", 365).status == 0
    [row] = run("retention", "--dry-run", "--json").rows
    assert (row["code"], row["retention_days"], row["cases"]) == ("cop-toplama", 365, 0)
    assert run("retention", "--topic", "cop-toplama", "--forever", "--json").rows == []
    for wrong in (("--topic", "cop-toplama"), ("--days", 3), ("--topic", "yok", "--days", 3)):
        refused = run("retention", *wrong)
        assert (refused.status, bool(refused.err)) == (1, True)
