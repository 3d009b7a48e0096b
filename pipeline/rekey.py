"""Puts what is encrypted in the database under the newest key (G10): accounts' and CRMs' secrets, security
numbers, identity numbers of citizens and those that came with messages."""

from collections.abc import Callable
from dataclasses import dataclass, field

from domain.errors import NotConfiguredError
from domain.messages import IDENTITY_NUMBER
from pipeline.crm.credentials import rekey_secrets
from pipeline.desk import Desk

AT_ONCE = 500


@dataclass(kw_only=True)
class Rekeyed:
    """What one run came to. `left` names what no key opens: accounts by name, cases by number, citizens by
    key; `left_messages` are the keys of messages."""

    accounts: int = 0
    cases: int = 0
    citizens: int = 0
    messages: int = 0
    left: list[str] = field(default_factory=list)
    left_messages: list[int] = field(default_factory=list)


def rekey(desk: Desk, progress: Callable[[int], None] = lambda cases: None) -> Rekeyed:
    """Encrypt anew whatever is under an older key; what no key opens is left as it is and named.

    Committed account by account and some hundred cases at a time, so that a run that was cut off is simply
    repeated. `progress` is told how many more cases were looked at. Raises ConnectionFailedError.
    """
    done = Rekeyed()
    with desk.uow() as uow:
        stale = uow.accounts.under_other_keys(desk.keyring.key_id)
    for account in stale:
        _rekey_account(desk, account.id, account.name, done)
    crms, lost = rekey_secrets(desk)
    done.accounts += crms
    done.left += lost
    last = 0
    while following := _rekey_cases(desk, last, done, progress):
        last = following
    last = 0
    while following := _rekey_citizens(desk, last, done):
        last = following
    last = 0
    while following := _rekey_messages(desk, last, done):
        last = following
    return done


def count_cases(desk: Desk) -> int:
    """How many cases `rekey` will look at."""
    with desk.uow() as uow:
        return uow.cases.count()


def _rekey_account(desk: Desk, account_id: int, name: str, done: Rekeyed) -> None:
    with desk.uow() as uow:
        # Locked and read again: its provider may replace a token at this very moment.
        account = uow.accounts.locked(account_id)
        if account is None or not account.secrets:
            return
        try:
            rotated = desk.keyring.rotate(account.secrets)
        except NotConfiguredError:
            done.left.append(name)
            return
        uow.accounts.replace_secrets(account_id, rotated, desk.keyring.key_id)
        uow.commit()
    done.accounts += 1


def _rekey_cases(desk: Desk, after: int, done: Rekeyed, progress: Callable[[int], None]) -> int:
    """The last case that was looked at, 0 when there was none."""
    with desk.uow() as uow:
        sealed = uow.cases.sealed(after, AT_ONCE)
        rotated: dict[int, str] = {}
        for case_id, number, ciphertext in sealed:
            try:
                if not desk.keyring.is_newest(ciphertext):
                    rotated[case_id] = desk.keyring.rotate(ciphertext)
            except NotConfiguredError:
                done.left.append(number)
        uow.cases.reseal(rotated)
        uow.commit()
    done.cases += len(rotated)
    progress(len(sealed))
    return sealed[-1][0] if sealed else 0


def _rekey_citizens(desk: Desk, after: int, done: Rekeyed) -> int:
    """The last citizen whose identity number was looked at, 0 when there was none."""
    with desk.uow() as uow:
        sealed = uow.register.identities(after, AT_ONCE)
        for citizen, ciphertext in sealed:
            try:
                if not desk.keyring.is_newest(ciphertext):
                    digits = desk.keyring.decrypt(ciphertext)
                    index = desk.keyring.blind_indexes(digits)[0]
                    uow.register.reseal(citizen, desk.keyring.encrypt(digits), index)
                    done.citizens += 1
            except NotConfiguredError:
                done.left.append(str(citizen))
        uow.commit()
    return sealed[-1][0] if sealed else 0


def _rekey_messages(desk: Desk, after: int, done: Rekeyed) -> int:
    """The last message whose identity number was looked at, 0 when there was none.

    Of messages in every state: one that waits or lies in quarantine is still to be read.
    """
    with desk.uow() as uow:
        sealed = uow.messages.sealed(IDENTITY_NUMBER, after, AT_ONCE)
        rotated: dict[int, tuple[str, str]] = {}
        for message_id, ciphertext in sealed:
            try:
                if not desk.keyring.is_newest(ciphertext):
                    rotated[message_id] = ciphertext, desk.keyring.rotate(ciphertext)
            except NotConfiguredError:
                done.left_messages.append(message_id)
        done.messages += uow.messages.reseal(IDENTITY_NUMBER, rotated)
        uow.commit()
    return sealed[-1][0] if sealed else 0
