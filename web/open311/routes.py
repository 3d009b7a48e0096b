"""The addresses of GeoReport v2, and its errors."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from domain.errors import ConnectionFailedError
from pipeline.limits import Rule
from pipeline.log import get_logger
from web.client import client_key
from web.guards import TooLargeError
from web.open311 import posting, reading, updates
from web.open311 import services as offered
from web.open311.rendering import FORMATS, Open311Error, failed
from web.services import services

PREFIX = "/open311/v2"
READS = Rule(name="open311-reads", times=600, window=timedelta(minutes=10))
"""Of one address, without a key: a list may hold a thousand cases, and takes the database its time."""
_RETRY = {"Retry-After": "60"}
_PUBLIC = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
"""What anybody may read, a map on another site may read, too."""
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_log = get_logger(__name__)
_Reader = Callable[[Request, str], Response]
_Writer = Callable[[Request, str], Awaitable[Response]]


def _endpoint(read: _Reader, write: _Writer | None = None) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        form = request.path_params.get("form", "xml")
        try:
            if form not in FORMATS:
                raise Open311Error(404, "not_found")
            return await _answered(request, form)
        except Open311Error as error:
            return failed(error, form, _RETRY if error.status == 429 else None)
        except TooLargeError:
            return failed(Open311Error(400, "too_large"), form)
        except HTTPException:
            return failed(Open311Error(400, "unreadable"), form)
        except ConnectionFailedError as error:
            _log.warning("open311_unavailable", error=str(error))
            return failed(Open311Error(503, "unavailable"), form, _RETRY)
        except Exception:
            _log.exception("open311_broke")
            return failed(Open311Error(500, "broken"), form)

    async def _answered(request: Request, form: str) -> Response:
        if request.method in ("GET", "HEAD"):
            if not await run_in_threadpool(services(request).limits.hit, READS, client_key(request)):
                raise Open311Error(429, "limited")
            answer = await run_in_threadpool(read, request, form)
            answer.headers.update(_PUBLIC)
            return answer
        if request.method == "POST" and write:
            return await write(request, form)
        return failed(Open311Error(405, "method"), form, {"Allow": "GET, POST" if write else "GET"})

    return endpoint


def _unknown(request: Request, form: str) -> Response:
    raise Open311Error(404, "not_found")


def http_error(path: str, status: int, headers: Mapping[str, str] | None = None) -> Response:
    """The answer to what never came to one of these addresses."""
    code = {404: "not_found", 405: "method", 413: "too_large", 503: "unavailable"}.get(
        status, "broken" if status >= 500 else "unreadable"
    )
    return failed(Open311Error(status, code), path.rpartition(".")[2], headers)


_TABLE = [
    ("discovery.{form}", _endpoint(offered.discovery)),
    ("services.{form}", _endpoint(offered.listing)),
    ("services/{code}.{form}", _endpoint(offered.definition)),
    ("requests.{form}", _endpoint(reading.listing, posting.post_request)),
    ("requests/{id}.{form}", _endpoint(reading.one)),
    ("tokens/{token}.{form}", _endpoint(reading.token)),
    ("servicerequestupdates.{form}", _endpoint(updates.listing, updates.post_update)),
    ("{rest:path}", _endpoint(_unknown)),
]

routes = [Route(f"{PREFIX}/{path}", endpoint, methods=_METHODS) for path, endpoint in _TABLE]
