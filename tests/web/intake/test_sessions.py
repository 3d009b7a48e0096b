"""Who may take down, and what is kept when a session has ended (P4)."""

import httpx
import pytest

from pipeline.desk import Desk
from tests.fakes import Clock
from tests.web.forms import query
from tests.web.staff import OPERATOR, Agent, log_in


def test_a_form_of_another_session_is_not_taken_and_not_lost(agent: Agent, desk: Desk) -> None:
    refused = agent.sends(csrf="0" * 64, text="Uzun uzun yazılan başvuru")
    assert refused.status_code == 403
    assert "Uzun uzun yazılan başvuru" in refused.text
    assert agent.csrf in refused.text
    assert query(desk, "SELECT count(*) FROM messages") == [0]


def test_a_form_whose_session_has_ended_keeps_what_was_typed(agent: Agent, clock: Clock, desk: Desk) -> None:
    clock.step(hours=11)
    refused = agent.sends(text="Uzun uzun yazılan başvuru")
    assert refused.status_code == 401
    assert "Uzun uzun yazılan başvuru" in refused.text
    assert "Yeni sekmede giriş yap" in refused.text
    log_in(agent.client)
    again = agent.sends(text="Uzun uzun yazılan başvuru")
    assert (again.status_code, "denetleyip yeniden gönderin" in again.text) == (403, True)


CLOSED = [
    ("GET", "/temsilci/basvuru"),
    ("GET", "/temsilci/basvuru/gecmis?telefon=05321234567"),
    ("GET", "/temsilci/basvuru/kayit/x"),
    ("POST", "/temsilci/basvuru/kayit/x/fis"),
    ("GET", "/temsilci/konular?q=su"),
    ("GET", "/temsilci/mahalleler?ilce=Kadıköy"),
]


@pytest.mark.parametrize(("method", "place"), CLOSED, ids=[c[1].partition("?")[0] for c in CLOSED])
def test_nobody_sees_anything_without_logging_in(client: httpx.Client, method: str, place: str) -> None:
    answer = client.request(method, place)
    assert (answer.status_code, answer.headers["location"][:15]) == (303, "/temsilci/giris")


def test_an_operator_may_take_down_too(client: httpx.Client) -> None:
    assert Agent(client, OPERATOR).sends().status_code == 303


def test_the_position_is_asked_for_by_this_page_alone(agent: Agent) -> None:
    asked = agent.client.get("/temsilci/basvuru").headers["permissions-policy"]
    assert "geolocation=(self)" in asked
    assert "geolocation=()" in agent.client.get("/").headers["permissions-policy"]
