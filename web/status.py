"""The status page: application number and security number, or nothing (V2)."""

from datetime import timedelta

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipeline.limits import Rule
from pipeline.status import look_up
from store.status import Happening
from web.client import client_key
from web.form_fields import read_text
from web.guards import limited
from web.services import services
from web.templating import page, say, texts

BY_CLIENT = Rule(name="status-client", times=30, window=timedelta(minutes=10))
_BODY_BYTES = 8 * 1024
_LONGEST = 60


async def ask(request: Request) -> Response:
    """The two fields; `?no=` fills in the first."""
    return _asked(request.query_params.get("no", "")[:_LONGEST])


async def answer(request: Request) -> Response:
    """The case, or one and the same refusal: 422 whatever was wrong with the numbers (V2)."""
    body = Request(request.scope, limited(request.receive, _BODY_BYTES))
    async with body.form(max_files=0, max_fields=10) as form:
        number, security = (read_text(form.get(name))[:_LONGEST] for name in ("number", "security"))
    served = services(request)
    if not await run_in_threadpool(served.limits.hit, BY_CLIENT, client_key(request)):
        return _asked(number, "limited", 429)
    found = await run_in_threadpool(look_up, served.desk, served.limits, number, security)
    if found is None:
        return _asked(number, "refused", 422)
    history = [(line.at, words_of(line), line.answer) for line in found.history]
    return page("status.html", case=found.case, history=history)


def _asked(number: str, trouble: str = "", status: int = 200) -> Response:
    words = say("status", trouble) if trouble else ""
    return page("status_form.html", status=status, number=number, trouble=words)


def words_of(line: Happening, *, with_unit: bool = True) -> str:
    """One line of a case's history in plain words; without its unit where that would tell too much."""
    kind = "assigned_unknown" if line.kind == "assigned" and not (line.unit and with_unit) else line.kind
    return say("history", kind, unit=line.unit, state=texts()["states"].get(line.state, line.state))


routes = [
    Route("/durum", ask, methods=["GET"]),
    Route("/durum", answer, methods=["POST"]),
]
