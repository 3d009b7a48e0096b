"""The page behind a form that staff took in: the number to read out, and the slip to hand over."""

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pipeline.log import get_logger
from pipeline.slips import print_slip, slip_state
from web.guards import limited
from web.headers import NO_STORE
from web.intake import RECEIPT, WHO
from web.intake_fields import WITH_SLIP
from web.intake_taking import Receipt, account_id, case_of, read_receipt
from web.received import MOST_RELOADS, reloads_of
from web.services import Services, services
from web.staff import CSRF_FIELD, check_csrf, require
from web.templating import page
from web.waiting import wait_for

PDF_HEADERS = NO_STORE | {"Content-Security-Policy": "frame-ancestors 'none'"}
"""A browser shows a PDF by a page of its own, which our policy for pages would keep from its styles."""
_BODY_BYTES = 4 * 1024
_log = get_logger(__name__)


async def show_done(request: Request) -> Response:
    """The application number, or that it follows; the page renews itself a few times. 404 for a token that is
    forged or a day old."""
    staff = require(request, *WHO)
    served, token = services(request), request.path_params["token"]
    receipt = _receipt(token, served)
    case = await wait_for(lambda: case_of(served, receipt))
    reloads = reloads_of(request)
    again = f"{RECEIPT}/{token}?kez={reloads + 1}" if case is None and reloads < MOST_RELOADS else ""
    offered = receipt.channel in WITH_SLIP and receipt.session == staff.session
    return page(
        "intake_done.html",
        staff=staff,
        case=case,
        again=again,
        token=token,
        channel=receipt.channel,
        slip=slip_state(case, served.desk.now()) if offered else "none",
        printed=request.query_params.get("fis", ""),
    )


async def post_slip(request: Request) -> Response:
    """The slip as a PDF, once, for the session that took the case in; 303 back to the number where it cannot
    be made (any more). 403 for anybody else's session, 404 for a token that is none."""
    staff = require(request, *WHO)
    body = Request(request.scope, limited(request.receive, _BODY_BYTES))
    async with body.form(max_files=0, max_fields=5) as form:
        check_csrf(staff, form.get(CSRF_FIELD))
    served, token = services(request), request.path_params["token"]
    made = await make_slip(served, _receipt(token, served), staff.session, staff.id)
    if made is None:
        return RedirectResponse(f"{RECEIPT}/{token}?fis=yok", 303)
    return Response(made, media_type="application/pdf", headers=PDF_HEADERS)


async def make_slip(served: Services, receipt: Receipt, session: str, staff_id: str) -> bytes | None:
    """The slip of a receipt, or None when it cannot be made. Raises HTTPException 403 for another session
    than that which took the case in, and for a channel without slips."""
    if receipt.session != session or receipt.channel not in WITH_SLIP:
        raise HTTPException(403)
    account = account_id(served, receipt.channel)
    made = await run_in_threadpool(print_slip, served.desk, account, receipt.external_id, staff_id)
    _log.info("slip_asked_for", staff=staff_id, made=made is not None)
    return made


def _receipt(token: str, served: Services) -> Receipt:
    receipt = read_receipt(token, served)
    if receipt is None:
        raise HTTPException(404)
    return receipt


routes = [
    Route(f"{RECEIPT}/{{token}}", show_done, methods=["GET"]),
    Route(f"{RECEIPT}/{{token}}/fis", post_slip, methods=["POST"]),
]
