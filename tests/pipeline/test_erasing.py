"""Erasing a person: nothing of them is left anywhere, and what reports count stays."""

import json
import os
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from sqlalchemy import Table, text

from domain.errors import ConnectionFailedError
from domain.messages import Attachment
from domain.urn import Urn
from domain.vocabulary import CaseState, Channel
from pipeline import erasing
from pipeline.citizen_merging import merge_citizens
from pipeline.citizens import search_citizens, set_identity
from pipeline.clock import tick
from pipeline.desk import Desk
from pipeline.doomed import remove_doomed
from pipeline.intake import follow_up_mark
from pipeline.refusal import RefusedError
from store.erasing.plan import PLAN
from tests.connectors.feeds.make_samples import COLUMNS, ROWS, delimited
from tests.fakes import make_message, process_all
from tests.pipeline.erasures import WORDS, close_all, erased
from tests.pipeline.feeding import cases, feed
from tests.pipeline.feeding import take_in as take_in_list
from tests.pipeline.looking import case_from, case_of, send_all, take_in
from tests.pipeline.marking import mark_everything, tables, wordy

NAME, PHONE, MAIL = "Zübeyde Şahinkaya", "+905327654321", "zubeyde.sahinkaya@posta.example"
MARKS = ("zubeyde", "Şahinkaya", "7654321", "zumbuzluk", "10000000146")
IDENTITY = "10000000146"


@pytest.fixture
def person(desk: Desk) -> tuple[int, int]:
    """Somebody who wrote by mail and by SMS, was merged, searched for, answered; the keys of one case and of
    the person."""
    files = (Attachment(name=f"{NAME}.txt", media_type="text/plain", content=f"{NAME} {WORDS}".encode()),)
    mail = make_message(
        external_id=f"<{MAIL}>",
        text=f"{WORDS} {PHONE} {MAIL}",
        raw=f"From: {MAIL} {WORDS}".encode(),
        sender=Urn("mailto", MAIL),
        sender_name=NAME,
        subject=f"Çöp: {NAME}",
        contacts=(Urn("tel", PHONE), Urn("mailto", f"second.{MAIL}")),
        attachments=files,
        references=(f"<{MAIL}>",),
    )
    sms = make_message(
        channel=Channel.SMS, sender=Urn("tel", PHONE), sender_name=NAME, text=WORDS, raw=WORDS.encode()
    )
    first, second = take_in(desk, mail), take_in(desk, sms)
    send_all(desk)
    case, other = case_of(desk, first[0]), case_of(desk, second[0])
    assert case is not None
    assert other is not None
    merge_citizens(desk, case.citizen_id or 0, other.citizen_id or 0, actor="memur", why=NAME)
    set_identity(desk, case.citizen_id or 0, IDENTITY, actor="memur")
    search_citizens(desk, PHONE, actor="memur", why=NAME)
    return case.id or 0, case.citizen_id or 0


def let_time_pass_over_files(desk: Desk) -> None:
    """A content that was put a moment ago may be about to be referred to: it is to look older."""
    for path in (desk.settings.var_dir / "blobs").glob("*/*"):
        os.utime(path, (0, 0))


def everything(desk: Desk) -> Iterator[tuple[str, str]]:
    """Every row of every table, and every blob, as text."""
    with desk.uow() as uow:
        for table in tables():
            for row in uow.session.execute(table.select()):
                yield table.name, json.dumps(list(row), default=str, ensure_ascii=False)
    for path in desk.settings.var_dir.rglob("*"):
        if path.is_file() and "secrets" not in path.parts:
            yield str(path), path.read_bytes().decode("utf-8", "replace")


def left(desk: Desk, marks: Sequence[str] = MARKS) -> list[tuple[str, str]]:
    return [
        (where, mark) for where, said in everything(desk) for mark in marks if mark.lower() in said.lower()
    ]


@pytest.mark.parametrize("table", tables(), ids=lambda table: table.name)
def test_every_column_of_words_has_its_rule(table: Table) -> None:
    rule = PLAN.get(table.name)
    assert rule, f"say in store.erasing.plan what an erasure does with {table.name}"
    if not rule.removed and not rule.apart:
        references = {each.parent.name for each in table.foreign_keys}
        untold = set(wordy(table)) - set(rule.blank) - rule.kept - references
        assert not untold, f"say in store.erasing.plan what becomes of these of {table.name}"
    assert set(rule.blank) | rule.kept <= {column.name for column in table.columns}


def test_nothing_of_a_person_is_left_after_an_erasure(desk: Desk, person: tuple[int, int]) -> None:
    _, citizen = person
    mark_everything(desk, citizen, f"tel:{PHONE}", f"{NAME} {WORDS} {PHONE}", desk.now())
    where = {place for place, _ in left(desk)}
    assert {name for name, rule in PLAN.items() if rule.blank} <= where | {"erasures"}, "all of it is marked"
    close_all(desk)
    let_time_pass_over_files(desk)
    report = erased(desk, citizen)
    assert left(desk) == []
    assert (report["cases"], report["messages"], report["attachments"]) == (2, 2, 1)
    assert (report["blobs"], report["blobs_waiting"]) == (3, 0)
    assert erased(desk, citizen) == report, "twice does it once"
    with desk.uow() as uow:
        assert uow.eraser.addresses_of([citizen]) == []
        [case, _] = uow.session.execute(text("SELECT number, topic, district, state FROM cases ORDER BY id"))
    assert (case.topic, case.district, case.state) == ("cop-toplama", "Kadıköy", CaseState.RESOLVED)


