"""What machines ask: alive, ready, and how much of what."""

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from domain.errors import ConnectionFailedError
from pipeline import metrics as numbers
from pipeline.log import get_logger
from pipeline.vitals import missing, refresh_gauges
from web.client import is_inside
from web.services import services

_log = get_logger(__name__)


async def healthz(request: Request) -> Response:
    """200 as long as the process serves."""
    return PlainTextResponse("ok\n")


async def readyz(request: Request) -> Response:
    """200 when database, schema and Redis are as they must be; else 503 with what is not."""
    lacking = await run_in_threadpool(missing, services(request).desk)
    return PlainTextResponse("".join(f"{name}\n" for name in lacking) or "ready\n", 503 if lacking else 200)


async def metrics(request: Request) -> Response:
    """Prometheus' text format; to callers inside only, 404 to others."""
    if not is_inside(request):
        raise HTTPException(404)
    try:
        await run_in_threadpool(refresh_gauges, services(request).desk)
    except ConnectionFailedError as error:
        _log.warning("gauges_not_refreshed", error=str(error))
    return Response(numbers.exposition(), media_type=CONTENT_TYPE_LATEST)


routes = [
    Route("/healthz", healthz, methods=["GET"]),
    Route("/readyz", readyz, methods=["GET"]),
    Route("/metrics", metrics, methods=["GET"]),
]
