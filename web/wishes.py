"""The page on which a citizen says that they can do without some notices: behind a signed link, no login.

Mail programs and scanners open every link they see, so opening it changes nothing; its button does, and the
one click of a mail program (RFC 8058), which posts without ever opening the page.
"""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from pipeline.unsubscribing import Wanted, decide, looked_up
from web.form_fields import read_text
from web.guards import limited
from web.services import services
from web.templating import page, say

_BODY_BYTES = 16 * 1024
_ANSWERS = {"evet": True, "hayir": False}
_ONE_CLICK = ("List-Unsubscribe", "One-Click")


async def show(request: Request) -> Response:
    """What they get now, with a button that changes it."""
    found = await run_in_threadpool(looked_up, services(request).desk, request.path_params["token"])
    return _shown(found, done=False)


async def change(request: Request) -> Response:
    """Do what the button says, or what a mail program asks for."""
    body = Request(request.scope, limited(request.receive, _BODY_BYTES))
    async with body.form(max_files=0, max_fields=5) as form:
        one_click = read_text(form.get(_ONE_CLICK[0])) == _ONE_CLICK[1]
        said = "hayir" if one_click else read_text(form.get("istiyorum"))
    if said not in _ANSWERS:
        return await show(request)
    desk, token = services(request).desk, request.path_params["token"]
    found = await run_in_threadpool(lambda: decide(desk, token, wanted=_ANSWERS[said]))
    if one_click:  # no page may come back that a program would have to follow
        return PlainTextResponse("", status_code=200 if found else 404)
    return _shown(found, done=True)


def _shown(found: Wanted | None, *, done: bool) -> Response:
    if found is None:
        return page("wishes.html", status=404, said=say("wishes", "gone"), found=None)
    key = ("wanted" if found.wanted else "declined") + ("_now" if done else "")
    return page("wishes.html", said=say("wishes", key, address=found.address), found=found)


routes = [
    Route("/bildirim/{token}", show, methods=["GET"]),
    Route("/bildirim/{token}", change, methods=["POST"]),
]
