"""The agents' chat pages without scripts: who may, and what one cannot do in an agent's name."""

from collections.abc import Iterator

import httpx
import pytest
from pydantic import SecretStr

from config.settings import Settings
from pipeline.chats import open_chat, say
from pipeline.desk import Desk
from pipeline.seed import WEBCHAT_ACCOUNT
from tests.fakes import Bells
from tests.servers.postgres import PostgresServer
from tests.web.chatting import POTHOLE
from tests.web.forms import query
from tests.web.staff import AGENT, OPERATOR, csrf_of, log_in

LIST = "/temsilci/sohbet"


@pytest.fixture
def desk(desk_settings: Settings) -> Iterator[Desk]:
    """A desk with an agent and an operator."""
    tokens = SecretStr(f"masa-1:agent:{AGENT},sef:operator:{OPERATOR}")
    made = Desk(desk_settings.model_copy(update={"staff_tokens": tokens}), ring=Bells())
    yield made
    made.engine.dispose()


@pytest.fixture
def chat(desk: Desk) -> str:
    """The page of a chat in which somebody told of a pothole."""
    with desk.uow() as uow:
        account = uow.accounts.by_name(WEBCHAT_ACCOUNT)
    assert account is not None
    opened = open_chat(desk, account.id)
    say(desk, opened.public_id, "the-first", POTHOLE, most_lines=100)
    return f"{LIST}/{opened.public_id}"


def act(client: httpx.Client, chat: str, action: str, **fields: str) -> httpx.Response:
    """Press a button of the page as it is shown now."""
    csrf = csrf_of(client.get(chat))
    return client.post(chat, data={"csrf": csrf, "action": action} | fields)


def test_an_agent_takes_over_writes_once_and_closes(client: httpx.Client, desk: Desk, chat: str) -> None:
    log_in(client)
    assert POTHOLE.split("'")[0] in client.get(LIST).text
    assert act(client, chat, "take").headers["location"] == chat
    for _ in range(2):  # a double click
        sent = act(client, chat, "write", text="Hangi sokakta?", client_id="one-and-the-same")
        assert sent.status_code == 303
    assert client.get(f"{chat}/satirlar").text.count("Hangi sokakta?") == 1
    assert act(client, chat, "close").headers["location"] == LIST
    assert query(desk, "SELECT count(*) FROM messages") == [1]


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(client: httpx.Client, chat: str) -> None:
    log_in(client)
    early = act(client, chat, "write", text="Merhaba")
    assert (early.status_code, "önce görüşmeyi alın" in early.text) == (409, True)
    act(client, chat, "take")
    empty = act(client, chat, "write", text="  ")
    assert (empty.status_code, "Boş mesaj gönderilemez" in empty.text) == (422, True)
    long = act(client, chat, "write", text="ç" * 4001)
    assert (long.status_code, "ç" * 4001 in long.text) == (422, True)
    client.cookies.clear()
    log_in(client, OPERATOR)
    taken = client.post(chat, data={"csrf": csrf_of(client.get(LIST)), "action": "take"})
    assert (taken.status_code, "başka bir temsilci" in taken.text) == (409, True)


@pytest.mark.kill
def test_an_answer_that_nothing_could_store_is_not_lost(
    client: httpx.Client, chat: str, postgres_server: PostgresServer
) -> None:
    log_in(client)
    act(client, chat, "take")
    said = {"csrf": csrf_of(client.get(chat)), "text": "Ekip yola çıktı", "client_id": "one-and-the-same"}
    postgres_server.kill()
    unsent = client.post(chat, data=said | {"action": "write"})
    assert (unsent.status_code, csrf_of(unsent)) == (503, said["csrf"])
    assert ">Ekip yola çıktı</textarea>" in unsent.text
    assert 'name="client_id" value="one-and-the-same"' in unsent.text
    postgres_server.restart()
    assert client.post(chat, data=said | {"action": "write"}).status_code == 303
    assert client.get(f"{chat}/satirlar").text.count("Ekip yola çıktı") == 1


def test_without_a_session_or_its_form_token_nothing_is_shown_or_done(
    client: httpx.Client, desk: Desk, chat: str
) -> None:
    for path in (LIST, chat, f"{chat}/satirlar"):
        assert client.get(path).headers["location"].startswith("/temsilci/giris"), path
    assert client.post(chat, data={"action": "take"}).status_code == 303
    log_in(client)
    for csrf in ("", "0" * 64):
        assert client.post(chat, data={"csrf": csrf, "action": "take"}).status_code == 403
        assert client.post(f"{chat}/yaziyor", headers={"x-csrf": csrf}).status_code == 403
    foreign = {"origin": "https://kotu.example", "sec-fetch-site": "cross-site"}
    data = {"csrf": csrf_of(client.get(chat)), "action": "take"}
    assert client.post(chat, data=data, headers=foreign).status_code == 403
    assert query(desk, "SELECT agent FROM chat_sessions") == [None]


def test_a_chat_that_is_not_there_and_an_act_that_is_none_are_told(client: httpx.Client, chat: str) -> None:
    log_in(client)
    csrf = csrf_of(client.get(chat))
    for path in (f"{LIST}/{'0' * 32}", f"{LIST}/{'0' * 32}/satirlar"):
        assert client.get(path).status_code == 404, path
    assert client.post(f"{LIST}/{'0' * 32}", data={"csrf": csrf, "action": "take"}).status_code == 404
    assert act(client, chat, "dance").status_code == 400
