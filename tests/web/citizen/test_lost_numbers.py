"""Lost numbers are sent again to an address that the cases have, and nobody learns whether it has any."""

from collections.abc import Callable
from datetime import timedelta

import httpx

from domain.numbers import application_number
from domain.vocabulary import CaseState
from pipeline.desk import Desk
from pipeline.lost_numbers import BY_ADDRESS, BY_ADDRESS_DAILY, MOST_CASES, RECENT
from tests.fakes import Clock
from tests.pipeline.looking import send_all
from tests.servers.valkey import ValkeyServer
from tests.web.citizen.acting import Citizens, Known
from tests.web.citizen.counting import work_of
from tests.web.forms import query
from tests.web.serving import Site
from web.lost_numbers import BY_CLIENT

STRANGER, NOBODY = "0532 999 88 77", "kimse@eposta.example"
_SENT = "text LIKE 'Başvuru no / güvenlik no%' OR subject = 'Başvuru numaralarınız'"


def ask_again(client: httpx.Client, address: str, number: str = "") -> httpx.Response:
    return client.post("/durum/numara", data={"address": address, "number": number})


def sent(desk: Desk) -> list[tuple[str, str]]:
    """Where lost numbers went since this was asked last, and in which words."""
    send_all(desk)
    return query(desk, f"DELETE FROM outbox WHERE {_SENT} RETURNING recipient, text")


def both(known: Known) -> str:
    return f"{known.number} / {known.security}"


def test_both_numbers_go_to_the_phone_of_the_case_and_nowhere_else(
    client: httpx.Client, citizens: Citizens, desk: Desk
) -> None:
    known, other = citizens.case(), citizens.case()
    page = ask_again(client, f"+90 {known.phone[1:]}")
    assert page.status_code == 200
    assert sent(desk) == [
        (f"tel:+9{known.phone.replace(' ', '')}", f"Başvuru no / güvenlik no: {both(known)}")
    ]
    for secret in (known.number, known.security, other.number):
        assert secret not in page.text


def test_an_e_mail_address_gets_a_mail(client: httpx.Client, citizens: Citizens, desk: Desk) -> None:
    known = citizens.case(phone="", email="vatandas@eposta.example")
    ask_again(client, "Vatandas@Eposta.example")
    [(where, text)] = sent(desk)
    assert where == "mailto:vatandas@eposta.example"
    assert f"Başvuru numarası: {known.number}\nGüvenlik numarası: {known.security}\n" in text


def test_the_second_address_of_a_form_works_with_the_number(
    client: httpx.Client, citizens: Citizens, desk: Desk
) -> None:
    known = citizens.case(email="ikinci@eposta.example")
    ask_again(client, "ikinci@eposta.example", known.number)
    assert [where for where, _ in sent(desk)] == ["mailto:ikinci@eposta.example"]


def test_with_a_number_only_that_case_is_told(client: httpx.Client, citizens: Citizens, desk: Desk) -> None:
    first = citizens.case()
    citizens.case(phone=first.phone)
    ask_again(client, first.phone, first.number)
    assert [text for _, text in sent(desk)] == [f"Başvuru no / güvenlik no: {both(first)}"]


def test_nothing_goes_to_whom_the_case_does_not_know(
    client: httpx.Client, citizens: Citizens, desk: Desk
) -> None:
    known = citizens.case()
    for address, number in (
        (STRANGER, ""),
        (STRANGER, known.number),
        (NOBODY, known.number),
        (known.phone, citizens.case().number),
        (citizens.case().phone, known.number),
        (known.phone, application_number(2026, 7_654_321)),
    ):
        assert ask_again(client, address, number).status_code == 200
        assert (address, number, sent(desk)) == (address, number, [])


def test_who_only_wrote_to_a_case_is_not_told_its_numbers(
    client: httpx.Client, citizens: Citizens, desk: Desk
) -> None:
    known, other = citizens.case(), citizens.case()
    query(desk, f"UPDATE messages SET case_id = {known.id} WHERE case_id = {other.id} RETURNING id")
    ask_again(client, other.phone, known.number)
    assert sent(desk) == []


