"""The page for who has lost the numbers of a case: they are sent again, to where the case was opened from."""

from collections.abc import Mapping
from datetime import timedelta

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from domain.numbers import parse_application_number
from domain.urn import Urn, mail_urn, phone_urn
from pipeline.limits import Rule
from pipeline.lost_numbers import ask_again, medium_of
from web.client import client_key
from web.form_fields import Errors, read_text
from web.guards import limited
from web.services import services
from web.templating import page, say

BY_CLIENT = Rule(name="lost-client", times=10, window=timedelta(minutes=10))
_BODY_BYTES = 8 * 1024
_LONGEST = 254
_FIELDS = ("address", "number")


async def show(request: Request) -> Response:
    """The form: a phone or an e-mail address, and the application number if it is known."""
    return _form(dict.fromkeys(_FIELDS, ""))


async def send(request: Request) -> Response:
    """One and the same answer, whether or not the desk knows the address or the number."""
    body = Request(request.scope, limited(request.receive, _BODY_BYTES))
    async with body.form(max_files=0, max_fields=10) as form:
        given = {name: read_text(form.get(name))[:_LONGEST] for name in _FIELDS}
    address = _address(given["address"])
    medium = medium_of(address) if address else None
    if errors := _errors(given, reachable=medium is not None):
        return _form(given, errors=errors, status=422)
    served = services(request)
    if not await run_in_threadpool(served.limits.hit, BY_CLIENT, client_key(request)):
        return _form(given, trouble=say("lost_numbers", "limited"), status=429)
    if address and medium:
        await run_in_threadpool(ask_again, served.desk, served.limits, address, medium, given["number"])
    return page("lost_numbers_sent.html", quiet=served.quiet_hours)


def _address(text: str) -> Urn | None:
    # A telephone's keyboard writes the first letter large by itself.
    return mail_urn(text[:1].lower() + text[1:]) if "@" in text else phone_urn(text)


def _errors(given: Mapping[str, str], *, reachable: bool) -> Errors:
    """What is wrong with the form, whoever it is about: a mistyped number is seen by its check digit."""
    errors: Errors = {}
    if not given["address"]:
        errors["address"] = [say("lost_numbers", "address_missing")]
    elif not reachable:
        errors["address"] = [say("lost_numbers", "address_wrong")]
    if given["number"] and parse_application_number(given["number"]) is None:
        errors["number"] = [say("lost_numbers", "number_wrong")]
    return errors


def _form(
    given: Mapping[str, str], *, errors: Errors | None = None, trouble: str = "", status: int = 200
) -> Response:
    return page("lost_numbers.html", status=status, given=given, errors=errors or {}, trouble=trouble)


routes = [
    Route("/durum/numara", show, methods=["GET"]),
    Route("/durum/numara", send, methods=["POST"]),
]
