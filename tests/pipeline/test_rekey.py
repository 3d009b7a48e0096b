"""A new key: everything encrypted in the database moves under it, whatever cannot be opened (G10)."""

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy import text

from config.keyring import Keyring
from domain.messages import IDENTITY_NUMBER
from domain.vocabulary import Channel
from pipeline import channels, rekey
from pipeline.accept import Intake, accept
from pipeline.citizens import search_citizens, set_identity
from pipeline.desk import Desk
from store.models import Case, Message
from tests.fakes import add_account, make_message, process_all

NEW, LOST = (Fernet.generate_key().decode() for _ in range(2))


@pytest.fixture
def old(desk: Desk) -> Keyring:
    """The key of the first day, under which one account and five cases are."""
    channels.add(desk, Channel.EMAIL, "masa", {"host": "a.example", "username": "m", "password": "gizli"})
    account = add_account(desk)
    accept(desk, Intake(items=[(account, make_message()) for _ in range(5)]))
    process_all(desk)
    return desk.keyring


def use_new_key(desk: Desk, old: Keyring) -> None:
    desk.keyring = Keyring(SecretStr(f"{NEW},{desk.settings.credential_keys.get_secret_value()}"))
    assert desk.keyring.key_id != old.key_id


def sealed(desk: Desk) -> dict[int, str]:
    with desk.uow() as uow:
        return {case_id: ciphertext for case_id, _, ciphertext in uow.cases.sealed(0, 1000)}


def spoil(desk: Desk, case_id: int) -> str:
    """Put a case's security number under a key that is lost; returns the case's number."""
    with desk.uow() as uow:
        lost = Keyring(SecretStr(LOST)).encrypt("123456")
        uow.cases.reseal({case_id: lost})
        case = uow.cases.get(case_id)
        uow.commit()
    assert isinstance(case, Case)
    return case.number


def test_the_old_key_is_needed_no_more(desk: Desk, old: Keyring, monkeypatch: pytest.MonkeyPatch) -> None:
    """Several batches, and the numbers stay what their citizens were told."""
    monkeypatch.setattr(rekey, "AT_ONCE", 2)
    before = {case_id: old.decrypt(each) for case_id, each in sealed(desk).items()}
    use_new_key(desk, old)
    looked_at: list[int] = []
    done = rekey.rekey(desk, looked_at.append)
    assert (done.accounts, done.cases, done.left) == (1, 5, [])
    assert sum(looked_at) == rekey.count_cases(desk) == 5
    only_new = Keyring(SecretStr(NEW))
    assert {case_id: only_new.decrypt(each) for case_id, each in sealed(desk).items()} == before
    assert "gizli" in only_new.decrypt(channels.find(desk, "masa").secrets or "")


def test_what_is_under_the_new_key_already_is_left_alone(desk: Desk, old: Keyring) -> None:
    use_new_key(desk, old)
    rekey.rekey(desk)
    before = sealed(desk)
    done = rekey.rekey(desk)
    assert (done.accounts, done.cases, done.left) == (0, 0, [])
    assert sealed(desk) == before


def test_a_run_that_is_cut_off_is_gone_on_with(
    desk: Desk, old: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rekey, "AT_ONCE", 2)
    use_new_key(desk, old)

    def cut_off(_cases: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rekey.rekey(desk, cut_off)
    assert rekey.rekey(desk).cases == 3


def test_what_no_key_opens_is_named_and_holds_up_nothing(desk: Desk, old: Keyring) -> None:
    number = spoil(desk, min(sealed(desk)))
    with desk.uow() as uow:
        lost = Keyring(SecretStr(LOST))
        uow.accounts.add("email", "kayip", {}, lost.encrypt("{}"), lost.key_id, desk.now())
        uow.commit()
    use_new_key(desk, old)
    done = rekey.rekey(desk)
    assert (done.accounts, done.cases, sorted(done.left)) == (1, 4, sorted([number, "kayip"]))


def test_people_are_found_by_their_identity_number_under_any_key(desk: Desk, old: Keyring) -> None:
    with desk.uow() as uow:
        [case, *_] = uow.cases.locked([case_id for case_id, _, _ in uow.cases.sealed(0, 1)])
    set_identity(desk, case.citizen_id or 0, "10000000146", actor="memur")
    use_new_key(desk, old)
    for rekeyed in (1, 0):
        [row] = search_citizens(desk, "10000000146", actor="memur", why="sordu")
        assert row["id"] == case.citizen_id
        assert rekey.rekey(desk).citizens == rekeyed
    desk.keyring = Keyring(SecretStr(NEW))
    assert len(search_citizens(desk, "10000000146", actor="memur", why="sordu")) == 1


IDENTITY = "10000000146"


def bring(desk: Desk, numbers: int) -> list[int]:
    """Messages that nobody has read yet, so many of them with an identity number and one without."""
    account = add_account(desk)
    given = [make_message(headers={IDENTITY_NUMBER: IDENTITY, "x": "y"}) for _ in range(numbers)]
    return accept(desk, Intake(items=[(account, each) for each in (*given, make_message())]))


def headers(desk: Desk) -> list[dict[str, str]]:
    with desk.uow() as uow:
        return [uow.session.get_one(Message, each).headers for each, _ in uow.messages.sealed("x", 0, 100)]


def test_numbers_that_came_with_messages_move_wherever_these_are(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rekey, "AT_ONCE", 2)
    messages, old = bring(desk, 5), desk.keyring
    with desk.uow() as uow:
        for message, state in zip(messages, ("quarantined", "done", "received"), strict=False):
            given = {"id": message, "state": state}
            uow.session.execute(text("UPDATE messages SET state = :state WHERE id = :id"), given)
        uow.commit()
    use_new_key(desk, old)
    assert [rekey.rekey(desk).messages for _ in range(2)] == [5, 0]
    desk.keyring = Keyring(SecretStr(NEW))
    opened = [each | {IDENTITY_NUMBER: desk.keyring.decrypt(each[IDENTITY_NUMBER])} for each in headers(desk)]
    assert opened == [{IDENTITY_NUMBER: IDENTITY, "x": "y"}] * 5
    process_all(desk)
    assert len(search_citizens(desk, IDENTITY, actor="memur", why="sordu")) == 1


def test_a_message_that_no_key_opens_is_named_and_holds_up_no_other(desk: Desk) -> None:
    ours = desk.keyring
    desk.keyring = Keyring(SecretStr(LOST))
    lost, _ = bring(desk, 1)
    desk.keyring = ours
    bring(desk, 1)
    use_new_key(desk, ours)
    done = rekey.rekey(desk)
    assert (done.messages, done.left, done.left_messages) == (1, [], [lost])


def test_a_message_that_was_emptied_meanwhile_gets_no_number_again(desk: Desk) -> None:
    [message, _] = bring(desk, 1)
    with desk.uow() as uow:
        [(_, before)] = uow.messages.sealed(IDENTITY_NUMBER, 0, 10)
        uow.session.execute(text("UPDATE messages SET headers = '{}'"))
        assert uow.messages.reseal(IDENTITY_NUMBER, {message: (before, "anew")}) == 0
        assert uow.messages.sealed(IDENTITY_NUMBER, 0, 10) == []