def test_old_cases_are_left_out_and_the_newest_are_told_first(
    client: httpx.Client, citizens: Citizens, desk: Desk, clock: Clock, uncounted: Callable[[], None]
) -> None:
    first = citizens.case()
    cases = [first, *(citizens.case(phone=first.phone) for _ in range(MOST_CASES))]
    uncounted()
    cases.append(citizens.case(phone=first.phone))
    long_ago = clock() - RECENT - timedelta(minutes=1)
    citizens.change(cases[-1], state=CaseState.RESOLVED, closed_at=long_ago)
    citizens.change(cases[-2], state=CaseState.RESOLVED, closed_at=long_ago + timedelta(minutes=2))
    ask_again(client, first.phone)
    told = list(reversed(cases[:-1]))[:MOST_CASES]
    [(_, text)] = sent(desk)
    assert text == f"Başvuru no / güvenlik no: {', '.join(map(both, told))}"
    uncounted()
    ask_again(client, first.phone, cases[-1].number)  # who knows the number is told at any time
    assert [text for _, text in sent(desk)] == [f"Başvuru no / güvenlik no: {both(cases[-1])}"]


def test_the_row_of_the_notice_holds_no_security_number(
    client: httpx.Client, citizens: Citizens, desk: Desk
) -> None:
    known = citizens.case()
    ask_again(client, known.phone, known.number)
    send_all(desk)
    [row] = query(
        desk, "SELECT n::text FROM notifications n WHERE template = 'lost_numbers' ORDER BY id DESC LIMIT 1"
    )
    assert known.security not in row
    sent(desk)


def test_an_address_that_no_case_has_is_not_kept(
    client: httpx.Client, citizens: Citizens, desk: Desk
) -> None:
    """Anybody may ask for anybody's: what was asked for in vain would be a list of people who never wrote."""
    known = citizens.case()
    for address in (STRANGER, NOBODY, known.phone):
        ask_again(client, address)
    assert len(sent(desk)) == 1
    kept = query(desk, "SELECT n::text FROM notifications n WHERE template = 'lost_numbers'")
    assert not any(mark in row for row in kept for mark in ("9998877", NOBODY))


def test_nobody_s_phone_is_flooded(client: httpx.Client, citizens: Citizens, desk: Desk) -> None:
    known = citizens.case()
    pages = [ask_again(client, known.phone) for _ in range(4)]
    assert len(sent(desk)) == BY_ADDRESS.times
    assert {page.text for page in pages} == {pages[0].text}
    assert BY_ADDRESS_DAILY.times <= 3


def test_one_client_asks_so_often_and_no_more(client: httpx.Client) -> None:
    codes = [ask_again(client, f"0532 555 {n:02d} 00").status_code for n in range(BY_CLIENT.times + 1)]
    assert codes == [200] * BY_CLIENT.times + [429]


WRONG = [
    ("", "", "Başvururken verdiğiniz cep telefonunu veya e-posta adresini yazın."),
    ("123", "", "0532 000 00 00"),
    ("0212 000 00 00", "", "0532 000 00 00"),
    ("ad@", "", "ad@ornek.com biçiminde"),
    (STRANGER, "2026-0001234-0", "Başvuru numarasında bir rakam yanlış görünüyor."),
]


def test_what_is_wrong_with_the_form_is_said(client: httpx.Client, desk: Desk) -> None:
    for address, number, words in WRONG:
        page = ask_again(client, address, number)
        assert (address, page.status_code, words in page.text) == (address, 422, True)
    assert sent(desk) == []


def test_whether_anything_is_known_the_words_and_the_work_are_the_same_v2(
    site: Site, client: httpx.Client, citizens: Citizens, valkey_server: ValkeyServer
) -> None:
    known, other = citizens.case(), citizens.case()
    asked = {
        "a case's phone": (known.phone, ""),
        "a stranger's phone": (STRANGER, ""),
        "a stranger's number": (other.phone, known.number),
        "an unknown address": (NOBODY, ""),
    }
    pages, done = {}, {}
    for name, given in asked.items():
        with work_of(site, valkey_server) as counts:
            pages[name] = ask_again(client, *given)
        done[name] = counts
    usual = done["a stranger's phone"]
    assert (usual["decrypt"], usual["SELECT"], usual["INSERT"]) == (0, 0, 1)
    assert done == dict.fromkeys(asked, usual)
    assert {page.text for page in pages.values()} == {pages["a case's phone"].text}
    assert {page.status_code for page in pages.values()} == {200}
