"""The sessions of the staff: a signed cookie for pages, the token itself for programs.

A session names the person, a fingerprint of the token it was opened with, and a number of its own. Nothing is
kept: a token that is changed or removed ends its sessions, whoever holds their cookies.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.responses import Response

from config.staff import StaffToken
from domain.vocabulary import Role
from web.signing import Signer

LIVES = timedelta(hours=10)
"""A shift with its overtime."""
_JOINT = "."


@dataclass(frozen=True, kw_only=True)
class Staff:
    """Somebody of the staff. `id` stands in the history of cases. `csrf` belongs into every form that acts;
    `session` tells two sessions of one person apart, and is empty for a program that shows its token."""

    id: str
    role: Role
    session: str = ""
    csrf: str = ""


class StaffSessions:
    """Opens and reads sessions for the configured tokens."""

    def __init__(self, tokens: Sequence[StaffToken], key: bytes, *, secure: bool) -> None:
        self._key = key
        self._by_id = {one.id: one for one in tokens}
        self._signer = Signer(key, "staff-session")
        self.receipts = Signer(key, "staff-receipt")
        self._secure = secure
        self.cookie = "__Host-beyazmasa" if secure else "beyazmasa"

    @property
    def nobody(self) -> bool:
        """Whether no token is configured, so that nobody can log in."""
        return not self._by_id

    def by_token(self, given: str) -> Staff | None:
        """Whose token this is, or None; it takes equally long for every wrong one."""
        fits = [one for one in self._by_id.values() if self._is(given, one)]
        return Staff(id=fits[0].id, role=fits[0].role) if fits else None

    def open(self, response: Response, staff: Staff, now: datetime) -> None:
        """Log in: the cookie is hidden from scripts and never sent along from other sites."""
        parts = (staff.id, self._fingerprint(self._by_id[staff.id]), secrets.token_urlsafe(12))
        value = self._signer.sign(_JOINT.join(parts), now)
        self._set(response, value, int(LIVES.total_seconds()))

    def close(self, response: Response) -> None:
        """Log out on this browser."""
        self._set(response, "", 0)

    def read(self, value: str, now: datetime) -> Staff | None:
        """Whose session a cookie is; None for one that is forged, too old or of a token that has changed."""
        text = self._signer.read(value, now, valid_for=LIVES) if value else None
        staff_id, _, rest = (text or "").partition(_JOINT)
        fingerprint, _, session = rest.partition(_JOINT)
        token = self._by_id.get(staff_id)
        if token is None or not hmac.compare_digest(fingerprint, self._fingerprint(token)):
            return None
        return Staff(id=token.id, role=token.role, session=session, csrf=self._mac("csrf", session))

    def _set(self, response: Response, value: str, seconds: int) -> None:
        response.set_cookie(
            self.cookie, value, max_age=seconds, httponly=True, samesite="strict", secure=self._secure
        )

    def _is(self, given: str, one: StaffToken) -> bool:
        known = self._mac("token", one.token.get_secret_value())
        return hmac.compare_digest(self._mac("token", given), known)

    def _fingerprint(self, one: StaffToken) -> str:
        return self._mac("fingerprint", one.token.get_secret_value())[:20]

    def _mac(self, purpose: str, text: str) -> str:
        said = f"{purpose}{_JOINT}{text}".encode("utf-8", "replace")
        return hmac.new(self._key, said, hashlib.sha256).hexdigest()
