"""`beyazmasa topic` and `beyazmasa demo later` as a person types them."""

from datetime import timedelta
from random import Random

import pytest

from pipeline.desk import Desk
from pipeline.turnaround import measure_turnaround
from tests.cli.conftest import Run
from tests.store.histories import Story, put


@pytest.fixture
def measured(desk: Desk) -> None:
    """Forty cases of a topic in Kadıköy were closed some three weeks ago, within two weeks each."""
    at, chance = desk.now() - timedelta(days=40), Random(1)
    stories = [Story("email", at, at + timedelta(days=15), "Kadıköy") for _ in range(40)]
    for story in stories:
        story.add(at, "assigned", unit="iski-su-ariza", topic="su-basinci")
        story.add(at + timedelta(days=1 + 13 * chance.random()), "state_changed", to="resolved")
    with desk.uow() as uow:
        put(uow, stories)
        uow.commit()
    measure_turnaround(desk)


def test_a_topic_is_shown_with_what_is_promised_and_what_it_really_takes(run: Run, measured: None) -> None:
    [row] = run("topic", "show", "su-basinci", "--json").rows
    assert (row["name"], row["unit"]) == ("Düşük su basıncı, tazyik", "İSKİ Su Arıza ve Şebeke İşletme")
    assert [(each["district"], each["cases"]) for each in row["measured"]] == [("", 40), ("Kadıköy", 40)]
    assert 5 <= row["measured"][0]["working_days"] <= 10
    shown = run("topic", "show", "su-basinci").out
    assert "beşte dördü bu kadar iş günü içinde kapandı" in shown
    assert "Kadıköy" in shown


def test_a_topic_too_few_cases_of_which_were_closed_says_so(desk: Desk, run: Run) -> None:
    assert "son 90 günde 30 başvurudan azı kapandı" in run("topic", "show", "su-basinci").out
    assert run("topic", "show", "su-basinci", "--json").rows[0]["measured"] == []


def test_a_topic_there_is_none_of_is_refused_in_one_line(desk: Desk, run: Run) -> None:
    ran = run("topic", "show", "yok-boyle")
    assert (ran.status, ran.out, ran.err) == (1, "", "yok-boyle diye bir konu yok.\n")


@pytest.mark.parametrize("span", ["", "48", "0h", "-3h", "2w", "iki gün", "9999d", "48h2d"])
def test_a_time_that_is_none_moves_no_clock(desk: Desk, run: Run, span: str) -> None:
    ran = run("demo", "later", "--", span)
    assert ran.status == 2
    assert "48h" in ran.err
