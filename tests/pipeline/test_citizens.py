"""The register of citizens: who is found by what, who looked, and two rows that are one person."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import text

from domain.urn import Urn
from domain.vocabulary import Channel
from pipeline.citizen_merging import merge_citizens, unmerge_citizen
from pipeline.citizens import citizen_file, search_citizens, set_identity
from pipeline.desk import Desk
from pipeline.refusal import RefusedError
from tests.fakes import Clock, make_message
from tests.pipeline.looking import case_from

PHONE, MAIL = Urn("tel", "+905321234567"), Urn("mailto", "Gul.Isik@posta.example")
IDENTITY, OTHER_IDENTITY = "10000000146", "12345678950"
ASKED: Any = {"actor": "memur", "why": "telefonda sordu"}
DONE: Any = {"actor": "memur", "why": "kimlik gösterdi"}


def write_in(desk: Desk, sender: Urn, name: str | None = None) -> tuple[int, int]:
    """A message of this sender; returns the keys of its case and of its citizen."""
    channel = Channel.EMAIL if sender.scheme == "mailto" else Channel.SMS
    case = case_from(desk, make_message(channel=channel, sender=sender, sender_name=name))
    assert case.citizen_id is not None
    return case.id or 0, case.citizen_id


def owners(desk: Desk, *case_ids: int) -> list[int | None]:
    with desk.uow() as uow:
        return [case.citizen_id for case in uow.cases.locked(case_ids)]


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(RefusedError) as error:
        act()
    return error.value.reason


def test_a_person_is_found_by_whatever_they_are_known_by(desk: Desk) -> None:
    _, by_phone = write_in(desk, PHONE, "İbrahim Çağrı IŞIK")
    _, by_mail = write_in(desk, MAIL, "Gül Işık")
    set_identity(desk, by_mail, "100 000 001 46", actor="memur")
    for query, expected in (
        ("0532 123 45 67", [by_phone]),
        ("5321234567", [by_phone]),
        ("+90 (532) 123-45-67", [by_phone]),
        ("Gul.Isik@POSTA.example", [by_mail]),
        ("mailto:Gul.Isik@posta.example", [by_mail]),
        (IDENTITY, [by_mail]),
        ("ışık", [by_phone, by_mail]),
        ("IŞIK ibra", [by_phone]),
        ("gul is", [by_mail]),
        ("şık", []),
        ("0533 123 45 67", []),
        (OTHER_IDENTITY, []),
    ):
        assert [row["id"] for row in search_citizens(desk, query, **ASKED)] == expected, query
    for nothing in ("", " ", "a", "& | !", "12"):
        assert refused(lambda query=nothing: search_citizens(desk, query, **ASKED)) == "no_query", nothing  # type: ignore[misc]


def test_looks_are_recorded_with_what_for_and_show_no_address_unasked(desk: Desk) -> None:
    _, citizen = write_in(desk, PHONE, "Gül Işık")
    set_identity(desk, citizen, IDENTITY, actor="memur")
    [row] = search_citizens(desk, "Gül", **ASKED)
    assert row["contacts"] == ["tel:+**********67"]
    [row] = search_citizens(desk, "Gül", full=True, **ASKED)
    assert row["contacts"] == [str(PHONE)]
    found = citizen_file(desk, citizen, **ASKED)
    assert found["citizen"]["identity_number"] == "*********46"
    assert citizen_file(desk, citizen, full=True, **ASKED)["citizen"]["identity_number"] == IDENTITY
    looks = citizen_file(desk, citizen, **ASKED)["looks"]
    assert [(look["look"], look["actor"], look["why"]) for look in looks] == [
        *[("show", "memur", "telefonda sordu")] * 3,
        *[("search", "memur", "telefonda sordu")] * 2,
    ]
    with desk.uow() as uow:
        kept = uow.session.execute(text("SELECT sealed, blind_index FROM citizen_identities")).one()
    assert IDENTITY not in kept.sealed + kept.blind_index
    assert desk.keyring.decrypt(kept.sealed) == IDENTITY


def test_an_identity_number_is_one_persons(desk: Desk) -> None:
    _, one = write_in(desk, PHONE)
    _, two = write_in(desk, MAIL)
    set_identity(desk, one, IDENTITY, actor="memur")
    set_identity(desk, one, IDENTITY, actor="memur")
    assert refused(lambda: set_identity(desk, two, IDENTITY, actor="memur")) == "identity_of"
    assert refused(lambda: set_identity(desk, two, "10000000147", actor="memur")) == "bad_identity"
    assert refused(lambda: set_identity(desk, 999_999, IDENTITY, actor="memur")) == "unknown"
    set_identity(desk, two, OTHER_IDENTITY, actor="memur")
    assert refused(lambda: merge_citizens(desk, one, two, **DONE)) == "identities"


def test_undoing_a_merge_gives_everybody_back_what_was_theirs(desk: Desk, clock: Clock) -> None:
    first, kept = write_in(desk, MAIL)
    second, other = write_in(desk, PHONE, "Gül Işık")
    set_identity(desk, other, IDENTITY, actor="memur")
    merge_citizens(desk, kept, other, **DONE)
    assert merge_citizens(desk, kept, other, **DONE).cases == [second], "twice does it once"
    assert owners(desk, first, second) == [kept, kept]
    [person] = search_citizens(desk, IDENTITY, full=True, **ASKED)
    assert (person["id"], person["name"], person["cases"]) == (kept, "Gül Işık", 2)
    assert person["contacts"] == [str(MAIL), str(PHONE)]
    clock.step(hours=80)
    by_kept, _ = write_in(desk, MAIL)
    by_other, registered = write_in(desk, PHONE)
    assert registered == kept
    unmerge_citizen(desk, other, why="iki kişiymiş", actor="memur")
    assert owners(desk, first, second, by_kept, by_other) == [kept, other, kept, other]
    [person] = search_citizens(desk, IDENTITY, full=True, **ASKED)
    assert (person["id"], person["name"], person["contacts"]) == (other, "Gül Işık", [str(PHONE)])
    assert citizen_file(desk, kept, **ASKED)["citizen"]["name"] is None
    [merge] = citizen_file(desk, kept, **ASKED)["merges"]
    assert (merge["actor"], merge["why"], merge["undone_why"]) == ("memur", "kimlik gösterdi", "iki kişiymiş")
    assert refused(lambda: unmerge_citizen(desk, other, **DONE)) == "not_merged"


@pytest.mark.parametrize("order", ["first last", "last first"])
def test_a_chain_of_merges_may_be_undone_in_any_order(desk: Desk, order: str) -> None:
    senders = [Urn("mailto", f"{name}@posta.example") for name in "abc"]
    (case_a, a), (case_b, b), (case_c, c) = (write_in(desk, sender) for sender in senders)
    merge_citizens(desk, b, a, **DONE)
    assert refused(lambda: merge_citizens(desk, a, c, **DONE)) == "merged"
    merge_citizens(desk, c, b, **DONE)
    assert owners(desk, case_a, case_b, case_c) == [c, c, c]
    if order == "first last":
        unmerge_citizen(desk, a, **DONE)
        assert owners(desk, case_a, case_b, case_c) == [a, c, c]
        merge_citizens(desk, c, a, **DONE)  # by another way: that is not undone with the other
        unmerge_citizen(desk, b, **DONE)
        assert owners(desk, case_a, case_b, case_c) == [c, b, c]
        unmerge_citizen(desk, a, **DONE)
    else:
        unmerge_citizen(desk, b, **DONE)
        assert owners(desk, case_a, case_b, case_c) == [b, b, c]
        unmerge_citizen(desk, a, **DONE)
    assert owners(desk, case_a, case_b, case_c) == [a, b, c]


def test_of_many_who_merge_at_once_each_pair_is_merged_once(desk: Desk) -> None:
    first, one = write_in(desk, MAIL)
    second, two = write_in(desk, PHONE)
    start, outcomes = Barrier(4), list[int | str | None]()

    def merge(keep: int, other: int) -> None:
        start.wait()
        try:
            outcomes.append(merge_citizens(desk, keep, other, **DONE).id)
        except RefusedError as error:
            outcomes.append(error.reason)

    threads = [Thread(target=merge, args=pair) for pair in [(one, two), (two, one)] * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done = {each for each in outcomes if isinstance(each, int)}
    assert len(done) == 1
    assert sorted(map(str, outcomes)) == sorted([str(*done)] * 2 + ["merged"] * 2)
    assert len(set(owners(desk, first, second))) == 1
