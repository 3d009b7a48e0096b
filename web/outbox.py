"""What would have been sent, on a developer's machine. These pages do not exist in production."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from domain.gsm import SmsPlan, plan
from domain.vocabulary import Medium
from pipeline.desk import Desk
from store.models import OutboxEntry
from web.headers import NO_STORE, POLICY
from web.services import services
from web.templating import page

# A mail is shown in a frame without scripts, forms or an origin; only its own styles are let through.
_POLICY = POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'") + "; frame-src 'self'"
SHOWN = 100
_LONGEST = 100


async def show_outbox(request: Request) -> Response:
    """The newest notices first; with `ara` those that name it: an application number, an address."""
    wanted = request.query_params.get("ara", "").strip()[:_LONGEST]
    entries = await run_in_threadpool(_latest, services(request).desk, wanted)
    shown = [(entry, _sms_plan(entry)) for entry in entries]
    headers = NO_STORE | {"Content-Security-Policy": _POLICY}
    return page("outbox.html", headers=headers, entries=shown, wanted=wanted, most=SHOWN)


def _latest(desk: Desk, wanted: str) -> list[OutboxEntry]:
    with desk.uow() as uow:
        return uow.outbox.latest(SHOWN, naming=wanted)


def _sms_plan(entry: OutboxEntry) -> SmsPlan | None:
    return plan(entry.text, turkish=True) if entry.medium == Medium.SMS else None


routes = [Route("/outbox", show_outbox, methods=["GET"])]
