"""The JSON API of the mobile app as an application of its own, mounted under /api/v1."""

from typing import Any

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, State
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from domain.errors import ConnectionFailedError
from web.api import cases, me, verifications
from web.api.assembly import Interface
from web.api.models import CaseIn, FurtherIn
from web.api.problems import MOBILE, problem_responses
from web.callers import cors, interface
from web.headers import NotKept
from web.services import services

PREFIX = MOBILE.prefix
_ABOUT = """Reports to the citizen desk, and how they stand.

Every call shows the app's key (`Authorization: Bearer`); a citizen's own cases also need a `Citizen-Token`,
which follows from a code sent by SMS. Errors are RFC 9457 problems whose `detail` is a Turkish sentence for
the app's user. Times are RFC 3339 with an offset."""
_OWN = {
    401: "The app key, or the citizen's token, does not count",
    403: "Not from this place",
    404: "There is no such thing, or it is not yours",
    415: "Neither JSON nor multipart/form-data",
}
INTERFACE = Interface(
    title="Beyaz Masa mobile API",
    version="1.0.0",
    about=_ABOUT,
    family=MOBILE,
    responses=problem_responses(_OWN),
    modules=(cases, verifications, me),
    bodies=(CaseIn, FurtherIn),
)


def create_api(state: State) -> FastAPI:
    """The application; `state` is that of the one it is mounted in."""
    return INTERFACE.create(state, [Middleware(_CrossOrigin), Middleware(NotKept)])


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
