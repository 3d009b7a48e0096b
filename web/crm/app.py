"""The API of outside CRMs as an application of its own, mounted under /api/crm/v1."""

from fastapi import FastAPI
from starlette.datastructures import State

from pipeline.crm.envelope import API
from web.api.assembly import Interface
from web.api.problems import Family, problem_responses
from web.crm import cases, events
from web.crm.models import StatusIn

PREFIX = API
_ABOUT = """What happens to cases, as CloudEvents, and what your system did about them.

Every call shows your token (`Authorization: Bearer`). The same events come as webhooks, signed by Standard
Webhooks 1.0, to the address you gave: at least once, those of one case in order. No citizen's name, address
or words are in them. Errors are RFC 9457 problems with a stable `code`. Times are RFC 3339 with an offset."""
_OWN = {
    401: "The token does not count",
    403: "Not of this case",
    404: "There is no such thing",
    415: "Not JSON",
}
INTERFACE = Interface(
    title="Beyaz Masa CRM API",
    version="1.0.0",
    about=_ABOUT,
    family=Family(prefix=API, own="crm_problems"),
    responses=problem_responses(_OWN),
    modules=(events, cases),
    bodies=(StatusIn,),
)


def create_api(state: State) -> FastAPI:
    """The application; `state` is that of the one it is mounted in."""
    return INTERFACE.create(state)
