"""The page of wishes: opening it changes nothing, its button and a mail program's one click do."""

import httpx
import pytest

from domain.thread_tokens import make_token
from domain.urn import Urn
from notifier.updates import DECLINABLE
from pipeline.desk import Desk
from tests.fakes import make_message
from tests.pipeline.looking import take_in

MAIL = Urn("mailto", "vatandas@posta.example")
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def path(desk: Desk) -> str:
    """The address of somebody's page, as their mails carry it."""
    take_in(desk, make_message(sender=MAIL))
    return f"/bildirim/{make_token(desk.token_key, 'wish', str(key_of(desk)))}"


def key_of(desk: Desk) -> int:
    with desk.uow() as uow:
        return uow.wishes.of([str(MAIL)])[str(MAIL)].id


def declined(desk: Desk) -> set[str]:
    with desk.uow() as uow:
        return set(uow.wishes.of([str(MAIL)])[str(MAIL)].declined)


def test_opening_the_page_changes_nothing_and_shows_no_address(
    client: httpx.Client, desk: Desk, path: str
) -> None:
    for method in ("GET", "HEAD", "GET"):
        page = client.request(method, path)
        assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert "v*******@*****.example" in page.text
    assert MAIL.path not in page.text
    assert "set-cookie" not in page.headers
    assert client.post(path, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert declined(desk) == set()


def test_the_button_says_no_and_yes_again(client: httpx.Client, desk: Desk, path: str) -> None:
    for _ in range(2):
        said_no = client.post(path, data={"istiyorum": "hayir"})
        assert "artık ara bildirim gönderilmeyecek" in said_no.text
        assert declined(desk) == set(DECLINABLE)
    assert 'value="evet"' in client.get(path).text
    assert "yeniden gönderilecek" in client.post(path, data={"istiyorum": "evet"}).text
    assert declined(desk) == set()


@pytest.mark.parametrize("multipart", [False, True])
def test_one_click_of_a_mail_program_is_enough(
    client: httpx.Client, desk: Desk, path: str, multipart: bool
) -> None:
    """RFC 8058, section 3.2: a POST with that one field, as a form of either kind, without cookies."""
    body = {"files": {"List-Unsubscribe": (None, "One-Click")}} if multipart else {"data": ONE_CLICK}
    answer = client.post(path, **body)
    assert (answer.status_code, answer.text) == (200, "")
    assert declined(desk) == set(DECLINABLE)


def test_who_has_no_genuine_link_changes_nothing(client: httpx.Client, desk: Desk, path: str) -> None:
    stem, _, mac = path.rpartition(".")
    foreign = make_token(desk.token_key, "act", str(key_of(desk)))
    gone = make_token(desk.token_key, "wish", "999999")
    forged = f"{stem}.{mac[:-1]}{'a' if mac[-1] != 'a' else 'b'}"
    for address in (forged, f"/bildirim/{foreign}", f"/bildirim/{gone}", "/bildirim/x"):
        assert client.get(address).status_code == 404
        assert client.post(address, data={"istiyorum": "hayir"}).status_code == 404
        assert client.post(address, data=ONE_CLICK).status_code == 404
    assert declined(desk) == set()


def test_a_body_that_is_too_large_empty_or_broken_changes_nothing(
    client: httpx.Client, desk: Desk, path: str
) -> None:
    assert client.post(path, data={"istiyorum": "hayir" * 10_000}).status_code == 413
    assert "de gönderiliyor" in client.post(path, data={}).text
    broken = client.post(path, content=b"\xff\xfe", headers={"Content-Type": "multipart/form-data"})
    assert broken.status_code == 400
    assert declined(desk) == set()
