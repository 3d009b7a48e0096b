"""Who calls: the app by its key, the citizen by a token that follows from a code."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Header, Security
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from domain.urn import Urn
from pipeline.verification import SESSION_LIFE, session_of
from web.api.problems import ProblemError
from web.callers import Caller, allowed_origin, caller
from web.services import Services, services

_app_key = HTTPBearer(auto_error=False, scheme_name="AppKey", description="the app's key")
_token = APIKeyHeader(
    name="Citizen-Token", auto_error=False, scheme_name="CitizenToken", description="from /verifications/{id}"
)
_CHALLENGE = {"WWW-Authenticate": "Bearer"}


@dataclass(frozen=True, kw_only=True)
class Holder:
    """A citizen whose phone is proven."""

    session: str
    phone: Urn


def known_app(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_app_key)]
) -> Caller:
    """Whose key was shown. Problem 401 for none or an unknown one, 403 for a page that may not call."""
    served = services(request)
    found = caller(served, credentials.credentials) if credentials else None
    if found is None:
        raise ProblemError(401, "app_key", headers=_CHALLENGE)
    if not allowed_origin(request, served, found.settings):
        raise ProblemError(403, "origin")
    return found


App = Annotated[Caller, Depends(known_app)]


async def _maybe_citizen(
    request: Request, app: App, token: Annotated[str | None, Security(_token)]
) -> Holder | None:
    if token is None:
        return None
    served = services(request)
    session = read_token(served, token, served.desk.now())
    phone = await run_in_threadpool(session_of, served.desk, session, app.client) if session else None
    if session is None or phone is None:
        raise ProblemError(401, "citizen_token", headers=_CHALLENGE)
    return Holder(session=session, phone=phone)


MaybeCitizen = Annotated[Holder | None, Depends(_maybe_citizen)]


def _citizen(found: MaybeCitizen) -> Holder:
    if found is None:
        raise ProblemError(401, "citizen_token", headers=_CHALLENGE)
    return found


Citizen = Annotated[Holder, Depends(_citizen)]


def new_token(served: Services, session: str, now: datetime) -> str:
    """The token of a session: signed, so that nothing is looked up for one that was made up."""
    return served.citizens.sign(session, now)


def read_token(served: Services, token: str, now: datetime) -> str | None:
    """The session a token names, or None for a forged or an old one."""
    return served.citizens.read(token, now, valid_for=SESSION_LIFE)


def _key(
    given: Annotated[
        str | None,
        Header(alias="Idempotency-Key", description="the client's own key of this request, 1 to 255 signs"),
    ] = None,
) -> str:
    key = (given or "").strip().strip('"')
    if not key or len(key) > 255 or not key.isprintable():
        raise ProblemError(400, "idempotency_key")
    return key


IdempotencyKey = Annotated[str, Depends(_key)]
