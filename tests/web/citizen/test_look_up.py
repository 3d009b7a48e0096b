"""The status page: both numbers, or nothing; and no way to tell what was wrong (V2)."""

import re
from itertools import pairwise

import httpx
import pytest
import redis

from domain.cases import TRANSITIONS
from domain.numbers import application_number
from domain.vocabulary import CaseState, Confidentiality
from pipeline.desk import Desk
from pipeline.incidents import answer_incident
from pipeline.limits import counting_url
from tests.servers.valkey import ValkeyServer
from tests.web.citizen.acting import Citizens, Known, ask
from tests.web.citizen.counting import work_of
from tests.web.serving import Site
from web.templating import texts


@pytest.fixture
def known(citizens: Citizens) -> Known:
    return citizens.case(hide_identity="1", name="Ayşe Yılmaz")


def test_both_numbers_show_how_the_case_stands(client: httpx.Client, known: Known) -> None:
    page = ask(client, known.number, known.security)
    assert page.status_code == 200
    for words in (known.number, "Birimde", "Kadıköy Belediyesi", "Başvurunuz kaydedildi."):
        assert words in page.text
    assert "Başvurunuz iletildi: Kadıköy Belediyesi." in page.text
    assert page.headers["cache-control"] == "no-store"


def test_the_page_tells_nothing_that_only_the_desk_may_know(client: httpx.Client, known: Known) -> None:
    page = ask(client, known.number, known.security).text
    assert not any(word in page for word in ("Ayşe", "5321234567", known.security, "cozum@", "confidence"))


@pytest.mark.parametrize("spelling", ["{0}", " {0} ", "{1}", "{2}", "{0}\t"])
def test_numbers_are_taken_as_people_write_them(client: httpx.Client, known: Known, spelling: str) -> None:
    number = spelling.format(known.number, known.number.replace("-", ""), known.number.replace("-", " "))
    security = f" {known.security[:3]} {known.security[3:]} "
    assert ask(client, number, security).status_code == 200


def refusals(known: Known) -> dict[str, tuple[str, str]]:
    """Every way to be refused, from somebody who has not guessed before."""
    last = int(known.number[-1])
    return {
        "a wrong security number": (known.number, known.wrong),
        "an unknown number": (application_number(2026, 7_654_321), known.security),
        "a wrong check digit": (f"{known.number[:-1]}{(last + 1) % 10}", known.security),
        "no number at all": ("başvurum nerede", known.security),
        "no security number": (known.number, ""),
        "letters": (known.number, "abcdef"),
    }


def without_echo(page: httpx.Response) -> str:
    """The page without what the visitor typed."""
    return re.sub(r'(<input class="code" id="number"[^>]*value=")[^"]*', r"\1", page.text)


def test_whatever_is_wrong_the_answer_is_the_same_v2(client: httpx.Client, known: Known) -> None:
    pages = [ask(client, *given) for given in refusals(known).values()]
    assert [page.status_code for page in pages] == [422] * len(pages)
    assert len({without_echo(page) for page in pages}) == 1
    assert len({frozenset(set(page.headers) - {"date"}) for page in pages}) == 1


def test_whatever_is_wrong_the_work_is_the_same_v2(
    site: Site, client: httpx.Client, citizens: Citizens, known: Known, valkey_server: ValkeyServer
) -> None:
    locked = citizens.case()
    lock(client, locked)
    asked = refusals(known) | {"a locked case": (locked.number, locked.security)}
    done = {}
    for name, given in asked.items():
        with work_of(site, valkey_server) as counts:
            assert ask(client, *given).status_code == 422
        done[name] = counts
    usual = done["a wrong security number"]
    assert usual["decrypt"] == 1
    assert usual["SELECT"] == 1
    assert usual["redis"] >= 3
    assert done == dict.fromkeys(asked, usual)


def lock(client: httpx.Client, known: Known) -> None:
    for _ in range(5):
        ask(client, known.number, known.wrong)


def test_after_five_wrong_guesses_a_case_is_locked_in_the_same_words(
    client: httpx.Client, known: Known
) -> None:
    guessed = ask(client, known.number, known.wrong)
    for _ in range(4):
        ask(client, known.number, known.wrong)
    right = ask(client, known.number, known.security)
    assert (right.status_code, without_echo(right)) == (422, without_echo(guessed))


