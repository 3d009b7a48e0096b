"""Who of the staff asks, and whether they may.

Forms that act carry a token bound to the session, beside what keeps other sites off (`web.guards`).
"""

import hmac
from collections.abc import Sequence

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection

from domain.vocabulary import Role
from web.services import services
from web.staff_sessions import Staff

CSRF_FIELD = "csrf"


class LoginNeededError(Exception):
    """Nobody is logged in; a page leads to the login, a program is answered 401."""


def current(connection: HTTPConnection) -> Staff | None:
    """Who is logged in on the browser that asks (or opens a WebSocket), or None."""
    served = services(connection)
    return served.staff.read(connection.cookies.get(served.staff.cookie, ""), served.desk.now())


def require(connection: HTTPConnection, *roles: Role) -> Staff:
    """Who is logged in. Raises LoginNeededError, or HTTPException 403 for somebody of another role."""
    staff = current(connection)
    if staff is None:
        raise LoginNeededError
    return _allowed(staff, roles)


def require_bearer(connection: HTTPConnection, *roles: Role) -> Staff:
    """Whose token a program shows (`Authorization: Bearer`). Raises HTTPException 401 or 403."""
    scheme, _, given = connection.headers.get("authorization", "").partition(" ")
    staff = services(connection).staff.by_token(given.strip()) if scheme.lower() == "bearer" else None
    if staff is None:
        raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
    return _allowed(staff, roles)


def check_csrf(staff: Staff, given: object) -> None:
    """Raise HTTPException 403 unless the form was made for this very session."""
    if not has_csrf(staff, given):
        raise HTTPException(403)


def has_csrf(staff: Staff, given: object) -> bool:
    """Whether the form was made for this very session."""
    text = given if isinstance(given, str) else ""
    return bool(staff.csrf) and hmac.compare_digest(text.encode(), staff.csrf.encode())


def _allowed(staff: Staff, roles: Sequence[Role]) -> Staff:
    if staff.role not in roles:
        raise HTTPException(403)
    return staff
