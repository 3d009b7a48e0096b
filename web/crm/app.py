"""The API of outside CRMs as an application of its own, mounted under /api/crm/v1."""

from typing import Any

from fastapi import FastAPI
from starlette.datastructures import State

from pipeline.crm.envelope import API
from web.api.assembly import Interface
from web.api.problems import Family, Problem
from web.crm import cases, events
from web.crm.models import StatusIn

PREFIX = API
_ABOUT = """What happens to cases, as CloudEvents, and what your system did about them.

Every call shows your token (`Authorization: Bearer`). The same events come as webhooks, signed by Standard
Webhooks 1.0, to the address you gave: at least once, those of one case in order. No citizen's name, address
or words are in them. Errors are RFC 9457 problems with a stable `code`. Times are RFC 3339 with an offset."""
_RESPONSES: dict[int | str, dict[str, Any]] = {
    code: {"model": Problem, "description": words}
    for code, words in {
        400: "The request cannot be read",
        401: "The token does not count",
        403: "Not of this case",
        404: "There is no such thing",
        405: "Not by this method",
        413: "Too large",
        415: "Not JSON",
        422: "Something in it does not fit",
        429: "Too often; `Retry-After` says when",
        500: "A fault of ours",
        503: "Not now; `Retry-After` says when",
    }.items()
}
INTERFACE = Interface(
    title="Beyaz Masa CRM API",
    version="1.0.0",
    about=_ABOUT,
    family=Family(prefix=API, own="crm_problems"),
    responses=_RESPONSES,
    modules=(events, cases),
    bodies=(StatusIn,),
)


def create_api(state: State) -> FastAPI:
    """The application; `state` is that of the one it is mounted in."""
    return INTERFACE.create(state)
