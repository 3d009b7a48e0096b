"""The web process: one ASGI application for citizens' browsers, providers' webhooks and machines' probes."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from config.places import load_places
from domain.errors import ConnectionFailedError
from pipeline.desk import Desk, get_desk
from pipeline.hooks import Reception
from pipeline.limits import limits_of
from pipeline.log import get_logger
from web import (
    chat,
    chat_agents,
    form,
    hooks,
    intake,
    intake_api,
    intake_done,
    lost_numbers,
    outbox,
    pages,
    probes,
    received,
    staff_login,
    status,
    status_actions,
    unit_files,
    unit_links,
    uploads,
    wishes,
)
from web.alphabet import in_order
from web.api import app as api
from web.captcha import Captcha
from web.chat_hub import ChatHub
from web.crm import app as crm
from web.guards import HOOKS, HostGuard, OriginGuard, TooLargeError
from web.headers import SECURITY, SecurityHeaders
from web.open311 import routes as open311
from web.services import Services
from web.signing import Signer
from web.staff import LoginNeededError
from web.staff_sessions import StaffSessions
from web.status_pass import Passes
from web.templating import error_page

_log = get_logger(__name__)


def create_app(desk: Desk) -> FastAPI:
    """The application. Its threads live from its startup to its shutdown; nothing connects before."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.services = _services(desk)
        app.state.chats = ChatHub(app.state.services.desk)
        try:
            yield
        finally:
            app.state.chats.close()
            app.state.services.reception.close()

    app = FastAPI(
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        middleware=_middleware(desk),
    )
    modules = [
        form,
        received,
        status,
        lost_numbers,
        status_actions,
        unit_files,
        unit_links,
        pages,
        probes,
        hooks,
        open311,
        chat,
        chat_agents,
        staff_login,
        intake,
        intake_done,
        intake_api,
        wishes,
        *([outbox] if desk.settings.development else []),
    ]
    app.router.routes.extend(route for module in modules for route in module.routes)
    app.mount(api.PREFIX, api.create_api(app.state))
    app.mount(crm.PREFIX, crm.create_api(app.state))
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(TooLargeError, _too_large)
    app.add_exception_handler(LoginNeededError, staff_login.to_login)
    app.add_exception_handler(ConnectionFailedError, _unavailable)
    app.add_exception_handler(Exception, _broken)
    return app


def run() -> None:
    """Serve until told to stop; what was taken in by then is stored first."""
    desk = get_desk()
    uvicorn.run(
        create_app(desk),
        host=desk.settings.web_host,
        port=desk.settings.web_port,
        loop="uvloop",
        http="httptools",
        proxy_headers=False,  # the application does that itself
        server_header=False,
        access_log=False,  # addresses hold secrets of webhooks and numbers of citizens
        log_config=None,
        timeout_graceful_shutdown=10,
        **chat.SOCKET_OPTIONS,
    )


def _middleware(desk: Desk) -> list[Middleware]:
    settings = desk.settings
    return [
        Middleware(ProxyHeadersMiddleware, trusted_hosts=settings.trusted_proxies),
        Middleware(SecurityHeaders, production=not settings.development),
        Middleware(HostGuard, settings=settings),
        Middleware(OriginGuard, settings=settings),
    ]


def _services(desk: Desk) -> Services:
    key, limits = desk.settings.session_key.get_secret_value().encode(), limits_of(desk)
    return Services(
        reception=Reception(desk),
        limits=limits,
        receipts=Signer(key, "receipt"),
        citizens=Signer(key, "citizen"),
        passes=Passes(key),
        captcha=Captcha(key, limits) if desk.settings.form_captcha else None,
        districts=tuple(in_order(load_places().neighbourhoods)),
        staff=StaffSessions(desk.settings.staff, key, secure=not desk.settings.development),
    )


async def _http_error(request: Request, error: Exception) -> Response:
    code = error.status_code if isinstance(error, HTTPException) else 500
    headers = error.headers if isinstance(error, HTTPException) else None
    return _answer(request, code, headers)


async def _too_large(request: Request, error: Exception) -> Response:
    return _answer(request, 413)


async def _unavailable(request: Request, error: Exception) -> Response:
    _log.warning("page_unavailable", path=request.scope["path"].split("/")[1], error=str(error))
    return _answer(request, 503, {"Retry-After": "60"})


async def _broken(request: Request, error: Exception) -> Response:
    return _answer(request, 500, SECURITY)  # it is outside the middleware that adds them


def _answer(request: Request, code: int, headers: Mapping[str, str] | None = None) -> Response:
    path = request.scope["path"]
    for interface in (api.INTERFACE, crm.INTERFACE):
        if path.startswith(f"{interface.family.prefix}/"):
            return interface.http_problem(code, headers)
    if path.startswith(f"{open311.PREFIX}/"):
        return open311.http_error(path, code, headers)
    if path.startswith(HOOKS):
        return PlainTextResponse(f"{code}\n", code, headers)
    return error_page(code, headers, limit=uploads.MOST_TOTAL_MB)
