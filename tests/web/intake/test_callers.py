"""Who calls, and the cases that the agent is shown of them (P4)."""

import re

import pytest

from domain.urn import Urn
from pipeline.desk import Desk
from pipeline.merging import merge
from tests.web.forms import query
from tests.web.intake.taking import Workers, number_on, only_case, telling
from tests.web.staff import Agent

CALLERS = [
    ("a mobile number as the telephony has it", "905321234567", "0532 123 45 67"),
    ("with the country's code", "%2B905321234567", "0532 123 45 67"),
    ("as people write it", "0532%20123%2045%2067", "0532 123 45 67"),
    ("a landline", "02124551300", "0212 455 13 00"),
    ("a number from abroad", "%2B493012345678", "+493012345678"),
    ("a hidden number", "anonymous", "anonymous"),
    ("markup", "%22%3E%3Cscript%3E", "&#34;&gt;&lt;script&gt;"),
]


@pytest.mark.parametrize(("asked", "shown"), [c[1:] for c in CALLERS], ids=[c[0] for c in CALLERS])
def test_the_callers_number_is_filled_in_as_people_write_it(agent: Agent, asked: str, shown: str) -> None:
    page = agent.client.get(f"/temsilci/basvuru?caller={asked}").text
    assert re.search(rf'name="phone" type="tel" value="{re.escape(shown)}"', page)
    assert re.search(r'id="channel-call_centre"[^>]* checked', page)


def test_the_page_lists_the_cases_of_this_very_number_only(agent: Agent, desk: Desk) -> None:
    telling(desk, "Kadıköy Moda Caddesi'nde çöp konteyneri taşıyor")
    telling(desk, "Kadıköy'de otobüs hiç gelmedi", "tel:+905321234568")
    mine, other = query(desk, "SELECT number FROM cases ORDER BY id")
    page = agent.client.get("/temsilci/basvuru?caller=05321234567").text
    assert mine in page
    assert other not in page
    part = agent.client.get("/temsilci/basvuru/gecmis?telefon=0532 123 45 67").text
    assert mine in part
    assert "Bu başvuruya ekle" in part
    assert "<html" not in part


def test_an_address_that_a_message_merely_named_shows_nobodys_cases(
    agent: Agent, desk: Desk, workers: Workers
) -> None:
    telling(desk, "Çöp alınmıyor", "tel:+905321234599", contacts=(Urn("tel", "+905321234567"),))
    page = agent.client.get("/temsilci/basvuru?caller=05321234567").text
    assert "Bu numarayla kayıtlı başvuru yok" in page


def test_of_a_restricted_case_staff_see_that_it_is_there_and_no_more(agent: Agent, desk: Desk) -> None:
    telling(desk, "Komşum çocuğunu dövüyor, çocuk istismarı var")
    with desk.uow() as uow:
        uow.session.connection().exec_driver_sql("UPDATE cases SET confidentiality = 'restricted'")
        uow.commit()
    page = agent.client.get("/temsilci/basvuru?caller=05321234567").text
    assert query(desk, "SELECT number FROM cases")[0] in page
    assert "Gizli başvuru" in page
    assert "istismar" not in page.partition('id="gecmis"')[2].partition("<details")[0]


def test_more_words_on_an_earlier_case_join_it(agent: Agent, desk: Desk, workers: Workers) -> None:
    telling(desk, "Kadıköy Moda Caddesi'nde çöp konteyneri taşıyor")
    (number,) = query(desk, "SELECT number FROM cases")
    place = agent.takes(answers=number, text="Koku da başladı, lütfen bakın")
    workers()
    case, messages = only_case(desk)
    assert [m.text for m in messages][1:] == ["Koku da başladı, lütfen bakın"]
    page = agent.client.get(place)
    assert (number_on(page), "Başvuruya eklendi" in page.text) == (case.number, True)
    assert 'action="' + place not in page.text
    assert agent.slip(place).headers["location"].endswith("?fis=yok")


def test_a_closed_case_takes_no_more_words(agent: Agent, desk: Desk) -> None:
    telling(desk, "Çöp alınmıyor")
    (number,) = query(desk, "SELECT number FROM cases")
    with desk.uow() as uow:
        uow.session.connection().exec_driver_sql("UPDATE cases SET state = 'resolved'")
        uow.commit()
    assert "Bu başvuruya ekle" not in agent.client.get("/temsilci/basvuru?caller=05321234567").text
    assert agent.sends(answers=number).status_code == 422


def test_one_person_cannot_read_out_the_register(agent: Agent) -> None:
    from web import intake_taking

    times = intake_taking.LOOKS_BY_STAFF.times
    pages = [agent.client.get(f"/temsilci/basvuru/gecmis?telefon=0532{n:07}").text for n in range(times + 1)]
    assert "Kısa sürede çok sayıda sorgu" in pages[-1]
    assert "Kısa sürede çok sayıda sorgu" not in pages[-2]


def test_of_a_merged_case_an_agent_says_how_the_other_one_stands(agent: Agent, desk: Desk) -> None:
    telling(desk, "Kadıköy Moda Caddesi'nde çöp konteyneri taşıyor")
    telling(desk, "Kadıköy Moda Caddesi'ndeki konteyner hâlâ alınmadı, koku başladı")
    kept, number = query(desk, "SELECT number FROM cases ORDER BY id")
    merge(desk, number, kept, actor="operator:ayse")
    page = agent.client.get("/temsilci/basvuru?caller=05321234567").text
    assert number in page
    assert 'class="state resolved"' not in page
