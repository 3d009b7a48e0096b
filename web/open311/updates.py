"""Updates both ways, by mySociety's extension: what happened to public cases, and what a citizen adds.

Nothing that a citizen wrote is given out; an update that comes in joins the case it was opened with only when
the same client opened it.
"""

import hashlib
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from connectors.mobile.submission import Submission, Via
from connectors.submitted import submitted_file
from domain.numbers import parse_application_number
from domain.vocabulary import CaseEventKind, CaseState
from pipeline.delivery import token_id
from store.public_cases import PublicEvent
from web.deliveries import AnotherRequestError, take
from web.open311.asking import MOST_ROWS, moment, span
from web.open311.forms import Post, read_post
from web.open311.posting import MOST_DESCRIPTION, MOST_MEDIA, count, is_web_address
from web.open311.rendering import UPDATES, Open311Error, listed, w3c
from web.open311.showing import extended_status, status
from web.services import Services, services
from web.templating import say, texts

_REQUIRED = ("update_id", "updated_datetime", "service_request_id", "status", "description")
_LONGEST_ID = 200


def listing(request: Request, form: str) -> Response:
    """What happened to public cases in a span of time, the oldest first."""
    served = services(request)
    since, until = span(request.query_params, served.desk.now(), "start_date", "end_date")
    with served.desk.uow() as uow:
        events = uow.public_cases.events(since, until, MOST_ROWS)
    return listed([_shown(event) for event in events], UPDATES, form)


async def post_update(request: Request, form: str) -> Response:
    """Take an update in; repeating it changes nothing. 404 for a case that this client did not open."""
    post = await read_post(request)
    served = services(request)
    _check(post)
    case_id = await run_in_threadpool(_own_case, served, post)
    submission = _submission(post, case_id, served)
    await run_in_threadpool(count, served, post, submission)
    try:
        await take(served, post.caller.account_id, submission, post.uploads, 0)
    except AnotherRequestError:
        raise Open311Error(400, "used") from None
    return listed([{"update_id": _update_id(submission.external_id)}], UPDATES, form)


def _check(post: Post) -> None:
    for name in _REQUIRED:
        if not post[name]:
            raise Open311Error(400, "missing", name=name)
    moment(post.fields, "updated_datetime")
    if len(post["update_id"]) > _LONGEST_ID:
        raise Open311Error(400, "field_long", name="update_id")
    if len(post["description"]) > MOST_DESCRIPTION:
        raise Open311Error(400, "description_long", limit=MOST_DESCRIPTION)
    if len(post.media_urls) > MOST_MEDIA or not all(map(is_web_address, post.media_urls)):
        raise Open311Error(400, "media", limit=MOST_MEDIA)


def _own_case(served: Services, post: Post) -> int:
    number = parse_application_number(post["service_request_id"])
    with served.desk.uow() as uow:
        case = uow.cases.by_number(number) if number else None
        first = uow.messages.of_case(case.id or 0)[:1] if case else []
    opened = [m for m in first if m.external_id.startswith(f"{post.caller.client}.{Via.OPEN311}.")]
    if case is None or case.id is None or not opened:
        raise Open311Error(404, "not_found")
    return case.id


def _submission(post: Post, case_id: int, served: Services) -> Submission:
    name = " ".join(part for part in (post["first_name"], post["last_name"]) if part)
    return Submission(
        key=f"update:{post['service_request_id']}:{post['update_id']}",
        client=post.caller.client,
        via=Via.OPEN311,
        submitted_at=served.desk.now(),
        text=post["description"],
        subject=post["title"][:200],
        name=name[:200],
        phone=post["phone"][:40],
        email=post["email"][:254],
        in_reply_to=token_id(served.desk, "c", f"{case_id}-m"),
        reported_status=post["status"][:40],
        attributes=post.attributes,
        files=tuple(submitted_file(u.name, u.media_type, u.content) for u in post.uploads),
        media_urls=tuple(post.media_urls),
    )


def _update_id(external_id: str) -> str:
    return f"m{hashlib.sha256(external_id.encode()).hexdigest()[:20]}"


def _shown(event: PublicEvent) -> dict[str, Any]:
    state = event.to or event.state
    kind = event.kind
    words = "assigned_unknown" if kind == CaseEventKind.ASSIGNED and not event.unit else kind
    told = texts()["states"].get(CaseState(state), state)
    added = kind == CaseEventKind.MESSAGE_ADDED and event.external_id
    return {
        "update_id": _update_id(event.external_id or "") if added else f"e{event.id}",
        "service_request_id": event.number,
        "status": status(state),
        "updated_datetime": w3c(event.at),
        "description": say("open311_history", words, unit=event.unit, state=told),
        "media_url": "",
        "external_status_code": extended_status(state),
        "customer_reference": "",
    }
