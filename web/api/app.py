"""The API as an application of its own, mounted under /api/v1: its errors, its OpenAPI 3.1, its page."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse
from pydantic.json_schema import models_json_schema
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, State
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from domain.errors import ConnectionFailedError
from pipeline.log import get_logger
from web.api import cases, me, verifications
from web.api.manual import calls, models
from web.api.models import CaseIn, FurtherIn
from web.api.problems import MEDIA_TYPE, PROBLEM_RESPONSES, ProblemError, invalid, problem
from web.callers import cors, interface
from web.guards import TooLargeError
from web.headers import NO_STORE
from web.services import services
from web.templating import page

PREFIX = "/api/v1"
VERSION = "1.0.0"
_REFERENCE = "#/components/schemas/{model}"
_CODES = {400: "unreadable", 404: "not_found", 405: "method", 413: "too_large"}
_log = get_logger(__name__)
_ABOUT = """Reports to the citizen desk, and how they stand.

Every call shows the app's key (`Authorization: Bearer`); a citizen's own cases also need a `Citizen-Token`,
which follows from a code sent by SMS. Errors are RFC 9457 problems whose `detail` is a Turkish sentence for
the app's user. Times are RFC 3339 with an offset."""


def create_api(state: State) -> FastAPI:
    """The application; `state` is that of the one it is mounted in."""
    api = FastAPI(
        title="Beyaz Masa mobile API",
        version=VERSION,
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        responses=PROBLEM_RESPONSES,
        servers=[{"url": PREFIX}],
        root_path_in_servers=False,
        middleware=[Middleware(_CrossOrigin)],
    )
    api.state = state
    for each in (cases, verifications, me):
        api.include_router(each.router)
    api.add_api_route("/docs", _docs, include_in_schema=False)
    api.add_exception_handler(ProblemError, _problem)
    api.add_exception_handler(RequestValidationError, _invalid)
    api.add_exception_handler(HTTPException, _http_error)
    api.add_exception_handler(TooLargeError, _too_large)
    api.add_exception_handler(ConnectionFailedError, _unavailable)
    api.add_exception_handler(Exception, _broken)
    api.openapi = lambda: _openapi(api)  # type: ignore[method-assign]  # FastAPI's documented way
    return api


class _CrossOrigin:
    """Lets the pages that were configured call from a browser (V5)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or "origin" not in Headers(scope=scope):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        allowed = await run_in_threadpool(_cors, request)
        if request.method == "OPTIONS":
            await Response(status_code=204, headers=allowed)(scope, receive, send)
            return

        async def send_with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                added = [(k.lower().encode(), v.encode()) for k, v in allowed.items()]
                message = message | {"headers": [*message.get("headers", ()), *added]}
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _cors(request: Request) -> dict[str, str]:
    try:
        return dict(cors(request, interface(services(request)).settings))
    except ConnectionFailedError:
        return {}


def _openapi(api: FastAPI) -> dict[str, Any]:
    if api.openapi_schema is None:
        schema = get_openapi(
            title=api.title,
            version=api.version,
            description=api.description,
            routes=api.routes,
            servers=api.servers,
        )
        bodies: list[Any] = [(model, "validation") for model in (CaseIn, FurtherIn)]
        _, found = models_json_schema(bodies, ref_template=_REFERENCE)
        schema["components"]["schemas"] |= found["$defs"]
        for call in (call for methods in schema["paths"].values() for call in methods.values()):
            _amend(call)
        api.openapi_schema = schema
    return api.openapi_schema


def _amend(call: dict[str, Any]) -> None:
    """What FastAPI cannot know: problems have a media type of their own, a missing key is 400, not 422."""
    for parameter in call.get("parameters", ()):
        parameter["required"] |= parameter["name"] == "Idempotency-Key"
    for status, answer in call["responses"].items():
        if status >= "400":
            answer["content"] = {MEDIA_TYPE: answer["content"]["application/json"]}


async def _docs(request: Request) -> Response:
    document = _openapi(request.app)
    return page(
        "api_docs.html",
        title=document["info"]["title"],
        about=document["info"]["description"].split("\n\n"),
        prefix=PREFIX,
        calls=list(calls(document, PREFIX)),
        models=list(models(document)),
    )


async def _problem(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ProblemError)  # noqa: S101 - it is registered for nothing else
    return problem(error)


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    faults = error.errors() if isinstance(error, RequestValidationError) else []
    if any(fault.get("type") == "json_invalid" for fault in faults):
        return problem(ProblemError(400, "unreadable"))
    shorter = [fault | {"loc": tuple(fault["loc"])[1:] or fault["loc"]} for fault in faults]
    return problem(invalid(shorter))


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = error.headers if isinstance(error, HTTPException) else None
    return http_problem(status, headers)


def http_problem(status: int, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """The problem that stands for an HTTP error."""
    usual = "unavailable" if status == 503 else "broken" if status >= 500 else "unreadable"
    return problem(ProblemError(status, _CODES.get(status, usual), headers=headers))


async def _too_large(request: Request, error: Exception) -> JSONResponse:
    return problem(ProblemError(413, "too_large"))


async def _unavailable(request: Request, error: Exception) -> JSONResponse:
    _log.warning("api_unavailable", error=str(error))
    return problem(ProblemError(503, "unavailable", headers={"Retry-After": "60"}))


async def _broken(request: Request, error: Exception) -> JSONResponse:
    _log.error("api_broke", error=type(error).__name__)
    return problem(ProblemError(500, "broken", headers=NO_STORE))
