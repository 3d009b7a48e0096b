"""The event feed, fetched."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from starlette.requests import Request
from starlette.responses import Response

from domain.text import by_comma
from domain.vocabulary import CrmEventType
from pipeline.crm.envelope import API, cloud_event, sequence, short_type
from web.api.problems import Problem, ProblemError, one_fault
from web.crm.access import Crm
from web.crm.models import CloudEvent
from web.headers import NO_STORE
from web.services import services

router = APIRouter(tags=["events"])
WINDOW = 5000
"""Events that one call looks at: a rare type must not make it read the whole feed."""
_MOST_CURSOR = 2**63 - 1


class Batch(JSONResponse):
    """Events in CloudEvents' batched content mode."""

    media_type = "application/cloudevents-batch+json"


_HEADERS = {
    "Next-Cursor": {"description": "the cursor of the next call; keep it", "schema": {"type": "string"}},
    "Link": {"description": "`rel=next` while there may be more", "schema": {"type": "string"}},
}
_GONE = {
    "model": Problem,
    "description": "Events behind this cursor are kept no more; `Next-Cursor` is where to begin anew",
    "headers": {"Next-Cursor": _HEADERS["Next-Cursor"]},
}


@router.get(
    "/events",
    response_class=Batch,
    response_model=list[CloudEvent],
    responses={200: {"headers": _HEADERS, "description": "Events in order, perhaps none"}, 410: _GONE},
)
def events(
    request: Request,
    crm: Crm,
    cursor: Annotated[str, Query(pattern="^[0-9]{0,20}$", description="what the last call gave")] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    types: Annotated[str, Query(max_length=1000, description="wanted types, by comma; all if empty")] = "",
) -> Response:
    """The events that follow a cursor, oldest first; without one, from the beginning of the feed.

    A cursor is the `sequence` of the last event seen. Go on with `Next-Cursor` until there is no `Link` any
    more, then ask again after a while: what comes late comes behind. Old events are not kept for ever: where
    some that follow a cursor are gone the answer is 410, and its `Next-Cursor` the beginning of what is kept.
    """
    asked, wanted = _position(cursor), _types(request, types)
    desk = services(request).desk
    with desk.uow() as uow:
        after = asked if cursor else uow.crm_feed.pruned()
        page = uow.crm_feed.page(after, wanted, limit=limit, window=WINDOW)
        beginning = uow.crm_feed.pruned()  # asked last: nothing that goes meanwhile is passed over
    if cursor and after < beginning:
        raise _gone(sequence(beginning))
    following = sequence(page.reached)
    headers = NO_STORE | {"Next-Cursor": following}
    if page.reached != after:
        query = f"cursor={following}&limit={limit}" + (f"&types={','.join(wanted)}" if wanted else "")
        headers |= {"Link": f'<{desk.settings.public_url}{API}/events?{query}>; rel="next"'}
    body = [cloud_event(desk.settings, event) for event in page.events]
    return Batch(body, headers=headers)


def _position(cursor: str) -> int:
    position = int(cursor or "0")
    if position > _MOST_CURSOR:
        raise ProblemError(422, "invalid", [one_fault("cursor", "string_pattern_mismatch")])
    return position


def _gone(beginning: str) -> ProblemError:
    told = [one_fault("cursor", "cursor_gone", cursor=beginning)]
    return ProblemError(410, "cursor_gone", told, {"Next-Cursor": beginning})


def _types(request: Request, given: str) -> list[str]:
    """The types as the feed names them; they may be given as they travel, or their last word."""
    settings = services(request).desk.settings
    wanted = [short_type(settings, each) for each in by_comma(given)]
    if not set(wanted) <= set(CrmEventType):
        raise ProblemError(422, "invalid", [one_fault("types", "other")])
    return wanted
