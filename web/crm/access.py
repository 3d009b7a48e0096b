"""Which CRM calls: known by its token."""

from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import Request

from pipeline.crm.imports import Caller
from pipeline.crm.secrets import token_hash
from pipeline.limits import Rule
from web.api.problems import ProblemError, limited
from web.client import client_key
from web.services import services

CALLS = Rule(name="crm-calls", times=600, window=timedelta(minutes=1))
STRANGERS = Rule(name="crm-strangers", times=60, window=timedelta(minutes=10))
"""Of one address, with tokens that are none."""
_token = HTTPBearer(auto_error=False, scheme_name="Token", description="the subscriber's token")
_CHALLENGE = {"WWW-Authenticate": "Bearer"}


def _known_crm(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_token)]
) -> Caller:
    served = services(request)
    with served.desk.uow() as uow:
        found = uow.crm_subscribers.by_token(token_hash(credentials.credentials)) if credentials else None
    if found is None:
        if not served.limits.hit(STRANGERS, client_key(request)):
            raise limited(STRANGERS.window)
        raise ProblemError(401, "token", headers=_CHALLENGE)
    if not served.limits.hit(CALLS, str(found.id)):
        raise limited(CALLS.window)
    return Caller(id=found.id or 0, name=found.name, units=frozenset(found.units))


Crm = Annotated[Caller, Depends(_known_crm)]
