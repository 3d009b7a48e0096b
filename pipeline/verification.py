"""Proves that a phone is its holder's: a code by SMS, and a session for who types it back.

An answer never tells whether the desk knows a phone (V2): every phone that can receive an SMS takes the same
way. The code stands in its notice encrypted and in its row as a keyed hash; it is in no log.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.errors import ThrottledError
from domain.notices import Notification
from domain.urn import Urn
from domain.vocabulary import Medium, Priority, Queue, Template
from pipeline.desk import Desk
from pipeline.limits import Limits, Rule

CODE_DIGITS = 6
CODE_LIFE = timedelta(minutes=5)
MOST_GUESSES = 5
SESSION_LIFE = timedelta(hours=12)
KEPT_FOR = timedelta(days=2)
"""Longer than any session lives; then nothing tells any more who asked."""
BY_PHONE = Rule(name="verify-phone", times=3, window=timedelta(minutes=10))
BY_PHONE_DAILY = Rule(name="verify-phone-day", times=8, window=timedelta(days=1))
"""Forty guesses a day at a million codes."""
BY_CALLER = Rule(name="verify-caller", times=20, window=timedelta(minutes=10))
GUESSES_BY_CALLER = Rule(name="verify-guess", times=40, window=timedelta(minutes=10))
BY_ALL = Rule(name="verify-all", times=2000, window=timedelta(minutes=10))
"""Whoever has many addresses and many numbers still cannot fill the gateway's queue."""
_WAIT = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A code that is on its way; `expires_at` is UTC."""

    id: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class CitizenSession:
    """A phone that was proven; `until` is UTC."""

    id: str
    phone: Urn
    until: datetime


def new_code() -> str:
    """Six digits from a cryptographic source."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


def ask(
    desk: Desk,
    limits: Limits,
    phone: Urn,
    *,
    client: str,
    caller: str,
    code_of: Callable[[], str] = new_code,
) -> Asked:
    """Owe a code to a phone. `client` names the app's key, `caller` where the call came from.

    Raises ThrottledError when too many were asked for, and ConnectionFailedError.
    """
    counted = ((BY_CALLER, caller), (BY_PHONE, str(phone)), (BY_PHONE_DAILY, str(phone)), (BY_ALL, ""))
    if not all(limits.hit(rule, who) for rule, who in counted):
        raise ThrottledError("too many codes were asked for", retry_after=_WAIT)
    now, code, identifier = desk.now(), code_of(), secrets.token_urlsafe(18)
    expires_at = now + CODE_LIFE
    with desk.uow() as uow:
        uow.verifications.forget(now - KEPT_FOR)
        uow.verifications.add(
            {
                "id": identifier,
                "phone": str(phone),
                "client": client,
                "code_hash": _hashed(desk, identifier, code),
                "created_at": now,
                "expires_at": expires_at,
            }
        )
        uow.notifications.owe(None, identifier, _notice(desk, phone, identifier, code, expires_at))
        uow.commit()
    desk.wake(Queue.NOTIFY)
    return Asked(id=identifier, expires_at=expires_at)


def answer(
    desk: Desk, limits: Limits, identifier: str, code: str, *, client: str, caller: str
) -> CitizenSession | None:
    """The session, when the code is right, fresh and unused and nobody guessed too often; else None.

    Raises ThrottledError for a caller that guesses at many, and ConnectionFailedError.
    """
    if not limits.hit(GUESSES_BY_CALLER, caller):
        raise ThrottledError("too many codes were tried", retry_after=_WAIT)
    now = desk.now()
    with desk.uow() as uow:
        row = uow.verifications.guess(identifier, client, now, MOST_GUESSES)
        expected = row.code_hash if row else ""
        right = hmac.compare_digest(expected, _hashed(desk, identifier, code)) and row is not None
        until = now + SESSION_LIFE
        right = right and uow.verifications.verify(identifier, now, until)
        phone = row.phone if row else ""
        uow.commit()
    return CitizenSession(id=identifier, phone=Urn.parse(phone), until=until) if right else None


def session_of(desk: Desk, identifier: str, client: str) -> Urn | None:
    """The phone a session speaks for, or None when it is over, revoked or another app's."""
    with desk.uow() as uow:
        phone = uow.verifications.session_phone(identifier, client, desk.now())
    return Urn.parse(phone) if phone else None


def revoke(desk: Desk, identifier: str) -> None:
    """End a session at once."""
    with desk.uow() as uow:
        uow.verifications.revoke(identifier, desk.now())
        uow.commit()


def _hashed(desk: Desk, identifier: str, code: str) -> str:
    # Keyed: a million codes are soon tried against a plain hash.
    key = desk.settings.session_key.get_secret_value().encode()
    return hmac.new(key, f"code\0{identifier}\0{code}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _notice(desk: Desk, phone: Urn, identifier: str, code: str, expires_at: datetime) -> Notification:
    return Notification(
        medium=Medium.SMS,
        recipient=phone,
        template=Template.VERIFICATION_CODE,
        due_at=desk.now(),
        dedupe_key=f"{Template.VERIFICATION_CODE}:{identifier}",
        values={"sealed_code": desk.keyring.encrypt(code), "expires_at": expires_at.isoformat()},
        # Somebody waits with the phone in hand: no quiet hours, and before every other notice.
        priority=Priority.LIFE_SAFETY,
        automatic=False,
    )
