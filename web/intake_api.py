"""The staff's intake for programs: fields, checks and limits of the page, with the token as bearer."""

import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import fields, replace

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from domain.errors import ConnectionFailedError
from domain.urn import phone_urn
from pipeline.intake import earlier_cases, is_open, is_restricted
from pipeline.topics import search_topics
from store.intake import EarlierCase
from web.form_fields import read_text
from web.guards import TooLargeError, limited
from web.headers import NO_STORE
from web.intake import WHO
from web.intake_done import PDF_HEADERS, make_slip
from web.intake_fields import CHANNELS, IntakeFields, read_intake
from web.intake_taking import BY_STAFF, LOOKS_BY_STAFF, Receipt, case_of, faults, read_receipt, take
from web.intake_topics import as_json
from web.services import Services, services
from web.staff import require_bearer
from web.uploads import BODY_BYTES, Upload, read_uploads
from web.waiting import wait_for

CASES = "/api/staff/v1/cases"
_JSON_BYTES = 256 * 1024
_IDEMPOTENCY_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
_CHECKED = frozenset({"anonymous", "consent", "hide_identity"})
_KNOWN = {field.name for field in fields(IntakeFields)} - {"key"}
Handler = Callable[[Request], Awaitable[Response]]


async def post_case(request: Request) -> Response:
    """Take a case in: 201 with its number, or 202 while it has none yet; `receipt` asks for it again.

    The same Idempotency-Key with the same content is the same message. 400 for a body or key that is none,
    422 with the faults by field, 429 after too many, 503 when nothing has stored it: come again.
    """
    staff, served = require_bearer(request, *WHO), services(request)
    key = request.headers.get("idempotency-key", "")
    if not _IDEMPOTENCY_KEY.fullmatch(key):
        raise HTTPException(400, "Idempotency-Key must be 8 to 64 of A-Z, a-z, 0-9, - and _")
    told, uploads, wrong_files = await _body(request)
    given = replace(_given(told), key=key)
    errors, mark = await faults(given, served, staff)
    errors |= {"files": wrong_files} if wrong_files else {}
    if errors:
        return JSONResponse({"errors": dict(errors)}, 422)
    if not await run_in_threadpool(served.limits.hit, BY_STAFF, staff.id):
        raise HTTPException(429, "too many cases in a short time")
    token = await take(given, uploads, mark, served, staff)
    return await _standing(token, served, created=True)


async def get_case(request: Request) -> Response:
    """The number behind a receipt: 200, null as long as there is none. 404 for a receipt that is none."""
    require_bearer(request, *WHO)
    return await _standing(request.path_params["receipt"], services(request), created=False)


async def post_slip(request: Request) -> Response:
    """The slip as a PDF, once, for the program's own receipt; 409 when it cannot be made (any more)."""
    staff, served = require_bearer(request, *WHO), services(request)
    receipt = _receipt(request.path_params["receipt"], served)
    made = await make_slip(served, receipt, f"api-{staff.id}", staff.id)
    if made is None:
        raise HTTPException(409, "the slip was made already, or too much time has passed, or no case is new")
    return Response(made, media_type="application/pdf", headers=PDF_HEADERS)


async def get_earlier(request: Request) -> Response:
    """The earlier cases of the citizen whom `?caller=` is proven to belong to, newest first."""
    staff, served = require_bearer(request, *WHO), services(request)
    caller = phone_urn(request.query_params.get("caller", ""))
    if caller is None or not caller.path.startswith("+"):
        raise HTTPException(400, "caller is no phone number")
    if not await run_in_threadpool(served.limits.hit, LOOKS_BY_STAFF, staff.id):
        raise HTTPException(429, "too many look-ups in a short time")
    found = await run_in_threadpool(earlier_cases, served.desk, caller, staff.id)
    return JSONResponse([_shown(case) for case in found])


async def get_topics(request: Request) -> Response:
    """The topics that fit `?q=`, best first."""
    require_bearer(request, *WHO)
    typed = read_text(request.query_params.get("q"))[:100]
    found = await run_in_threadpool(search_topics, services(request).desk, typed)
    return JSONResponse([as_json(choice) for choice in found])


async def _standing(token: str, served: Services, *, created: bool) -> Response:
    receipt = _receipt(token, served)
    case = await wait_for(lambda: case_of(served, receipt))
    told = {
        "receipt": token,
        "number": case.number if case else None,
        "added_to_earlier": bool(case and not case.opened),
    }
    status = (201 if case else 202) if created else 200
    return JSONResponse(told, status, headers={"Location": f"{CASES}/{token}"} if created else None)


async def _body(request: Request) -> tuple[Mapping[str, object], Sequence[Upload], list[str]]:
    """(fields, files, what is wrong with the files): JSON, or multipart with JSON as `case` and `files`."""
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        body = Request(request.scope, limited(request.receive, BODY_BYTES))
        async with body.form(max_files=50, max_fields=5) as form:
            uploads, wrong = await read_uploads(form.getlist("files"))
            return _object(form.get("case")), uploads, wrong
    plain = Request(request.scope, limited(request.receive, _JSON_BYTES))
    return _object(await plain.body()), [], []


def _object(text: object) -> Mapping[str, object]:
    try:
        told = json.loads(text) if isinstance(text, str | bytes) else None
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise HTTPException(400, "the body must be a JSON object, or multipart with one as `case`")
    if unknown := sorted(set(told) - _KNOWN):
        raise HTTPException(400, f"unknown fields: {', '.join(unknown)[:200]}")
    if told.get("channel") not in CHANNELS:
        raise HTTPException(400, f"channel must be one of {', '.join(CHANNELS)}")
    return told


def _given(told: Mapping[str, object]) -> IntakeFields:
    return read_intake({name: _as_typed(name, value) for name, value in told.items()})


def _as_typed(name: str, value: object) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return "1" if name in _CHECKED else "?"
    return f"{value:.7f}" if isinstance(value, int | float) else value if isinstance(value, str) else ""


def _shown(case: EarlierCase) -> dict[str, object]:
    hidden = is_restricted(case)
    return {
        "number": case.number,
        "state": case.state,
        "topic": None if hidden else case.topic,
        "unit": None if hidden else case.unit,
        "opened_at": case.opened_at.isoformat(),
        "open": is_open(case),
        "restricted": hidden,
    }


def _receipt(token: str, served: Services) -> Receipt:
    receipt = read_receipt(token, served)
    if receipt is None:
        raise HTTPException(404, "no such receipt, or it is older than a day")
    return receipt


def _for_programs(handler: Handler) -> Handler:
    """The handler with errors as JSON: a program can do nothing with our pages."""

    async def answer(request: Request) -> Response:
        try:
            response = await handler(request)
        except HTTPException as error:
            response = JSONResponse({"error": error.detail}, error.status_code, headers=error.headers)
        except TooLargeError:
            response = JSONResponse({"error": "the body is too large"}, 413)
        except ConnectionFailedError:
            response = JSONResponse({"error": "not stored, try again"}, 503, headers={"Retry-After": "30"})
        response.headers.update({name: v for name, v in NO_STORE.items() if name not in response.headers})
        return response

    return answer


routes = [
    Route(CASES, _for_programs(post_case), methods=["POST"]),
    Route(f"{CASES}/{{receipt}}", _for_programs(get_case), methods=["GET"]),
    Route(f"{CASES}/{{receipt}}/slip", _for_programs(post_slip), methods=["POST"]),
    Route("/api/staff/v1/earlier", _for_programs(get_earlier), methods=["GET"]),
    Route("/api/staff/v1/topics", _for_programs(get_topics), methods=["GET"]),
]
