"""What every interface of ours is made of: an application of its own, its errors, its OpenAPI, its page."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.datastructures import State
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response

from domain.errors import ConnectionFailedError
from pipeline.log import get_logger
from web.api.manual import calls, models
from web.api.problems import MEDIA_TYPE, Family, ProblemError, invalid
from web.guards import TooLargeError
from web.headers import NO_STORE
from web.templating import page

_REFERENCE = "#/components/schemas/{model}"
_CODES = {400: "unreadable", 404: "not_found", 405: "method", 413: "too_large"}
_log = get_logger(__name__)
_Handler = Callable[[Request, Exception], Awaitable[Response]]


@dataclass(frozen=True, kw_only=True)
class Interface:
    """One interface: `family` is where it lies and how its problems are told, `responses` which of them there
    are, `bodies` are the models of bodies that its calls read themselves."""

    title: str
    version: str
    about: str
    family: Family
    responses: dict[int | str, dict[str, Any]]
    modules: Sequence[ModuleType]
    bodies: Sequence[type[BaseModel]]

    def create(self, state: State, middleware: Sequence[Middleware] = ()) -> FastAPI:
        """The application; `state` is that of the one it is mounted in."""
        api = FastAPI(
            title=self.title,
            version=self.version,
            description=self.about,
            docs_url=None,
            redoc_url=None,
            openapi_url="/openapi.json",
            responses=self.responses,
            servers=[{"url": self.family.prefix}],
            root_path_in_servers=False,
            middleware=middleware,
        )
        api.state = state
        for each in self.modules:
            api.include_router(each.router)
        api.add_api_route("/docs", self._docs, include_in_schema=False)
        for error, handler in self._handlers().items():
            api.add_exception_handler(error, handler)
        api.openapi = lambda: self._openapi(api)  # type: ignore[method-assign]  # FastAPI's documented way
        return api

    def http_problem(self, status: int, headers: Mapping[str, str] | None = None) -> JSONResponse:
        """The problem that stands for an HTTP error."""
        usual = "unavailable" if status == 503 else "broken" if status >= 500 else "unreadable"
        return self.family.answer(ProblemError(status, _CODES.get(status, usual), headers=headers))

    def _handlers(self) -> dict[type[Exception], _Handler]:
        return {
            ProblemError: self._problem,
            RequestValidationError: self._invalid,
            HTTPException: self._http_error,
            TooLargeError: self._too_large,
            ConnectionFailedError: self._unavailable,
            Exception: self._broken,
        }

    def _openapi(self, api: FastAPI) -> dict[str, Any]:
        if api.openapi_schema is None:
            schema = get_openapi(
                title=api.title,
                version=api.version,
                description=api.description,
                routes=api.routes,
                servers=api.servers,
            )
            bodies: list[Any] = [(model, "validation") for model in self.bodies]
            _, found = models_json_schema(bodies, ref_template=_REFERENCE)
            schema["components"]["schemas"] |= found["$defs"]
            for call in (call for methods in schema["paths"].values() for call in methods.values()):
                _amend(call)
            api.openapi_schema = schema
        return api.openapi_schema

    async def _docs(self, request: Request) -> Response:
        document = self._openapi(request.app)
        return page(
            "api_docs.html",
            title=self.title,
            about=self.about.split("\n\n"),
            prefix=self.family.prefix,
            calls=list(calls(document, self.family.prefix)),
            models=list(models(document)),
            problems=self.family.catalogue(),
        )

    async def _problem(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, ProblemError)  # noqa: S101 - it is registered for nothing else
        return self.family.answer(error)

    async def _invalid(self, request: Request, error: Exception) -> Response:
        faults = error.errors() if isinstance(error, RequestValidationError) else []
        if any(fault.get("type") == "json_invalid" for fault in faults):
            return self.family.answer(ProblemError(400, "unreadable"))
        shorter = [fault | {"loc": tuple(fault["loc"])[1:] or fault["loc"]} for fault in faults]
        return self.family.answer(invalid(shorter))

    async def _http_error(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        headers = error.headers if isinstance(error, HTTPException) else None
        return self.http_problem(status, headers)

    async def _too_large(self, request: Request, error: Exception) -> Response:
        return self.family.answer(ProblemError(413, "too_large"))

    async def _unavailable(self, request: Request, error: Exception) -> Response:
        _log.warning("api_unavailable", api=self.family.prefix, error=str(error))
        return self.family.answer(ProblemError(503, "unavailable", headers={"Retry-After": "60"}))

    async def _broken(self, request: Request, error: Exception) -> Response:
        _log.error("api_broke", api=self.family.prefix, error=type(error).__name__)
        return self.family.answer(ProblemError(500, "broken", headers=NO_STORE))


def _amend(call: dict[str, Any]) -> None:
    """What FastAPI cannot know: problems have a media type of their own, a missing key is 400, not 422."""
    for parameter in call.get("parameters", ()):
        parameter["required"] |= parameter["name"] == "Idempotency-Key"
    for status, answer in call["responses"].items():
        if status >= "400":
            [schema] = answer["content"].values()
            answer["content"] = {MEDIA_TYPE: schema}
