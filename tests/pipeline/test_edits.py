"""Edited messages become history of the case they belong to; albums become one case (T4)."""

from typing import Any

import pytest

from domain.messages import ALBUM, EDITS, Attachment
from domain.urn import Urn
from domain.vocabulary import CaseEventKind, CaseState, Channel, MessageState, Template
from pipeline.accept import Intake, accept
from pipeline.desk import Desk
from pipeline.edits import PATIENCE, wordings
from pipeline.read import read_batch
from store.models import Case
from tests.fakes import RUBBISH, Clock, add_account, make_message, process_all
from tests.pipeline.looking import case_of, kinds, notices_of, take_in
from tests.pipeline.sources import Source, install

ME = Urn("telegram", "42")
PHOTO = Attachment(name="foto.jpg", media_type="image/jpeg", content=None, source="media/1")


@pytest.fixture
def account(desk: Desk) -> int:
    return add_account(desk, Channel.TELEGRAM)


def said(**given: Any) -> Any:
    values = {"channel": Channel.TELEGRAM, "sender": ME, "subject": None, "external_id": "42:1"}
    return make_message(**values | given)


def edit(text: str = "Pardon: Bahariye Caddesi'nde", of: str = "42:1", **given: Any) -> Any:
    headers = {EDITS: of}
    return said(
        **{"text": text, "external_id": f"{of}:edit:1", "in_reply_to": of, "headers": headers} | given
    )


def only(desk: Desk, added: list[int]) -> list[Case]:
    found = [case for each in added if (case := case_of(desk, each))]
    assert len(found) == len(added)
    return found


def receipts(desk: Desk, case: Case) -> int:
    mine = (Template.RECEIVED, Template.MESSAGE_ADDED)
    return sum(1 for notice in notices_of(desk, case) if notice.template in mine)


def test_an_edit_is_history_of_its_case_and_no_receipt(desk: Desk, account: int) -> None:
    [first] = only(desk, take_in(desk, said(), account=account))
    [second] = only(desk, take_in(desk, edit(), account=account))
    assert second.id == first.id
    assert receipts(desk, first) == 1
    with desk.uow() as uow:
        [told] = [e for e in uow.cases.history(first.id or 0) if e.kind == CaseEventKind.MESSAGE_EDITED]
        messages = uow.messages.of_case(first.id or 0)
    assert told.detail == {"message": messages[1].id, "edits": messages[0].id}
    [shown] = wordings(messages)
    assert (shown.message.text, shown.text) == (RUBBISH, "Pardon: Bahariye Caddesi'nde")


def test_an_edit_that_comes_with_its_message_follows_it(desk: Desk, account: int) -> None:
    first, second = only(desk, take_in(desk, said(), edit(), account=account))
    assert first.id == second.id
    assert kinds(desk, first).count(CaseEventKind.MESSAGE_EDITED) == 1


def test_an_edit_of_an_edit_stands_under_the_first(desk: Desk, account: int) -> None:
    again = edit("Üçüncü söyleyiş", of="42:1:edit:1", external_id="42:1:edit:2")
    cases = only(desk, take_in(desk, said(), edit(), again, account=account))
    assert len({case.id for case in cases}) == 1
    with desk.uow() as uow:
        [shown] = wordings(uow.messages.of_case(cases[0].id or 0))
    assert [each.text for each in shown.edits] == ["Pardon: Bahariye Caddesi'nde", "Üçüncü söyleyiş"]


def test_an_edit_that_changes_no_word_is_no_news(desk: Desk, account: int) -> None:
    first, second = only(desk, take_in(desk, said(), edit(RUBBISH), account=account))
    assert first.id == second.id
    assert CaseEventKind.MESSAGE_EDITED not in kinds(desk, first)


FOREIGN: list[tuple[str, dict[str, Any]]] = [
    ("somebody else's message", {"sender": Urn("telegram", "43")}),
    ("a message that never came", {"of": "42:77"}),
    ("itself", {"of": "42:5", "external_id": "42:5"}),
]


@pytest.mark.parametrize(("label", "given"), FOREIGN, ids=[row[0] for row in FOREIGN])
def test_an_edit_of_what_is_not_there_is_a_message_of_its_own(
    desk: Desk, account: int, label: str, given: dict[str, Any]
) -> None:
    [first] = only(desk, take_in(desk, said(), account=account))
    [second] = only(desk, take_in(desk, edit(**given), account=account))
    assert first.id != second.id


