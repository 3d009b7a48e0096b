"""The page behind a sent form: it waits a moment for the case and shows its number."""

from datetime import timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipeline.seed import WEBFORM_ACCOUNT
from web.services import Services, services
from web.templating import page
from web.waiting import wait_for

VALID_FOR = timedelta(days=1)
MOST_RELOADS = 6
"""Then the page stops reloading by itself: the numbers come by SMS or e-mail anyway."""


async def show_receipt(request: Request) -> Response:
    """The application number, or that the form was received and the number follows. 404 for a token that is
    forged or a day old."""
    served = services(request)
    token = request.path_params["token"]
    external_id = served.receipts.read(token, served.desk.now(), valid_for=VALID_FOR)
    if external_id is None:
        raise HTTPException(404)
    reloads = reloads_of(request)
    number = await wait_for(lambda: _look(served, external_id))
    again = f"/basvuru/{token}?kez={reloads + 1}" if number is None and reloads < MOST_RELOADS else ""
    return page("received.html", number=number, again=again, token=token, quiet=served.quiet_hours)


def _look(served: Services, external_id: str) -> str | None:
    account = served.reception.accounts.get(WEBFORM_ACCOUNT)
    if account is None:
        return None
    with served.desk.uow() as uow:
        return uow.status.number_of_delivery(account.account.id, external_id)


def reloads_of(request: Request) -> int:
    """How often the page has renewed itself."""
    text = request.query_params.get("kez", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else 0


routes = [Route("/basvuru/{token}", show_receipt, methods=["GET"])]
