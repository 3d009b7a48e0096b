"""`beyazmasa train` and `model`: what is learned, what is refused, and who decides when."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from domain.vocabulary import Template
from pipeline.desk import Desk
from pipeline.judgement import REFRESH_AFTER, current
from pipeline.model_shelf import shipped_models
from tests.cli.conftest import Run
from tests.cli.learning.conftest import Learned
from tests.deciding import TOPICS, decide, mixed
from tests.fakes import Clock

OPERATOR = "operator@buyuksehir.example"
GUARDED = {"accuracy", "coverage", "life_safety_recall", "kind_accuracy", "verdict_accuracy"}


def in_force(desk: Desk) -> str:
    """The version a worker of this desk decides by."""
    with desk.uow() as uow:
        return current(desk, uow, desk.now()).classifier.version


def after_a_minute(desk: Desk, clock: Clock) -> str:
    clock.moment += REFRESH_AFTER
    return in_force(desk)


def states(run: Run) -> dict[str, str]:
    return {row["version"]: row["state"] for row in run("model", "list", "--json").rows}


def spoil(desk: Desk, version: str, how: str) -> None:
    """Let the artefact of a model be lost, or damaged on disk."""
    with desk.uow() as uow:
        row = uow.trained_models.get(version)
    assert row is not None
    path = desk.settings.var_dir / "blobs" / row.sha256[:2] / row.sha256[2:]
    content = path.read_bytes()
    path.unlink()
    if how == "damaged":
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))


def worse(desk: Desk, clock: Clock) -> None:
    """Have reviewers, for once, say the wrong thing again and again, and the right thing at last."""
    wrong = {topic: TOPICS[(at + 1) % len(TOPICS)] for at, topic in enumerate(TOPICS)}
    decide(desk, clock, [(f"{words} hemen", wrong[topic]) for words, topic in mixed(36)])
    decide(desk, clock, [(f"{words} acilen", topic) for words, topic in mixed(13)])


def test_a_candidate_is_told_of_beside_the_model_in_force(run: Run, desk: Desk, learned: Learned) -> None:
    trained = run("train", "--json")
    [row] = trained.rows
    assert (row["version"], row["new"]) == (learned.version, False), "the same decisions give the same model"
    assert (row["parent"], row["worse"]) == (shipped_models().version, [])
    known = {"decisions": 64, "held_out": 16, "topics": 5, "verdicts": 64}
    assert row["trained_on"] | known == row["trained_on"]
    assert row["figures"].keys() == row["compared"].keys() >= GUARDED
    assert states(run) == {learned.version: "candidate", shipped_models().version: "active"}


def test_a_model_in_force_is_taken_up_within_a_minute_and_rolled_back(
    run: Run, desk: Desk, clock: Clock, learned: Learned
) -> None:
    before = in_force(desk)
    assert run("model", "activate", learned.version[:6]).status == 0
    assert in_force(desk) == before, "it is looked up once a minute"
    changed = after_a_minute(desk, clock)
    assert changed != before
    assert states(run) == {learned.version: "active", shipped_models().version: "retired"}
    assert "başlangıç" not in run("model", "show", learned.version).out, "it learned from all there were"
    [shown] = run("model", "show", learned.version, "--json").rows
    assert [each["cause"] for each in shown["activations"]] == ["activated"]
    assert run("model", "rollback").status == 0
    assert after_a_minute(desk, clock) == before
    assert states(run) == {learned.version: "retired", shipped_models().version: "active"}
    assert "önceki bir model yok" in run("model", "rollback").err
    assert after_a_minute(desk, clock) == before


def test_cases_keep_what_decided_and_what_else_it_thought_of(
    run: Run, desk: Desk, clock: Clock, learned: Learned
) -> None:
    assert run("model", "activate", learned.version).status == 0
    [case_id] = decide(desk, clock, [("musluktan hiç su akmıyor, sabahtan beri kesik", "su-kesintisi")])
    with desk.uow() as uow:
        case = uow.cases.get(case_id)
        [*_, label] = uow.reviews.labels(desk.now() - timedelta(minutes=1))
    assert case is not None
    assert case.classifier == label.classifier == in_force(desk)
    assert case.confidence == label.confidence > 0
    assert {each["topic"] for each in case.alternatives} <= set(TOPICS)


def test_a_worse_model_is_refused_unless_forced(run: Run, desk: Desk, clock: Clock, learned: Learned) -> None:
    assert run("model", "activate", learned.version).status == 0
    worse(desk, clock)
    refused = run("train", "--activate")
    assert "öğrenilmeyen son 65 kararda denendi" in refused.out
    assert refused.status == 1
    assert "kötü: " in refused.err
    assert "doğruluk" in refused.err
    assert states(run)[learned.version] == "active"
    candidate = next(version for version, state in states(run).items() if state == "candidate")
    assert run("model", "activate", candidate).status == 1
    assert run("model", "activate", candidate, "--force").status == 0
    assert states(run)[candidate] == "active"
    [shown] = run("model", "show", candidate, "--json").rows
    assert [each["cause"] for each in shown["activations"]] == ["forced"]
    assert "kötü olduğu bilinerek" in run("model", "show", candidate).out


def test_the_shipped_model_is_shown_with_what_its_examples_measured(run: Run, desk: Desk) -> None:
    shown = run("model", "show", "shipped")
    assert shown.status == 0
    assert "incelemesiz karar verilen pay" in shown.out
    [row] = run("model", "show", "shipped", "--json").rows
    assert row["figures"].keys() == {"accuracy", "macro_f1", "ece", "sure", "sure_precision"}
    assert row["figures"]["sure_precision"] > 0.9


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["train", "--since", "2030-01-01"], "0 karar var, en az 50 gerekiyor"),
        (["model", "activate", "shipped"], "zaten kullanımda"),
        (["model", "activate", "yok"], "diye bir model yok"),
        (["model", "show", ""], "diye bir model yok"),
        (["model", "rollback"], "önceki bir model yok"),
    ],
)
def test_what_cannot_be_done_is_one_line(run: Run, desk: Desk, words: list[str], said: str) -> None:
    refused = run(*words)
    assert (refused.status, refused.out) == (1, "")
    assert said in refused.err
    assert len(refused.err.splitlines()) == 1


@pytest.mark.parametrize("how", ["lost", "damaged"])
def test_a_model_that_cannot_be_read_stops_nothing_and_is_told_once(
    run: Run, desk: Desk, clock: Clock, learned: Learned, how: str
) -> None:
    desk.settings.operator_email = OPERATOR
    before = in_force(desk)
    assert run("model", "activate", learned.version).status == 0
    spoil(desk, learned.version, how)
    assert after_a_minute(desk, clock) == before, "the shipped one decides"
    assert after_a_minute(desk, clock) == before
    with desk.uow() as uow:
        told = [
            n for n in uow.notifications.claim_due(5_000, clock()) if n.template == Template.MODEL_DAMAGED
        ]
    assert [(n.recipient, n.values["model"]) for n in told] == [(f"mailto:{OPERATOR}", learned.version)]
    assert str(told[0].values["cause"]).startswith("blob "), "what is wrong, for whoever mends it"
    examined = {row["part"]: row for row in run("doctor", "--json").rows}
    assert (examined["model"]["mark"], examined["model"]["detail"][:5]) == ("fault", "blob ")
    assert run("model", "rollback").status == 0, "and it can be left"
    examined = {row["part"]: row for row in run("doctor", "--json").rows}
    assert examined["model"]["mark"] == "ok"


def test_a_model_that_cannot_be_read_is_never_activated(run: Run, desk: Desk, learned: Learned) -> None:
    spoil(desk, learned.version, "damaged")
    refused = run("model", "activate", learned.version)
    assert refused.status == 1
    assert f"{learned.version} modeli okunamıyor" in refused.err
    assert f"{learned.version} modeli okunamıyor" in run("model", "show", learned.version).err
    assert states(run)[shipped_models().version] == "active"


def test_nobody_goes_back_to_a_model_that_cannot_be_read(run: Run, desk: Desk, learned: Learned) -> None:
    for version in (learned.version, "shipped"):
        assert run("model", "activate", version).status == 0
    spoil(desk, learned.version, "lost")
    refused = run("model", "rollback")
    assert (refused.status, refused.out) == (1, "")
    assert f"{learned.version} modeli okunamıyor" in refused.err
    assert states(run)[shipped_models().version] == "active"


def test_the_history_of_activations_names_who(run: Run, desk: Desk, learned: Learned) -> None:
    desk.settings.reviewer = "nobetci"
    run("model", "activate", learned.version)
    with desk.engine.connect() as connection:
        rows = connection.execute(text("SELECT version, activated_by, cause FROM model_activations")).all()
    assert [tuple(row) for row in rows] == [(learned.version, "nobetci", "activated")]
