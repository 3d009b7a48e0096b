"""The slip with both numbers: once, for whoever took the case in (P4)."""

from concurrent.futures import ThreadPoolExecutor

import httpx

from domain.vocabulary import CaseEventKind
from pipeline.desk import Desk
from pipeline.slips import WITHIN
from tests.fakes import Clock
from tests.web.forms import query
from tests.web.intake.taking import Workers, number_on, pdf_text, security_of
from tests.web.serving import Site
from tests.web.staff import AGENT, OPERATOR, Agent


def test_the_slip_holds_both_numbers_once_and_the_screen_never(
    agent: Agent, desk: Desk, workers: Workers
) -> None:
    place = agent.takes(
        topic="cop-toplama", district="Şişli", neighbourhood="", address="Çağlayan, Işık Sokağı"
    )
    workers()
    page = agent.client.get(place)
    number = number_on(page) or ""
    security = security_of(desk, number)
    assert f"{place}/fis" in page.text
    slip = agent.slip(place)
    assert (slip.status_code, slip.headers["content-type"]) == (200, "application/pdf")
    assert slip.headers["cache-control"] == "no-store"
    text = pdf_text(slip.content)
    assert all(words in text for words in (number, security, "Çağlayan, Işık Sokağı", "Şişli"))
    again = agent.slip(place)
    assert (again.status_code, again.headers["location"]) == (303, f"{place}?fis=yok")
    after = agent.client.get(f"{place}?fis=yok").text
    assert "ikinci kez verilmez" in after
    assert security not in page.text + after
    with desk.uow() as uow:
        case = uow.cases.by_number(number)
        assert case is not None
        told = [(e.actor, e.detail) for e in uow.cases.history(case.id or 0) if e.kind == "slip_printed"]
    assert told == [("staff:masa-1", {})]


def test_many_at_once_get_one_slip(agent: Agent, desk: Desk, workers: Workers) -> None:
    place = agent.takes()
    workers()
    with ThreadPoolExecutor(5) as windows:
        answers = list(windows.map(lambda _: agent.slip(place).status_code, range(5)))
    assert sorted(answers) == [200, 303, 303, 303, 303]
    assert query(desk, f"SELECT count(*) FROM case_events WHERE kind = '{CaseEventKind.SLIP_PRINTED}'") == [1]


def test_the_slip_is_for_the_session_that_took_the_case_in(
    site: Site, agent: Agent, workers: Workers
) -> None:
    place = agent.takes()
    workers()
    with (
        httpx.Client(base_url=site.url, timeout=30) as own,
        httpx.Client(base_url=site.url, timeout=30) as other,
    ):
        for client, token in ((own, AGENT), (other, OPERATOR)):
            somebody = Agent(client, token)
            assert f"{place}/fis" not in client.get(place).text
            assert somebody.slip(place).status_code == 403
    assert agent.slip(place, csrf="0" * 64).status_code == 403
    assert agent.slip(place).status_code == 200


def test_the_slip_is_made_while_the_citizen_stands_there(
    agent: Agent, clock: Clock, workers: Workers
) -> None:
    place = agent.takes()
    workers()
    clock.step(seconds=WITHIN.total_seconds() + 1)
    assert "ilk yarım saat" not in agent.client.get(place).text
    assert "sonraki yarım saat içinde" in agent.client.get(place).text
    assert agent.slip(place).status_code == 303


def test_on_the_phone_there_is_no_slip(agent: Agent, workers: Workers) -> None:
    place = agent.takes(channel="call_centre", contact_kind="incoming_call")
    workers()
    assert f"{place}/fis" not in agent.client.get(place).text
    assert agent.slip(place).status_code == 403


def test_a_forged_receipt_is_none(agent: Agent) -> None:
    place = agent.takes()
    assert agent.client.get(place[:-1] + ("A" if place[-1] != "A" else "B")).status_code == 404
    assert agent.slip(place[:-3] + "xyz").status_code == 404