def test_an_edit_in_a_closed_case_opens_a_related_one(desk: Desk, account: int, clock: Clock) -> None:
    [first] = only(desk, take_in(desk, said(), account=account))
    with desk.uow() as uow:
        now = CaseState(first.state)
        assert uow.cases.move(first.id or 0, now, CaseState.RESOLVED, actor="x", why="", now=clock())
        uow.commit()
    [second] = only(desk, take_in(desk, edit(), account=account))
    assert first.id != second.id
    assert CaseEventKind.POSSIBLY_RELATED in kinds(desk, second)


def state(desk: Desk, message_id: int) -> str:
    with desk.uow() as uow:
        found = uow.messages.get(message_id)
    assert found is not None
    return found.state


def test_an_edit_waits_while_its_messages_files_are_on_their_way(
    desk: Desk, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = add_account(desk)  # of the channel that the source stands in for
    first, second = take_in(desk, said(attachments=[PHOTO]), edit(), account=account)
    assert (state(desk, first), state(desk, second)) == (MessageState.RECEIVED, MessageState.READY)
    install(monkeypatch, Source(files={"media/1": b"a photo"}))
    read_batch(desk)
    clock.step(seconds=5)
    process_all(desk)
    cases = only(desk, [first, second])
    assert cases[0].id == cases[1].id


def test_an_edit_does_not_wait_for_ever(desk: Desk, account: int, clock: Clock) -> None:
    [_, second] = take_in(desk, said(attachments=[PHOTO]), edit(), account=account)
    clock.moment += PATIENCE
    process_all(desk)
    assert case_of(desk, second) is not None


def picture(number: int, text: str = "", **given: Any) -> Any:
    return said(external_id=f"42:{number}", text=text, **{"headers": {ALBUM: "9"}} | given)


ALBUMS = [
    ("together", 3),
    ("one after the other", 1),
]


@pytest.mark.parametrize(("label", "at_once"), ALBUMS, ids=[row[0] for row in ALBUMS])
def test_an_album_is_one_case_with_one_receipt(desk: Desk, account: int, label: str, at_once: int) -> None:
    parts = [picture(2), picture(1, RUBBISH), picture(3)]
    added = [
        message_id
        for start in range(0, 3, at_once)
        for message_id in take_in(desk, *parts[start : start + at_once], account=account)
    ]
    cases = only(desk, added)
    assert len({case.id for case in cases}) == 1
    assert receipts(desk, cases[0]) == 1
    if at_once == 3:
        assert cases[0].topic, "the part with words is what the case is about"


def test_another_album_and_another_persons_are_cases_of_their_own(desk: Desk, account: int) -> None:
    other, theirs = picture(4, headers={ALBUM: "10"}), picture(5, sender=Urn("telegram", "43"))
    cases = only(desk, take_in(desk, picture(1, RUBBISH), other, theirs, account=account))
    assert len({case.id for case in cases}) == 3


def test_a_bare_picture_waits_for_the_words_of_its_album(
    desk: Desk, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = add_account(desk)  # of the channel that the source stands in for
    install(monkeypatch, Source(files={"media/1": b"a photo"}))
    items = [(account, picture(1, RUBBISH, attachments=[PHOTO])), (account, picture(2))]
    words, bare = accept(desk, Intake(items=items))
    process_all(desk)
    assert state(desk, bare) == MessageState.READY
    read_batch(desk)
    clock.step(seconds=5)
    process_all(desk)
    cases = only(desk, [words, bare])
    assert cases[0].id == cases[1].id
    assert cases[0].topic


def test_an_album_that_answers_a_case_joins_it_whole(desk: Desk, account: int) -> None:
    [first] = only(desk, take_in(desk, said(), account=account))
    parts = [picture(2, "Fotoğraflar", in_reply_to="42:1"), picture(3), picture(4)]
    cases = only(desk, take_in(desk, *parts, account=account))
    assert {case.id for case in cases} == {first.id}
    assert receipts(desk, first) == 2, "one for the case, one for the whole album"
