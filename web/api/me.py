"""A citizen's own cases, for a phone that is proven."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from connectors.mobile.submission import Submission, Via
from connectors.submitted import submitted_file
from domain.expectation import Expected
from domain.numbers import parse_application_number
from domain.urn import Urn
from domain.vocabulary import Confidentiality
from pipeline.delivery import token_id
from pipeline.lost_numbers import RECENT
from pipeline.turnaround import expected_of
from store.citizen_cases import OwnCase
from web.api.access import App, Citizen, IdempotencyKey
from web.api.bodies import body_schema, read_body
from web.api.cases import handed_over, limit, receipt
from web.api.models import FurtherIn, OwnCaseDetail, OwnCaseOut, OwnCases, Receipt, TimelineEntry
from web.api.problems import ProblemError
from web.services import Services, services
from web.status_words import lines_of, words_of
from web.templating import texts

router = APIRouter(prefix="/me", tags=["me"])
Number = Annotated[str, Path(max_length=40, description="an application number")]


@router.get("/cases", response_model=OwnCases)
def cases(
    request: Request,
    citizen: Citizen,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    offset: Annotated[int, Query(ge=0, le=100_000)] = 0,
) -> OwnCases:
    """The cases that belong to the proven phone, the newest first."""
    desk = services(request).desk
    now = desk.now()
    with desk.uow() as uow:
        found = uow.citizen_cases.of_address(str(citizen.phone), limit + 1, offset)
        expected = expected_of(uow, [case.id for case in found[:limit]], now)
    shown = [OwnCaseOut(**_shown(case, expected[case.id], now)) for case in found[:limit]]
    return OwnCases(cases=shown, more=len(found) > limit)


@router.get("/cases/{number}", response_model=OwnCaseDetail)
def case(request: Request, citizen: Citizen, number: Number) -> OwnCaseDetail:
    """One of them, with what happened so far in plain words. Another's case is as unknown as none."""
    served = services(request)
    found = _own(served, citizen.phone, number)
    now = served.desk.now()
    with served.desk.uow() as uow:
        history = uow.status.history(found.id, found.in_force)
        expected = expected_of(uow, [found.id], now)[found.id]
    quiet = _is_quiet(found, now)
    lines = [
        TimelineEntry(at=line.at, text=words_of(line, with_unit=not quiet)) for line in lines_of(history)
    ]
    explanation = texts()["states_explained"].get(found.state, "")
    return OwnCaseDetail(**_shown(found, expected, now), explanation=explanation, timeline=lines)


@router.post(
    "/cases/{number}/messages",
    status_code=201,
    response_model=Receipt,
    responses={202: {"model": Receipt, "description": "Stored; it joins the case in a moment"}},
    openapi_extra=body_schema(FurtherIn, "message"),
)
async def further(
    request: Request, app: App, citizen: Citizen, key: IdempotencyKey, number: Number
) -> Response:
    """Add to a case. To a closed one it opens a new case that is related; the receipt names it."""
    given, uploads = await read_body(request, FurtherIn, "message")
    served = services(request)
    found = await run_in_threadpool(_own, served, citizen.phone, number)
    submission = Submission(
        key=f"further:{found.number}:{key}",
        client=app.client,
        via=Via.API,
        submitted_at=served.desk.now(),
        text=given.text,
        phone=citizen.phone.path,
        verified=True,
        in_reply_to=token_id(served.desk, "c", f"{found.id}-m"),
        app_version=given.app.version,
        platform=given.app.platform,
        locale=given.app.locale,
        files=tuple(submitted_file(u.name, u.media_type, u.content) for u in uploads),
    )
    await limit(request, served, submission)
    return receipt(await handed_over(request, app, submission, uploads))


def _own(served: Services, phone: Urn, number: str) -> OwnCase:
    known = parse_application_number(number)
    with served.desk.uow() as uow:
        found = uow.citizen_cases.one(str(phone), known) if known else None
    if found is None:
        raise ProblemError(404, "not_found")
    return found


def _is_quiet(case: OwnCase, now: datetime) -> bool:
    """Whether no word is told of what it is about: it is restricted, or was closed so long ago that its phone
    may be somebody else's by now. Both numbers still open it on the status page."""
    old = case.closed_at is not None and case.closed_at < now - RECENT
    return old or case.confidentiality == Confidentiality.RESTRICTED


def _shown(case: OwnCase, expected: Expected, now: datetime) -> dict[str, Any]:
    quiet = _is_quiet(case, now)
    return {
        "number": case.number,
        "state": case.state,
        "state_text": texts()["states"].get(case.state, case.state),
        "subject": "" if quiet else case.subject,
        "topic": "" if quiet else case.topic or "",
        "unit": "" if quiet else case.unit,
        "opened_at": case.opened_at,
        "expected_at": expected.at,
        "closed_at": case.closed_at,
    }
