"""One-click pages behind the links in units' mails.

Mail programs and scanners open every link they see, so opening one only shows what would happen; the button
on it sends the same signed token back. A link that is forged or too old tells nothing, nor does the link of a
restricted case.
"""

from datetime import timedelta

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from domain.vocabulary import UnitOutcome
from pipeline.limits import Rule
from pipeline.refusal import RefusedError
from pipeline.unit_clicks import Filled, Offer, confirmed, offered
from web.client import client_key
from web.form_fields import read_text
from web.guards import limited
from web.services import services
from web.templating import error_page, page, say

BY_CLIENT = Rule(name="unit-link", times=60, window=timedelta(minutes=10))
_BODY_BYTES = 64 * 1024


async def show(request: Request) -> Response:
    """What the link would do, with a button."""
    if not await _may_ask(request):
        return error_page(429)
    offer = await run_in_threadpool(offered, services(request).desk, request.path_params["token"])
    if offer is None:
        return _gone()
    return _done(offer.refused) if offer.refused else _asking(offer, _filled_before(offer))


async def confirm(request: Request) -> Response:
    """Do it, and say what became of it; 422 for what was filled in wrongly."""
    body = Request(request.scope, limited(request.receive, _BODY_BYTES))
    async with body.form(max_files=0, max_fields=10) as form:
        text, unit, days = (read_text(form.get(name)) for name in ("text", "unit", "days"))
    if not await _may_ask(request):
        return error_page(429)
    desk, token, filled = (
        services(request).desk,
        request.path_params["token"],
        Filled(text=text, unit=unit, days=days),
    )
    try:
        outcome = await run_in_threadpool(confirmed, desk, token, filled)
    except RefusedError as refusal:
        offer = await run_in_threadpool(offered, desk, token)
        trouble = say("unit_link", refusal.reason, **refusal.values)
        return _asking(offer, filled, trouble, 422) if offer else _gone()
    return _done(outcome) if outcome else _gone()


async def _may_ask(request: Request) -> bool:
    return await run_in_threadpool(services(request).limits.hit, BY_CLIENT, client_key(request))


def _filled_before(offer: Offer) -> Filled:
    return Filled(text=offer.said, days=str(offer.days or ""))


def _asking(offer: Offer, filled: Filled, trouble: str = "", status: int = 200) -> Response:
    what = say("unit_link", f"what_{offer.kind}")
    button = say("unit_link", f"button_{offer.kind}")
    return page(
        "unit_link.html", status=status, offer=offer, filled=filled, what=what, button=button, trouble=trouble
    )


def _done(outcome: UnitOutcome) -> Response:
    if outcome is UnitOutcome.RESTRICTED:
        return page("unit.html")
    return page("unit_link_done.html", said=say("unit_link", outcome), done=outcome is UnitOutcome.DONE)


def _gone() -> Response:
    return page("unit_link_done.html", status=404, said=say("unit_link", "gone"), done=False)


routes = [
    Route("/birim/islem/{token}", show, methods=["GET"]),
    Route("/birim/islem/{token}", confirm, methods=["POST"]),
]
