"""One-click pages of units: opening them changes nothing, confirming twice is once, and who has no link gets
nothing."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from urllib.parse import urlsplit

import httpx
import pytest

from domain.messages import Attachment, Place
from domain.thread_tokens import make_token
from domain.unit_marks import ACT, REPLY, UnitMark, unit_letters
from domain.vocabulary import CaseState, Confidentiality
from pipeline.desk import Desk
from store.models import Case, CaseEvent, MessageAttachment, NotificationRow
from tests.pipeline.answering_units import assigned_case, history, mail_to_unit, now_is, reply, told
from tests.pipeline.looking import send_all, take_in
from tests.pipeline.reviewing import changed
from tests.pipeline.timing import rows_of
from web.unit_links import BY_CLIENT

ACTIONS = ("accept_url", "resolve_url", "return_url", "extend_url")


@pytest.fixture
def case(desk: Desk) -> Case:
    return assigned_case(desk)


def path(desk: Desk, case: Case, name: str) -> str:
    return str(urlsplit(told(desk, mail_to_unit(desk, case))[0][name]).path)


def test_link_scanners_change_nothing(client: httpx.Client, desk: Desk, case: Case) -> None:
    before = (now_is(desk, case).model_dump(), len(history(desk, case)))
    for name in ACTIONS:
        address = path(desk, case, name)
        for method in ("GET", "HEAD", "GET"):
            page = client.request(method, address)
            assert page.status_code == 200
            assert page.headers["cache-control"] == "no-store"
        shown = client.get(address)
        assert case.number in shown.text
        assert "<script" not in shown.text.partition("<main")[2]
        foreign = client.post(
            address, data={"text": "x", "days": "5"}, headers={"Sec-Fetch-Site": "cross-site"}
        )
        assert foreign.status_code == 403
    assert (now_is(desk, case).model_dump(), len(history(desk, case))) == before


SCANNERS: list[tuple[str, dict[str, str]]] = [
    ("GET", {"User-Agent": "Mozilla/5.0 (compatible; safe links)"}),
    ("HEAD", {}),
    ("GET", {"Sec-Purpose": "prefetch;prerender", "Purpose": "prefetch"}),
    ("GET", {"Range": "bytes=0-1023", "Accept": "*/*"}),
    ("OPTIONS", {"Origin": "https://posta.example", "Access-Control-Request-Method": "POST"}),
]
"""How gateways and mail programs open what stands in a mail before anybody reads it."""
KEPT = (Case, CaseEvent, NotificationRow, MessageAttachment)


def everything(desk: Desk) -> dict[str, list[dict[str, object]]]:
    return {model.__name__: [row.model_dump() for row in rows_of(desk, model)] for model in KEPT}


def test_every_link_of_a_mail_can_be_opened_by_every_scanner(client: httpx.Client, desk: Desk) -> None:
    """Also those that the pages behind the links show, one step further."""
    desk.settings = desk.settings.model_copy(update={"unit_attached_mb": 0})
    film = Attachment(name="film.mp4", media_type="video/mp4", content=b"film")
    place = Place(district="Kadıköy", latitude=40.987, longitude=29.025)
    case = assigned_case(desk, attachments=[film], place=place)
    send_all(desk)
    with desk.uow() as uow:
        [mail] = [each for each in uow.outbox.latest(9) if case.number in (each.subject or "")][:1]
    found = {
        part: set(re.findall(r"(?:https?|geo):[^\s\"<>]+", unescape(part)))
        for part in (mail.text, mail.html or "")
    }
    assert found[mail.text] == found[mail.html or ""], "both parts lead to the same places"
    own = [link for link in found[mail.text] if link.startswith(desk.settings.public_url)]
    assert len(own) == len(ACTIONS) + 1, "four pages and a file"
    before = everything(desk)
    for method, headers in SCANNERS:
        for link in own:
            answer = client.request(method, urlsplit(link).path, headers=headers)
            assert answer.status_code in (200, 206, 400, 405), (method, link)
            for further in re.findall(r'href="(/[^"]*)"', answer.text):
                client.request(method, unescape(further), headers=headers)
    assert everything(desk) == before


def test_confirming_twice_is_once(client: httpx.Client, desk: Desk, case: Case) -> None:
    extend, resolve = path(desk, case, "extend_url"), path(desk, case, "resolve_url")
    assert "kaydedildi" in client.post(path(desk, case, "accept_url")).text
    wrong = client.post(extend, data={"days": "çok"})
    assert (wrong.status_code, "Gün sayısını" in wrong.text) == (422, True)
    client.post(extend, data={"days": "5"})
    assert "ikinci kez" in client.post(extend, data={"days": "5"}).text
    assert now_is(desk, case).promised_at == case.promised_at + timedelta(days=5)
    assert client.post(resolve, data={"text": "  "}).status_code == 422
    first = client.post(resolve, data={"text": "Kutular boşaltıldı."})
    assert "İşleminiz kaydedildi" in first.text
    lines = len(history(desk, case))
    assert "Bir şey değişmedi" in client.post(resolve, data={"text": "Yeniden"}).text
    closed = now_is(desk, case)
    assert (closed.state, len(history(desk, case))) == (CaseState.RESOLVED, lines)
    assert [line.actor for line in history(desk, case)][-1] == "unit"


def test_a_plain_reply_is_confirmed_with_its_own_words(client: httpx.Client, desk: Desk, case: Case) -> None:
    take_in(desk, reply(desk, case, "Merhaba,\nSorun giderildi, kutular boşaltıldı."))
    with desk.uow() as uow:
        asked = next(n for n in uow.notifications.of_case(case.id or 0) if n.template == "unit_reply")
    address = urlsplit(told(desk, asked)[0]["resolve_url"]).path
    shown = client.get(address).text
    assert "Sorun giderildi, kutular boşaltıldı.</textarea>" in shown
    client.post(address, data={"text": "Kutular boşaltıldı."})
    assert now_is(desk, case).state == CaseState.RESOLVED


def test_a_case_is_given_back_with_the_unit_that_was_chosen(
    client: httpx.Client, desk: Desk, case: Case
) -> None:
    address = path(desk, case, "return_url")
    assert client.post(address, data={"unit": "yok-boyle"}).status_code == 422
    client.post(address, data={"unit": "iski-kanal", "text": "Hat onlarındır."})
    moved = now_is(desk, case)
    assert (moved.state, moved.unit, moved.due_at) == (CaseState.ASSIGNED, "iski-kanal", case.due_at)


Forge = Callable[[Desk, UnitMark], str]
FORGED: list[tuple[str, Forge]] = [
    ("another key", lambda desk, mark: make_token(b"x" * 32, ACT, mark.value)),
    ("a reply's mark", lambda desk, mark: make_token(desk.token_key, REPLY, mark.value)),
    ("no action", lambda desk, mark: make_token(desk.token_key, ACT, mark.value.rpartition("-")[0])),
    ("no token", lambda desk, mark: "2026-0001234-5"),
    (
        "another unit",
        lambda desk, mark: make_token(desk.token_key, ACT, mark.value.replace(mark.unit, "aaaaaa")),
    ),
    (
        "too old",
        lambda desk, mark: make_token(
            desk.token_key, ACT, mark.value.replace(str(mark.until.toordinal()), "730000")
        ),
    ),
]


def test_a_forged_or_expired_link_says_so_and_nothing_else(
    client: httpx.Client, desk: Desk, case: Case
) -> None:
    mark = UnitMark(case_id=case.id or 0, unit=unit_letters(case.unit), until=desk.now().date(), rest="r0")
    assert client.get(f"/birim/islem/{make_token(desk.token_key, ACT, mark.value)}").status_code == 200
    answers = []
    for label, forge in FORGED:
        address = f"/birim/islem/{forge(desk, mark)}"
        for answer in (client.get(address), client.post(address, data={"text": "Çözüldü"})):
            assert (label, answer.status_code) == (label, 404)
            assert case.number not in answer.text
            answers.append(answer.text)
    assert len(set(answers)) == 1
    assert now_is(desk, case).state == CaseState.ASSIGNED


def test_a_restricted_case_shows_and_takes_nothing(client: httpx.Client, desk: Desk, case: Case) -> None:
    address = path(desk, case, "resolve_url")
    changed(desk, case, confidentiality=Confidentiality.RESTRICTED)
    for answer in (client.get(address), client.post(address, data={"text": "Çözüldü"})):
        assert "Gizli başvuru" in answer.text
        assert case.number not in answer.text
    assert now_is(desk, case).state == CaseState.ASSIGNED


def test_who_tries_many_links_is_stopped(client: httpx.Client) -> None:
    codes = [client.get("/birim/islem/act.x").status_code for _ in range(BY_CLIENT.times + 1)]
    assert codes == [404] * BY_CLIENT.times + [429]
