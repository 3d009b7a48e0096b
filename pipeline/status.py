"""A citizen asks how a case stands, by application number and security number.

Whoever does not know both learns nothing (V2). An unknown number, a wrong check digit, a wrong security
number and a locked case all take the same way through this module: the same counts, one look-up, one
decryption, one comparison, and None.
"""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from config.keyring import Keyring
from domain.cases import CLOSED
from domain.errors import NotConfiguredError
from domain.expectation import Expected
from domain.numbers import SECURITY_DIGITS, parse_application_number, security_number
from domain.vocabulary import CaseState, Hindrance
from pipeline.desk import Desk
from pipeline.limits import Limits, Rule
from pipeline.log import get_logger
from pipeline.turnaround import expected_of
from router.objections import hindrance, open_until
from store.models import Rating
from store.status import CaseStanding, Happening, SealedCase
from store.unit_of_work import UnitOfWork

WRONG_GUESSES = Rule(name="status-case", times=5, window=timedelta(hours=1))
WRONG_GUESSES_DAILY = Rule(name="status-case-day", times=20, window=timedelta(days=1))
"""With a million security numbers, a year of guessing at one case succeeds with less than one per cent."""
_NEVER_GIVEN = "0000-0000000-0"
"""No application number: looked up in place of a text that cannot be one."""
_log = get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class CaseStatus:
    """A case, what happened to it, oldest first, and what its citizen may do about it at `now`.

    `until` is when the time to object and to rate is over, None for an open case; `rating` is what was given
    for this closing.
    """

    case: CaseStanding
    history: Sequence[Happening]
    expected: Expected
    until: datetime | None
    hindrance: Hindrance | None
    rating: Rating | None
    now: datetime

    @property
    def open(self) -> bool:
        """Whether something can be added to it."""
        return CaseState(self.case.state) not in CLOSED

    @property
    def late(self) -> bool:
        """Whether the desk is behind its word."""
        return self.open and not self.case.paused_for and self.case.due_at < self.now

    @property
    def may_rate(self) -> bool:
        """Whether a mark may be given, or changed."""
        return self.until is not None and self.now < self.until


def look_up(desk: Desk, limits: Limits, number: str, security: str) -> CaseStatus | None:
    """The case, when both numbers are right and nobody has guessed at it too often; else None.

    Every attempt counts against the case until one is right. Raises ConnectionFailedError.
    """
    asked = parse_application_number(number) or _NEVER_GIVEN
    counted = asked if asked != _NEVER_GIVEN else number[:40]
    open_to_guesses = [limits.hit(rule, counted) for rule in (WRONG_GUESSES, WRONG_GUESSES_DAILY)]
    with desk.uow() as uow:
        sealed = uow.status.sealed(asked)
        right = _is_right(desk.keyring, sealed, security)
        if sealed is None or not right or not all(open_to_guesses):
            return None
        found = _status(desk, uow, sealed.id)
    for rule in (WRONG_GUESSES, WRONG_GUESSES_DAILY):
        limits.forgive(rule, counted)
    return found


def status_of(desk: Desk, case_id: int) -> CaseStatus | None:
    """The case, for somebody who has shown both numbers a while ago; None when it is gone."""
    with desk.uow() as uow:
        return _status(desk, uow, case_id)


def _status(desk: Desk, uow: UnitOfWork, case_id: int) -> CaseStatus | None:
    case = uow.status.standing(case_id)
    if case is None:
        return None
    now, days = desk.now(), desk.settings.objection_days
    closed_at = case.closed_at
    return CaseStatus(
        case=case,
        history=uow.status.history(case.id, case.in_force),
        expected=expected_of(uow, [case.id], now)[case.id],
        until=open_until(closed_at, days) if closed_at else None,
        hindrance=hindrance(CaseState(case.state), closed_at, case.objected_at, now, days=days),
        rating=uow.ratings.of_closing(case.in_force, closed_at) if closed_at else None,
        now=now,
    )


def _is_right(keyring: Keyring, case: SealedCase | None, given: str) -> bool:
    ciphertext = case.security_number if case else _decoy(keyring)
    try:
        expected = keyring.decrypt(ciphertext)
    except NotConfiguredError:
        _log.exception("security_number_sealed_with_a_lost_key")
        expected = secrets.token_hex(SECURITY_DIGITS)
    digits = "".join(c for c in given if c.isdecimal())
    return hmac.compare_digest(expected.encode(), digits.encode()) and case is not None


@lru_cache(maxsize=4)
def _decoy(keyring: Keyring) -> str:
    return keyring.encrypt(security_number())
