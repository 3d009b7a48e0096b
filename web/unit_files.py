"""Pages of files that were too large for a unit's mail: one file of one case for one unit each.

Scanners open every link, so opening one only says what would be downloaded; the button sends the same
signed token back and gets the file. The browser saves it and shows nothing of it: a citizen's file may hold
anything.
"""

from datetime import timedelta
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from domain.messages import Attachment
from pipeline.limits import Rule
from pipeline.unit_downloads import chunks, offered_file, taken_file
from web.client import client_key
from web.headers import NO_STORE
from web.services import services
from web.templating import error_page, page, say

BY_CLIENT = Rule(name="unit-file", times=60, window=timedelta(minutes=10))
BY_LINK = Rule(name="unit-file-taken", times=20, window=timedelta(hours=1))
_AS_THEY_ARE = ("image/jpeg", "image/png", "image/webp", "application/pdf", "audio/", "video/")
_KEPT_APART = "sandbox; default-src 'none'; frame-ancestors 'none'"


async def show(request: Request) -> Response:
    """Which file it is, with a button."""
    if not await _may_ask(request, BY_CLIENT, client_key(request)):
        return error_page(429)
    file = await run_in_threadpool(offered_file, services(request).desk, request.path_params["token"])
    return page("unit_file.html", file=file) if file else _gone()


async def take(request: Request) -> Response:
    """The file."""
    token = request.path_params["token"]
    if not (
        await _may_ask(request, BY_CLIENT, client_key(request))
        and await _may_ask(request, BY_LINK, token.lower())
    ):
        return error_page(429)
    file = await run_in_threadpool(taken_file, services(request).desk, token)
    return _download(file) if file else _gone()


async def _may_ask(request: Request, rule: Rule, who: str) -> bool:
    return await run_in_threadpool(services(request).limits.hit, rule, who)


def _download(file: Attachment) -> Response:
    content = file.content or b""
    known = file.media_type.lower().startswith(_AS_THEY_ARE)
    headers = NO_STORE | {
        "Content-Disposition": _saved_as(file.name),
        "Content-Length": str(len(content)),
        "Content-Security-Policy": _KEPT_APART,
    }
    media_type = file.media_type.lower() if known else "application/octet-stream"
    return StreamingResponse(chunks(content), headers=headers, media_type=media_type)


def _saved_as(name: str) -> str:
    """The header by which a browser saves a file under its name (RFC 6266), whatever stands in that."""
    clean = "".join(c if c.isprintable() and c not in '/\\:*?"<>|' else "_" for c in name).strip(" .")
    plain = clean.encode("ascii", "replace").decode().replace("?", "_").replace("%", "_")
    return f"attachment; filename=\"{plain or 'dosya'}\"; filename*=UTF-8''{quote(clean or 'dosya', safe='')}"


def _gone() -> Response:
    return page("unit_link_done.html", status=404, said=say("unit_link", "file_gone"), done=False)


routes = [
    Route("/birim/dosya/{token}", show, methods=["GET"]),
    Route("/birim/dosya/{token}", take, methods=["POST"]),
]
