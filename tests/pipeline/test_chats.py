"""A chat with the desk's guided dialogue, from the greeting to the case (V4)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from config.chat import chat_texts
from domain.chat import ChatLine
from domain.errors import ConnectionFailedError
from domain.vocabulary import ChatAuthor, ChatEnd, ChatState, Medium, Priority
from pipeline.chats import ChatFullError, ChatGoneError, finish, open_chat, resume, say
from pipeline.desk import Desk
from tests.fakes import process_all
from tests.pipeline.chatting import PHONE, POTHOLE, Visitor, cases_of, messages_of, receipts_of
from tests.pipeline.looking import send_all
from tests.servers.postgres import PostgresServer


def words(*lines: ChatLine) -> str:
    return "\n".join(map(chat_texts().say, lines))


L = ChatLine
TALKS: list[tuple[str, list[tuple[str, str]]]] = [
    ("everything at once", [
        (f"{POTHOLE}. Telefonum {PHONE}", words(L.CONFIRM)),
        ("evet", words(L.SAVED, L.STILL_HERE)),
    ]),
    ("step by step", [
        ("Merhaba", words(L.WHAT)),
        ("Yolda derin bir çukur var", words(L.PLACE)),
        ("Kadıköy Moda Caddesi", words(L.CONTACT)),
        (PHONE, words(L.CONFIRM)),
        ("Evet.", words(L.SAVED, L.STILL_HERE)),
    ]),
    ("a topic nobody knows is asked about once", [
        ("o şey hâlâ öyle", words(L.TOPIC)),
        ("bildiğiniz şey işte", words(L.PLACE)),
        ("yok", words(L.CONTACT)),
        ("vermek istemiyorum", words(L.CONFIRM)),
        ("TAMAM", words(L.SAVED, L.STILL_HERE)),
    ]),
    ("a number that is none is asked for once more", [
        (POTHOLE, words(L.CONTACT)),
        ("beş üç iki", words(L.CONTACT_AGAIN)),
        ("ayse@eposta.example", words(L.CONFIRM)),
    ]),
    ("then it is done without", [
        (POTHOLE, words(L.CONTACT)),
        ("beş üç iki", words(L.CONTACT_AGAIN)),
        ("beş üç iki bir", words(L.CONFIRM)),
    ]),
    ("a second thought before it is saved", [
        (f"{POTHOLE} Telefonum {PHONE}", words(L.CONFIRM)),
        ("hayır", words(L.MORE)),
        ("Dün bir bisikletli düştü", words(L.CONFIRM_AGAIN)),
        ("evet", words(L.SAVED, L.STILL_HERE)),
    ]),
    ("nothing to add saves it", [
        (f"{POTHOLE} Telefonum {PHONE}", words(L.CONFIRM)),
        ("yok", words(L.SAVED, L.STILL_HERE)),
    ]),
    ("closing words end it", [
        (f"{POTHOLE} Telefonum {PHONE}", words(L.CONFIRM)),
        ("teşekkür ederim", words(L.SAVED, L.STILL_HERE)),
    ]),
    ("closing words before any way to answer", [
        ("Yolda derin bir çukur var", words(L.PLACE)),
        ("bu kadar", words(L.CONTACT)),
        ("bu kadar", words(L.SAVED, L.STILL_HERE)),
    ]),
    ("closing words behind nothing", [("hoşça kalın", words(L.NOTHING_SAID))]),
    ("a person is called, and the questions go on", [
        ("temsilciye bağlanmak istiyorum", words(L.PERSON_CALLED, L.WHAT)),
        ("temsilci", words(L.PERSON_WAITING, L.WHAT)),
        (POTHOLE, words(L.CONTACT)),
    ]),
    ("who complains about a person is not taken to one", [
        ("Dün vezneye gittiğimde temsilci bana bağırdı, tutanak tutulmasını istiyorum lütfen",
         words(L.PLACE)),
    ]),
]  # fmt: skip


@pytest.mark.parametrize("talk", [talk for _, talk in TALKS], ids=[label for label, _ in TALKS])
def test_the_desk_asks_for_what_is_missing(desk: Desk, talk: list[tuple[str, str]]) -> None:
    visitor = Visitor(desk)
    assert [(said, visitor.says(said)) for said, _ in talk] == talk


def test_a_chat_becomes_a_case_with_the_citizens_words_place_and_contact(desk: Desk) -> None:
    visitor = Visitor(desk)
    for line in ("Merhaba", "Yolda derin bir çukur var", "Kadıköy, Moda Caddesi 12", PHONE, "evet"):
        visitor.says(line)
    assert visitor.row.state == ChatState.CLOSED
    process_all(desk)
    [message], [case] = messages_of(desk), cases_of(desk)
    assert message.text == "Yolda derin bir çukur var\nKadıköy, Moda Caddesi 12"
    assert (message.sender, message.contacts) == (f"webchat:{visitor.public_id}", ["tel:+905321234567"])
    assert (case.district, case.place and case.place["address"]) == ("Kadıköy", "Kadıköy, Moda Caddesi 12")
    assert message.external_id == visitor.public_id


ADDED = [
    ("instead of a yes", [f"{POTHOLE} Telefonum {PHONE}", "Kaldırım da bozuk, yürünmüyor"]),
    ("once asked for it", [f"{POTHOLE} Telefonum {PHONE}", "hayır", "Kaldırım da bozuk, yürünmüyor"]),
    ("beside the number", [POTHOLE, f"{PHONE}. Kaldırım da bozuk, yürünmüyor"]),
    ("instead of a number", [POTHOLE, "Kaldırım da bozuk, yürünmüyor", PHONE]),
]


@pytest.mark.parametrize("said", [said for _, said in ADDED], ids=[label for label, _ in ADDED])
def test_what_is_added_behind_the_first_words_is_in_the_case_too(desk: Desk, said: list[str]) -> None:
    visitor = Visitor(desk)
    for line in (*said, "evet"):
        visitor.says(line)
    [message] = messages_of(desk)
    assert "çukur" in message.text
    assert "Kaldırım" in message.text
    assert "evet" not in message.text


def test_the_numbers_are_told_in_the_chat_and_to_nobody_else(desk: Desk) -> None:
    visitor = Visitor(desk)
    for line in (f"{POTHOLE} Telefonum {PHONE}", "evet"):
        visitor.says(line)
    process_all(desk)
    send_all(desk)
    [case], [receipt] = cases_of(desk), receipts_of(desk)
    last = visitor.sees().lines[-1]
    security = desk.keyring.decrypt(case.security_number)
    assert case.number in last.text
    assert security in last.text
    assert (receipt.medium, receipt.state) == (Medium.CHAT, "sent")
    with desk.uow() as uow:
        stored = uow.chats.lines(visitor.row)
    assert [line.seq for line in stored if security in line.text] == []


def test_whom_the_words_are_about_is_told_nothing(desk: Desk) -> None:
    """A number in a complaint is somebody else's: the visitor's own is asked for."""
    visitor = Visitor(desk)
    asked = visitor.says(f"{POTHOLE}. Çukuru kazan adamın telefonu 0533 222 22 22")
    assert asked == words(L.CONTACT)
    for line in (PHONE, "evet"):
        visitor.says(line)
    [message] = messages_of(desk)
    assert message.contacts == ["tel:+905321234567"]


def test_danger_to_life_is_handed_over_at_once_and_the_rest_follows(desk: Desk) -> None:
    """Neither the place nor a phone number is waited for; what is told later joins the case."""
    visitor = Visitor(desk)
    assert words(L.EMERGENCY) in visitor.says("Sokakta çok yoğun gaz kokusu var, patlayacak!")
    process_all(desk)
    [case] = cases_of(desk)
    assert case.priority == Priority.LIFE_SAFETY
    assert visitor.says("Kadıköy Moda Caddesi 12") == words(L.CONTACT)
    assert visitor.says(PHONE) == words(L.MORE_TO_ADD)
    assert visitor.says("evet") == words(L.SAVED_ADDED, L.STILL_HERE)
    process_all(desk)
    first, second = messages_of(desk)
    assert (first.case_id, second.case_id) == (case.id, case.id)
    assert second.external_id == f"{visitor.public_id}.2"
    assert "Moda" in second.text


def test_who_goes_on_behind_a_case_adds_to_it(desk: Desk) -> None:
    visitor = Visitor(desk)
    for line in (f"{POTHOLE} Telefonum {PHONE}", "evet"):
        visitor.says(line)
    process_all(desk)
    assert visitor.says("teşekkürler") == words(L.STILL_HERE)
    assert visitor.says("Çukur okulun hemen önünde") == words(L.MORE_TO_ADD)
    visitor.says("evet")
    process_all(desk)
    assert [message.text for message in messages_of(desk)][1:] == ["Çukur okulun hemen önünde"]
    assert len(cases_of(desk)) == 1


def test_parts_of_a_chat_that_waited_together_are_one_case(desk: Desk) -> None:
    """The workers were behind: what came of the danger, and where it is, are taken up in one batch."""
    visitor = Visitor(desk)
    for line in ("Sokakta çok yoğun gaz kokusu var, patlayacak!", "Kadıköy Moda Caddesi 12", PHONE, "evet"):
        visitor.says(line)
    for line in ("Koku merdivene de yayıldı", "evet"):
        visitor.says(line)
    process_all(desk)
    [case] = cases_of(desk)
    assert [message.case_id for message in messages_of(desk)] == [case.id] * 3


def test_who_goes_on_behind_a_chat_that_became_nothing_adds_to_nothing(desk: Desk) -> None:
    visitor = Visitor(desk)
    visitor.says("Merhaba")
    finish(desk, visitor.public_id, ChatEnd.FINISHED)
    assert visitor.says(f"{POTHOLE} Telefonum {PHONE}") == words(L.CONFIRM)
    assert visitor.says("evet") == words(L.SAVED, L.STILL_HERE)
    process_all(desk)
    assert len(cases_of(desk)) == 1


def test_a_line_said_twice_is_one_line_v4(desk: Desk) -> None:
    visitor = Visitor(desk)
    first = say(desk, visitor.public_id, "same", POTHOLE, most_lines=200)
    before = visitor.sees().last_seq
    assert say(desk, visitor.public_id, "same", "something else", most_lines=200) == first
    assert visitor.sees().last_seq == before


def test_lines_of_many_senders_at_once_are_numbered_without_a_gap_v4(desk: Desk) -> None:
    visitor = Visitor(desk)
    with ThreadPoolExecutor(5) as many:
        seqs = list(
            many.map(
                lambda n: say(desk, visitor.public_id, f"c{n % 20}", f"satır {n % 20}", most_lines=999),
                range(40),
            )
        )
    lines = visitor.sees().lines
    assert [line.seq for line in lines] == list(range(1, len(lines) + 1))
    mine = [line for line in lines if line.author is ChatAuthor.CITIZEN]
    assert sorted(line.text for line in mine) == sorted(f"satır {n}" for n in range(20))
    assert set(seqs) == {line.seq for line in mine}


def test_who_comes_back_gets_what_was_missed_and_nothing_else_v4(desk: Desk) -> None:
    visitor = Visitor(desk)
    visitor.says(POTHOLE)
    seen = visitor.sees().last_seq
    visitor.says(PHONE)
    assert [line.seq for line in visitor.sees(seen).lines] == [seen + 1, seen + 2]


def test_a_chat_has_an_end(desk: Desk) -> None:
    visitor = Visitor(desk)
    while visitor.sees().last_seq < 10:
        visitor.says("bir şey daha")
    with pytest.raises(ChatFullError):
        say(desk, visitor.public_id, "one-more", "bir şey daha", most_lines=10)


def test_a_chat_that_is_not_there_is_told(desk: Desk) -> None:
    with pytest.raises(ChatGoneError):
        resume(desk, "nowhere", 0)
    with pytest.raises(ChatGoneError):
        say(desk, "nowhere", "c", "x", most_lines=10)


@pytest.mark.kill
def test_nothing_is_accepted_while_the_database_is_away_v4(
    desk: Desk, postgres_server: PostgresServer
) -> None:
    visitor = Visitor(desk)
    postgres_server.kill()
    with pytest.raises(ConnectionFailedError):
        say(desk, visitor.public_id, "c1", POTHOLE, most_lines=200)
    with pytest.raises(ConnectionFailedError):
        open_chat(desk, visitor.account)
    postgres_server.restart()
    say(desk, visitor.public_id, "c1", POTHOLE, most_lines=200)
    assert [line.text for line in visitor.sees().lines if line.author is ChatAuthor.CITIZEN] == [POTHOLE]


def test_a_desk_without_units_and_topics_still_listens(desk: Desk) -> None:
    with desk.uow() as uow:
        uow.session.execute(text("DELETE FROM topics"))
        uow.session.execute(text("DELETE FROM units"))
        uow.commit()
    assert Visitor(desk).says(POTHOLE) == words(L.PLACE)
