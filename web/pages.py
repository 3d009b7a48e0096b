"""Pages that say the same to everybody, and the files they need."""

from os import PathLike, stat_result

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from web.templating import STATIC, page

_FOR_EVER = "public, max-age=31536000, immutable"
_ROBOTS = "User-agent: *\nAllow: /$\nAllow: /kvkk\nAllow: /static/\nDisallow: /\n"


async def privacy(request: Request) -> Response:
    """What happens with personal data (law 6698, art. 10)."""
    return page("kvkk.html", headers={"Cache-Control": "public, max-age=3600"})


async def unit(request: Request) -> Response:
    """Where a restricted case's mail leads: the same words for every number, whether there is such a case or
    not. The content is given out by the desk, to named persons."""
    return page("unit.html")


async def robots(request: Request) -> Response:
    """Search engines are shown the form and the notice, never a receipt or a status (RFC 9309)."""
    return PlainTextResponse(_ROBOTS)


async def favicon(request: Request) -> Response:
    """For browsers that ask at the old place."""
    return FileResponse(STATIC / "icon.svg", headers={"Cache-Control": "public, max-age=86400"})


class _KeptFiles(StaticFiles):
    """Their addresses change with their content (`web.templating.asset`)."""

    def file_response(
        self, full_path: str | PathLike[str], stat_result: stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Cache-Control"] = _FOR_EVER
        return response


routes = [
    Route("/kvkk", privacy, methods=["GET"]),
    Route("/birim/{number}", unit, methods=["GET"]),
    Route("/robots.txt", robots, methods=["GET"]),
    Route("/favicon.ico", favicon, methods=["GET"]),
    Mount("/static", _KeptFiles(directory=STATIC)),
]
