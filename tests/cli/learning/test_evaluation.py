"""`beyazmasa evaluate`: figures, plots and mistakes of a file of an operator's own."""

import csv
from pathlib import Path

import pytest

from domain.vocabulary import Priority
from pipeline.desk import Desk
from tests.cli.conftest import Run
from tests.cli.learning.conftest import Learned
from tests.deciding import mixed, small_taxonomy


@pytest.fixture
def trials(tmp_path: Path) -> Path:
    """Twenty sentences with their topics; of the last one the topic is wrong."""
    rows = [*mixed(4)]
    rows[-1] = (rows[-1][0], "cop-toplama")
    path = tmp_path / "deneme.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("text", "label"), *rows])
    return path


def test_a_model_is_tried_on_every_row(
    run: Run, desk: Desk, trials: Path, learned: Learned, tmp_path: Path
) -> None:
    out = tmp_path / "sonuc"
    [found] = run("evaluate", trials, "--model", learned.version, "--out", out, "--json").rows
    assert (found["version"], found["texts"], found["accuracy"]) == (learned.version, 20, 0.95)
    assert found["texts_per_s"] > 0
    assert found["files"] == [str(out / name) for name in ("errors.csv", "confusion.png", "reliability.png")]
    with (out / "errors.csv").open(encoding="utf-8", newline="") as file:
        [mistake] = csv.DictReader(file)
    assert (mistake["expected"], mistake["found"]) == ("cop-toplama", "otobus-gecikmesi")
    assert mistake["topic"] == "otobus-gecikmesi"
    for name in ("confusion.png", "reliability.png"):
        assert (out / name).read_bytes().startswith(b"\x89PNG")


def test_the_same_is_told_to_people(run: Run, desk: Desk, trials: Path) -> None:
    told = run("evaluate", trials, "--model", "shipped")
    assert "doğruluk" in told.out
    assert "%97,0 doğrulukla karar verilebilen pay" in told.out
    assert (desk.settings.var_dir / "evaluation" / "errors.csv").exists()


def test_topics_have_the_names_of_whoever_judged(
    run: Run, desk: Desk, tmp_path: Path, learned: Learned
) -> None:
    topics = small_taxonomy().topics
    names = {code: "acil" if t.priority is Priority.LIFE_SAFETY else "diğer" for code, t in topics.items()}
    lines = [("code", "label"), *names.items()]
    (tmp_path / "adlar.csv").write_text("\n".join(map(",".join, lines)), encoding="utf-8")
    rows = [("text", "konu"), *((text, names[topic]) for text, topic in mixed(3))]
    (tmp_path / "deneme.csv").write_text("\n".join(map(",".join, rows)), encoding="utf-8")
    given = (tmp_path / "deneme.csv", "--map", tmp_path / "adlar.csv", "--label", "konu")
    [found] = run("evaluate", *given, "--model", learned.version, "--json").rows
    assert (found["labels"], found["accuracy"]) == (2, 1.0)


def test_answers_that_no_topic_is_called_by_are_named(run: Run, desk: Desk, tmp_path: Path) -> None:
    rows = ["text,label", "su yok,su-kesintisi", "otobüs gelmiyor,ulasim", "su akmıyor,su", "su kesik,su"]
    (tmp_path / "deneme.csv").write_text("\n".join(rows), encoding="utf-8")
    told = run("evaluate", tmp_path / "deneme.csv", "--model", "shipped")
    assert told.status == 0
    assert "3 metinde ne bulunursa bulunsun yanlış sayılır: su, ulasim. " in told.err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "'text' adlı sütun yok"),
        (b"text,label\n", "hiç satır yok"),
        (b"text,label\n\xff,a\n", "UTF-8 metin değil"),
        (b"text,label\na,\n", "2. satır: 'label' sütunu boş"),
    ],
)
def test_a_bad_file_is_one_clear_sentence(
    run: Run, desk: Desk, tmp_path: Path, content: bytes, said: str
) -> None:
    (tmp_path / "kotu.csv").write_bytes(content)
    refused = run("evaluate", tmp_path / "kotu.csv", "--model", "shipped")
    assert (refused.status, refused.out) == (1, "")
    assert said in refused.err
    assert len(refused.err.splitlines()) == 1


@pytest.mark.parametrize(("name", "said"), [("yok.csv", "böyle bir dosya"), ("", "dosya değil, klasör")])
def test_a_file_that_is_not_there_is_said_in_turkish(
    run: Run, desk: Desk, tmp_path: Path, name: str, said: str
) -> None:
    refused = run("evaluate", tmp_path / name, "--model", "shipped")
    assert (refused.status, refused.out) == (1, "")
    assert refused.err.startswith(f"{tmp_path / name} okunamıyor: {said}")