def test_a_locked_case_opens_again_after_a_while(
    client: httpx.Client, known: Known, valkey_server: ValkeyServer
) -> None:
    lock(client, known)
    with redis.Redis.from_url(counting_url(valkey_server.url()).removeprefix("redis+")) as counts:
        assert all(0 < counts.ttl(key) <= 86_400 for key in counts.scan_iter())
        counts.flushdb()  # what the time to live does
    assert ask(client, known.number, known.security).status_code == 200


def test_a_locked_case_does_not_lock_others(client: httpx.Client, known: Known, citizens: Citizens) -> None:
    other = citizens.case()
    lock(client, known)
    assert ask(client, other.number, other.security).status_code == 200


def test_a_right_answer_forgives_the_wrong_ones(client: httpx.Client, known: Known) -> None:
    for _ in range(3):
        for _ in range(4):
            ask(client, known.number, known.wrong)
        assert ask(client, known.number, known.security).status_code == 200


def test_one_client_asks_so_often_and_no_more(client: httpx.Client, known: Known) -> None:
    answers = [ask(client, application_number(2026, 1000 + n), "1").status_code for n in range(30)]
    assert set(answers) == {422}
    refused = ask(client, known.number, known.security)
    assert refused.status_code == 429
    assert "Kısa sürede çok sayıda sorgu" in refused.text


def test_the_number_of_the_receipt_stands_in_the_form_already(client: httpx.Client, known: Known) -> None:
    assert f'value="{known.number}"' in client.get("/durum", params={"no": known.number}).text


def test_a_number_is_echoed_as_text(client: httpx.Client) -> None:
    page = ask(client, '"><script>alert(1)</script>', "1")
    assert "<script>alert" not in page.text


def test_every_state_has_its_plain_words(client: httpx.Client, desk: Desk, citizens: Citizens) -> None:
    for state in CaseState:
        known = citizens.case()
        with desk.uow() as uow:
            for step in _way(CaseState.ASSIGNED, state):
                uow.cases.move(known.id, step[0], step[1], actor="test", why="test", now=desk.now())
            uow.commit()
        page = ask(client, known.number, known.security)
        shown = state if state is not CaseState.RECEIVED else CaseState.ASSIGNED
        for words in (texts()["states"][shown], texts()["states_explained"][shown]):
            assert (state, words in page.text) == (state, True)


def test_the_answer_a_case_was_closed_with_is_read_whole(citizens: Citizens) -> None:
    known = citizens.answered("Boru onarıldı.\nSu <saat 14.00>'te verildi.")
    page = citizens.look(known)
    assert page.count("Boru onarıldı.\nSu &lt;saat 14.00&gt;") == 1
    assert texts()["states"][CaseState.RESOLVED] in page
    citizens.act("/durum/itiraz", page, objection="Yine akıyor.")
    citizens.answer(known, "Boru değiştirildi.")
    later = citizens.look(known)
    assert [later.count(words) for words in ("Boru onarıldı.", "Boru değiştirildi.")] == [1, 1]


def test_an_incident_s_answer_is_read_by_each_and_tells_nothing_of_the_others(
    citizens: Citizens, desk: Desk
) -> None:
    mine, theirs = citizens.case(name="Ayşe Yılmaz"), citizens.case()
    answer_incident(desk, mine.number, "Konteynerler yenilendi.", actor="test")
    for own, other in ((mine, theirs), (theirs, mine)):
        page = citizens.look(own)
        assert "Konteynerler yenilendi." in page
        assert not any(word in page for word in (other.number, "Yılmaz", other.phone))


def test_a_restricted_case_is_shown_to_its_citizen(citizens: Citizens) -> None:
    known = citizens.case()
    citizens.change(known, confidentiality=Confidentiality.RESTRICTED)
    page = citizens.look(known)
    assert "Başvurunuz iletildi: Kadıköy Belediyesi." in page


def _way(current: CaseState, wanted: CaseState) -> list[tuple[CaseState, CaseState]]:
    """The steps from one state to another; none to the first state, which no case comes back to."""
    ways: list[list[CaseState]] = [[current]]
    for way in ways:
        if way[-1] == wanted:
            return list(pairwise(way))
        ways += [[*way, following] for following in sorted(TRANSITIONS[way[-1]]) if following not in way]
    return []
