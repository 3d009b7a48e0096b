"""Login and logout of the staff, by token until the console knows accounts."""

import re
from datetime import timedelta
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pipeline.limits import Rule
from pipeline.log import get_logger
from web.client import client_key
from web.guards import limited
from web.services import services
from web.staff import CSRF_FIELD, check_csrf, current
from web.templating import page, say

BY_CLIENT = Rule(name="staff-login", times=10, window=timedelta(minutes=10))
"""Failures only: a whole call centre logs in from behind one address when its shift begins."""
HOME, LOGIN = "/temsilci", "/temsilci/giris"
FIRST_PAGE = "/temsilci/basvuru"
_OWN = re.compile(r"/temsilci(/[a-z0-9/-]*)?(\?[^\s\\#]{0,500})?")
_BODY_BYTES = 8 * 1024
_log = get_logger(__name__)


async def show_login(request: Request) -> Response:
    """The token's field; who is logged in already goes on at once."""
    if hop := _hop(request):
        return hop
    onward = _onward(request.query_params.get("sonra"))
    return RedirectResponse(onward, 303) if current(request) else _asked(request, onward)


async def log_in(request: Request) -> Response:
    """A session for a right token and on to where one was going: 303. 422 for a wrong one, 429 after many."""
    body = Request(request.scope, limited(request.receive, _BODY_BYTES))
    async with body.form(max_files=0, max_fields=5) as form:
        given, onward = str(form.get("token") or "").strip(), _onward(form.get("sonra"))
    served, client = services(request), client_key(request)
    if not await run_in_threadpool(served.limits.hit, BY_CLIENT, client):
        return _asked(request, onward, "limited", 429)
    staff = served.staff.by_token(given)
    if staff is None:
        _log.warning("staff_login_refused", client=client)
        return _asked(request, onward, "refused", 422)
    await run_in_threadpool(served.limits.forgive, BY_CLIENT, client)
    _log.info("staff_logged_in", staff=staff.id)
    response = RedirectResponse(onward, 303)
    served.staff.open(response, staff, served.desk.now())
    return response


async def log_out(request: Request) -> Response:
    """Forget the session on this browser: 303 to the login."""
    staff = current(request)
    body = Request(request.scope, limited(request.receive, _BODY_BYTES))
    async with body.form(max_files=0, max_fields=5) as form:
        if staff:
            check_csrf(staff, form.get(CSRF_FIELD))
    response = RedirectResponse(LOGIN, 303)
    services(request).staff.close(response)
    return response


async def home(request: Request) -> Response:
    """Where the staff begins."""
    return RedirectResponse(FIRST_PAGE, 303)


async def to_login(request: Request, error: Exception) -> Response:
    """What a page answers to somebody who is not logged in: 303 to the login, and back here afterwards."""
    if hop := _hop(request):
        return hop
    asked = f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
    onward = _onward(asked if request.method == "GET" else None)
    return RedirectResponse(f"{LOGIN}?sonra={quote(onward, safe='')}", 303)


def _hop(request: Request) -> Response | None:
    """A page that asks for itself once more. The session's cookie is not sent along when another site's link
    is followed, as a telephony's web console does; coming from our own page it is."""
    foreign = request.method == "GET" and request.headers.get("sec-fetch-site") in ("cross-site", "same-site")
    if not foreign or request.headers.get("sec-fetch-mode") != "navigate":
        return None
    asked = f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
    return page("staff_hop.html", again=_onward(asked))


def _asked(request: Request, onward: str, trouble: str = "", status: int = 200) -> Response:
    sessions = services(request).staff
    words = say("staff", "nobody" if sessions.nobody else trouble) if trouble or sessions.nobody else ""
    return page("staff_login.html", status=status, trouble=words, onward=onward, staff=None)


def _onward(given: object) -> str:
    return given if isinstance(given, str) and _OWN.fullmatch(given) else FIRST_PAGE


routes = [
    Route(HOME, home, methods=["GET"]),
    Route(LOGIN, show_login, methods=["GET"]),
    Route(LOGIN, log_in, methods=["POST"]),
    Route("/temsilci/cikis", log_out, methods=["POST"]),
]