def test_an_open_case_or_an_unread_message_is_not_erased_unasked(desk: Desk, person: tuple[int, int]) -> None:
    _, citizen = person
    with pytest.raises(RefusedError) as error:
        erased(desk, citizen)
    assert error.value.reason == "open_cases"
    close_all(desk)
    with desk.uow() as uow:
        uow.session.execute(text("UPDATE messages SET state = 'ready'"))
        uow.commit()
    with pytest.raises(RefusedError) as error:
        erased(desk, citizen)
    assert error.value.reason == "waiting"
    assert erased(desk, citizen, even_open=True)["cases"] == 2
    assert process_all(desk) == 0


def test_what_is_written_to_a_case_after_its_erasure_opens_another(
    desk: Desk, person: tuple[int, int]
) -> None:
    case_id, citizen = person
    erased(desk, citizen, even_open=True)
    late = make_message(in_reply_to=follow_up_mark(desk, case_id), text="Konteyner yine taştı.")
    other = case_from(desk, late)
    assert other.id not in (case_id, None)


def test_an_erasure_that_is_killed_is_finished_when_it_is_done_again(
    desk: Desk, person: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, citizen = person
    close_all(desk)
    let_time_pass_over_files(desk)
    monkeypatch.setattr(erasing, "AT_ONCE", 1)
    for _ in range(6):
        with monkeypatch.context() as broken:
            broken.setattr(desk, "uow", Dying(desk))
            with pytest.raises(ConnectionFailedError):
                erased(desk, citizen)
    let_time_pass_over_files(desk)
    assert erased(desk, citizen)["cases"] == 2
    assert left(desk) == []


class Dying:
    """Units of work, of which the third is never begun: the process is gone."""

    def __init__(self, desk: Desk) -> None:
        self._make, self._left = desk.uow, 3

    def __call__(self) -> Any:
        self._left -= 1
        if not self._left:
            raise ConnectionFailedError("killed")
        return self._make()


def test_a_content_that_others_sent_too_stays_with_them(desk: Desk, person: tuple[int, int]) -> None:
    _, citizen = person
    shared = (Attachment(name="imza.png", media_type="image/png", content=f"{NAME} {WORDS}".encode()),)
    [message] = take_in(desk, make_message(attachments=shared))
    close_all(desk)
    let_time_pass_over_files(desk)
    erased(desk, citizen)
    with desk.uow() as uow:
        [file] = uow.messages.attachments([message])
    assert desk.blobs.get(file.sha256 or "") == shared[0].content


def test_a_content_that_was_put_a_moment_ago_waits_for_the_clock(desk: Desk, person: tuple[int, int]) -> None:
    _, citizen = person
    close_all(desk)
    assert erased(desk, citizen)["blobs_waiting"] == 3
    let_time_pass_over_files(desk)
    tick(desk)
    assert remove_doomed(desk) == 0
    assert erased(desk, citizen)["blobs"] == 3


def test_a_delivery_that_was_erased_is_known_when_it_comes_again(desk: Desk) -> None:
    given = make_message()
    [message] = take_in(desk, given)
    with desk.uow() as uow:
        row = uow.messages.get(message)
        assert row is not None
        account = row.account_id
    case = case_of(desk, message)
    assert case is not None
    close_all(desk)
    erased(desk, case.citizen_id or 0)
    assert take_in(desk, given, account=account) == []
    assert len(take_in(desk, make_message(sender=given.sender), account=account)) == 1, "they may write anew"


def test_an_institutions_list_goes_with_the_first_of_its_people(desk: Desk) -> None:
    account = feed(desk)
    rows = tuple((*row, number) for row, number in zip(ROWS, (IDENTITY, "", "12345"), strict=True))
    content = delimited(";", rows, (*COLUMNS, "T.C. Kimlik No")).encode("windows-1254")
    take_in_list(desk, account, content)
    [found] = search_citizens(desk, IDENTITY, actor="memur", why="sordu")
    plain = [where for where, said in everything(desk) if IDENTITY in said and "/" not in where]
    assert plain == [], "it is sealed before it is stored"
    close_all(desk)
    let_time_pass_over_files(desk)
    erased(desk, found["id"])
    assert left(desk, ("Örnek Vatandaş Bir", IDENTITY, "532 000 00 01")) == []
    assert left(desk, ("Örnek Vatandaş İki",)), "the others keep their rows"
    before = len(cases(desk))
    take_in_list(desk, account, content)
    let_time_pass_over_files(desk)
    remove_doomed(desk)
    assert (len(cases(desk)), left(desk, (IDENTITY,))) == (before, []), "it came again, and goes again"
