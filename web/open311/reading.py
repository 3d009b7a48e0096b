"""GET requests, one request, and what became of a token."""

from starlette.requests import Request
from starlette.responses import Response

from domain.numbers import parse_application_number
from domain.vocabulary import MessageState
from store.public_cases import Wanted
from web.callers import interface
from web.deliveries import referred
from web.open311.asking import wanted
from web.open311.forms import check_jurisdiction
from web.open311.rendering import REQUESTS, Open311Error, listed
from web.open311.showing import shown
from web.services import Services, services


def listing(request: Request, form: str) -> Response:
    """The public cases that a query asks for, the newest first."""
    served = services(request)
    given = request.query_params
    check_jurisdiction(given.get("jurisdiction_id", ""), interface(served).settings.jurisdiction_id)
    return _cases(served, wanted(given, served.desk.now()), request, form)


def one(request: Request, form: str) -> Response:
    """One public case. 404 for any other number, whether there is such a case or not."""
    number = parse_application_number(request.path_params["id"])
    if number is None:
        raise Open311Error(404, "not_found")
    return _cases(services(request), Wanted(numbers=[number], limit=1), request, form, must=True)


def token(request: Request, form: str) -> Response:
    """The number behind a token; the token alone while there is none yet. 404 for one that is not ours, 410
    for a message that will never have a number."""
    served, given = services(request), request.path_params["token"]
    external_id = referred(served, given)
    if external_id is None:
        raise Open311Error(404, "not_found")
    with served.desk.uow() as uow:
        found = uow.deliveries.find(interface(served).account_id, external_id)
    if found and found.number is None and found.state == MessageState.DONE:
        raise Open311Error(410, "gone")
    number = {"service_request_id": found.number} if found and found.number else {}
    return listed([number | {"token": given}], REQUESTS, form)


def _cases(served: Services, asked: Wanted, request: Request, form: str, *, must: bool = False) -> Response:
    with served.desk.uow() as uow:
        found = uow.public_cases.find(asked)
    if must and not found:
        raise Open311Error(404, "not_found")
    extensions = request.query_params.get("extensions", "").lower() in ("true", "1", "v1")
    return listed([shown(case, extensions=extensions) for case in found], REQUESTS, form)
