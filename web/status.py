"""The status page: application number and security number, or nothing (V2)."""

from datetime import timedelta

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipeline.limits import Rule
from pipeline.status import look_up
from web.client import client_key
from web.form_fields import read_text
from web.guards import limited
from web.services import services
from web.status_page import case_page
from web.status_pass import Holder
from web.templating import page, say

BY_CLIENT = Rule(name="status-client", times=30, window=timedelta(minutes=10))
_BODY_BYTES = 8 * 1024
_LONGEST = 60


async def ask(request: Request) -> Response:
    """The two fields; `?no=` fills in the first."""
    return asked(request.query_params.get("no", "")[:_LONGEST])


async def answer(request: Request) -> Response:
    """The case, or one and the same refusal: 422 whatever was wrong with the numbers (V2)."""
    body = Request(request.scope, limited(request.receive, _BODY_BYTES))
    async with body.form(max_files=0, max_fields=10) as form:
        number, security = (read_text(form.get(name))[:_LONGEST] for name in ("number", "security"))
    served = services(request)
    if not await run_in_threadpool(served.limits.hit, BY_CLIENT, client_key(request)):
        return asked(number, "limited", 429)
    found = await run_in_threadpool(look_up, served.desk, served.limits, number, security)
    if found is None:
        return asked(number, "refused", 422)
    return case_page(served, Holder(case_id=found.case.id, since=served.desk.now()), found)


def asked(number: str, trouble: str = "", status: int = 200) -> Response:
    """The two fields once more, with what was wrong."""
    words = say("status", trouble) if trouble else ""
    return page("status_form.html", status=status, number=number, trouble=words, words="")


routes = [
    Route("/durum", ask, methods=["GET"]),
    Route("/durum", answer, methods=["POST"]),
]
