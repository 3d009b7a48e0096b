"""The staff's intake page: call centre, contact points and field services (P4)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from config.places import load_places
from domain.errors import ConnectionFailedError
from domain.urn import Urn
from domain.vocabulary import ContactKind, Role
from pipeline.intake import earlier_cases, is_open, is_restricted
from pipeline.log import get_logger
from pipeline.topics import search_topics, topic_choices
from store.intake import EarlierCase
from web.alphabet import in_order
from web.form_fields import LIMITS_SHOWN, Errors, read_text
from web.guards import limited
from web.headers import NO_STORE, SECURITY
from web.intake_fields import CHANNELS, USUAL_KIND, IntakeFields, read_intake
from web.intake_taking import BY_STAFF, LOOKS_BY_STAFF, faults, take
from web.intake_topics import as_json, in_groups
from web.services import Services, services
from web.staff import CSRF_FIELD, current, has_csrf, require
from web.staff_login import FIRST_PAGE
from web.staff_sessions import Staff
from web.templating import page, say
from web.uploads import BODY_BYTES, read_uploads

WHO = (Role.AGENT, Role.OPERATOR)
RECEIPT = "/temsilci/basvuru/kayit"
_FILES_READ, _FIELDS_READ = 50, 60
_HEADERS = NO_STORE | {
    "Permissions-Policy": SECURITY["Permissions-Policy"].replace("geolocation=()", "geolocation=(self)")
}
_log = get_logger(__name__)


async def show_intake(request: Request) -> Response:
    """The empty form; `?caller=` fills in the caller's number, `?kanal=` chooses the channel, `?konu=` a
    topic."""
    staff = require(request, *WHO)
    asked = request.query_params
    given = read_intake(
        {"phone": asked.get("caller"), "channel": asked.get("kanal"), "topic": asked.get("konu")}
    )
    caller = given.caller
    return await _form(request, staff, replace(given, phone=national(caller.path) if caller else given.phone))


async def post_intake(request: Request) -> Response:
    """Take the form in: 303 to its receipt once it is stored; else the form again with what was typed, also
    where the session has ended meanwhile."""
    staff = require(request, *WHO) if current(request) else None
    body = Request(request.scope, limited(request.receive, BODY_BYTES))
    async with body.form(max_files=_FILES_READ, max_fields=_FIELDS_READ) as form:
        return await _taken(request, staff, form)


async def _taken(request: Request, staff: Staff | None, form: FormData) -> Response:
    served, given = services(request), read_intake(form)
    uploads, wrong_files = await read_uploads(form.getlist("files"))
    lost = bool(uploads)
    if staff is None:
        return await _form(request, None, given, trouble="logged_out", status=401, files_lost=lost)
    if not has_csrf(staff, form.get(CSRF_FIELD)):  # logged in anew meanwhile
        return await _form(request, staff, given, trouble="session", status=403, files_lost=lost)
    try:
        errors, mark = await faults(given, served, staff)
        errors |= {"files": wrong_files} if wrong_files else {}
        if errors:
            return await _form(request, staff, given, errors, status=422, files_lost=lost)
        if not await run_in_threadpool(served.limits.hit, BY_STAFF, staff.id):
            return await _form(request, staff, given, trouble="limited", status=429, files_lost=lost)
        token = await take(given, uploads, mark, served, staff)
    except ConnectionFailedError as error:
        _log.error("intake_not_stored", staff=staff.id, error=str(error))
        return await _form(request, staff, given, trouble="unavailable", status=503, files_lost=lost)
    return RedirectResponse(f"{RECEIPT}/{token}", 303)


async def show_earlier(request: Request) -> Response:
    """The part of the page with the caller's earlier cases, for its script."""
    staff = require(request, *WHO)
    given = read_intake({"phone": request.query_params.get("telefon")})
    return page("intake_earlier.html", **await _earlier(request, staff, given))


async def find_topics(request: Request) -> Response:
    """The topics that fit what is typed, as JSON, best first."""
    require(request, *WHO)
    typed = read_text(request.query_params.get("q"))[:100]
    found = await run_in_threadpool(search_topics, services(request).desk, typed)
    return JSONResponse([as_json(choice) for choice in found], headers=NO_STORE)


async def list_neighbourhoods(request: Request) -> Response:
    """The official neighbourhoods of a district, as JSON."""
    require(request, *WHO)
    names = load_places().neighbourhoods.get(request.query_params.get("ilce", ""), ())
    return JSONResponse(in_order(names), headers={"Cache-Control": "private, max-age=3600"})


async def _earlier(request: Request, staff: Staff | None, given: IntakeFields) -> dict[str, Any]:
    """What the earlier cases' part is shown with; nothing to somebody who is not logged in."""
    served, caller = services(request), given.caller if staff else None
    cases: Sequence[EarlierCase] = []
    trouble = ""
    if staff and caller:
        try:
            cases, trouble = await run_in_threadpool(_cases, served, staff, caller)
        except ConnectionFailedError:
            trouble = say("intake", "earlier_unavailable")
    shown = [(case, is_open(case), is_restricted(case)) for case in cases]
    return {"caller": caller, "earlier": shown, "earlier_trouble": trouble, "answers": given.answers}


def _cases(served: Services, staff: Staff, caller: Urn) -> tuple[Sequence[EarlierCase], str]:
    if not served.limits.hit(LOOKS_BY_STAFF, staff.id):
        return [], say("intake", "earlier_limited")
    return earlier_cases(served.desk, caller, staff.id), ""


async def _form(
    request: Request,
    staff: Staff | None,
    given: IntakeFields,
    errors: Errors | None = None,
    *,
    trouble: str = "",
    status: int = 200,
    files_lost: bool = False,
) -> Response:
    try:
        topics = in_groups(await run_in_threadpool(topic_choices, services(request).desk))
    except ConnectionFailedError:
        topics = []
    return page(
        "intake.html",
        status=status,
        headers=_HEADERS,
        staff=staff,
        given=given,
        errors=errors or {},
        trouble=say("intake_trouble", trouble) if trouble else "",
        files_lost=files_lost,
        channels=CHANNELS,
        kinds=tuple(ContactKind),
        usual_kinds=USUAL_KIND,
        topics=topics,
        districts=services(request).districts,
        **LIMITS_SHOWN,
        **await _earlier(request, staff, given),
    )


def national(number: str) -> str:
    """A number as people here write it: `+905321234567` as `0532 123 45 67`, others as they are."""
    digits = number.removeprefix("+90")
    if digits == number or len(digits) != 10:
        return number
    return f"0{digits[:3]} {digits[3:6]} {digits[6:8]} {digits[8:]}"


routes = [
    Route(FIRST_PAGE, show_intake, methods=["GET"]),
    Route(FIRST_PAGE, post_intake, methods=["POST"]),
    Route("/temsilci/basvuru/gecmis", show_earlier, methods=["GET"]),
    Route("/temsilci/konular", find_topics, methods=["GET"]),
    Route("/temsilci/mahalleler", list_neighbourhoods, methods=["GET"]),
]
