"""Cases to look at, and what was done about them."""

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from domain.numbers import parse_application_number
from domain.vocabulary import CrmWord
from pipeline.crm.envelope import case_data
from pipeline.crm.imports import Said, hear
from pipeline.refusal import RefusedError
from web.api.access import IdempotencyKey
from web.api.bodies import json_schema, read_json
from web.api.problems import Problem, ProblemError, one_fault
from web.crm.access import Crm
from web.crm.models import CaseOut, StatusIn, StatusOut
from web.headers import NO_STORE
from web.services import services
from web.templating import texts

router = APIRouter(prefix="/cases", tags=["cases"])
Number = Annotated[str, Path(max_length=40, description="an application number")]
AHEAD = timedelta(minutes=5)
"""So far the clock of a CRM may be ahead of ours."""
_STATUS: Mapping[str, int] = {"not_found": 404, "restricted": 403, "unit": 403, "moved": 409, "late": 409}


@router.get("/{number}", response_model=CaseOut)
def case(request: Request, crm: Crm, number: Number) -> Response:
    """A case as it stands."""
    known = parse_application_number(number)
    with services(request).desk.uow() as uow:
        found = uow.crm_feed.case(known) if known else None
    if found is None:
        raise ProblemError(404, "not_found")
    return JSONResponse(case_data(found), headers=NO_STORE)


@router.post(
    "/{number}/status",
    response_model=StatusOut,
    responses={409: {"model": Problem, "description": "The case has moved on; `errors` say where it is"}},
    openapi_extra=json_schema(StatusIn),
)
async def status(request: Request, crm: Crm, number: Number, key: IdempotencyKey) -> Response:
    """Tell what was done. `resolved` and `rejected` close the case, and its citizen gets `text`; `returned`
    gives it back, to `unit` where that is named; `accepted` says that it is yours; `note` changes nothing.

    Only for cases that are with a unit you were given. What comes late, or out of order, changes nothing and
    is 409. The same key with the same body gets the same answer for thirty days; with another body it is 422.
    """
    given = await read_json(request, StatusIn)
    served = services(request)
    now = served.desk.now()
    if given.occurred_at and given.occurred_at > now + AHEAD:
        raise ProblemError(422, "invalid", [one_fault("occurred_at", "other")])
    if not given.text and given.state is not CrmWord.ACCEPTED:
        raise ProblemError(422, "invalid", [one_fault("text", "string_too_short")])
    known = parse_application_number(number)
    if known is None:
        raise ProblemError(404, "not_found")
    said = Said(
        key=key,
        digest=hashlib.sha256(f"{known} {given.model_dump_json()}".encode()).hexdigest(),
        word=given.state,
        text=given.text,
        occurred_at=given.occurred_at or now,
        unit=given.unit,
        expected_state=given.expected_state,
    )
    try:
        answer = await run_in_threadpool(hear, served.desk, crm, known, said)
    except RefusedError as error:
        raise _problem(error) from error
    return JSONResponse(answer, headers=NO_STORE)


def _problem(error: RefusedError) -> ProblemError:
    if error.reason == "conflict":
        return ProblemError(422, "idempotency_conflict")
    state = error.values.get("state")
    known = texts()["states"]
    told = [one_fault("state", "now", state=known.get(state, state))] if state else []
    return ProblemError(_STATUS[error.reason], error.reason, told)
