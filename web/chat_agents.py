"""The agents' page of the web chat: who waits, and one chat to take over, write in, hand back or close.

Works without scripts; with them a chat renews itself, and the visitor sees that somebody types.
"""

import re
import secrets
from collections.abc import Callable
from functools import partial

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from domain.errors import ConnectionFailedError, PermanentError
from domain.vocabulary import Role
from pipeline import chat_agents as agents
from pipeline.chat_agents import AgentView, ChatTakenError
from pipeline.chat_bell import AGENT_TYPING
from pipeline.chats import ChatGoneError
from pipeline.desk import Desk
from web.chat import hub_of
from web.form_fields import read_text
from web.guards import limited
from web.headers import NO_STORE
from web.services import services
from web.staff import CSRF_FIELD, check_csrf, require
from web.staff_sessions import Staff
from web.templating import page, say, texts

LIST = "/temsilci/sohbet"
MOST_TEXT = 4000
_BODY_BYTES = 32 * 1024
_CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")


async def show_list(request: Request) -> Response:
    """The chats that go on, those that wait for a person first."""
    staff = _staff(request)
    chats = await hub_of(request).work(partial(agents.open_chats, services(request).desk))
    now = services(request).desk.now()
    waits = {chat.public_id: int((now - (chat.wanted_at or chat.spoke_at)).total_seconds()) for chat in chats}
    return page("chat_agents.html", staff=staff, chats=chats, waits=waits)


async def show_chat(request: Request) -> Response:
    """One chat. 404 when there is none."""
    return await _shown(request, _staff(request))


async def show_lines(request: Request) -> Response:
    """What changes of a chat while one looks at it, for the script to put in its place."""
    staff = _staff(request)
    hub_of(request).start()
    found = await _view(request)
    typing = hub_of(request).is_typing(found.chat.public_id)
    return page("chat_lines.html", staff=staff, found=found, says=texts()["chat"], typing=typing)


async def act(request: Request) -> Response:
    """Take over, write, hand back or close: 303 back to the chat, or to the list once it is closed."""
    staff = _staff(request)
    body = Request(request.scope, limited(request.receive, _BODY_BYTES))
    async with body.form(max_files=0, max_fields=6) as form:
        check_csrf(staff, form.get(CSRF_FIELD))
        given = form
    job = _job(request, staff, given)
    try:
        await hub_of(request).work(job)
    except ConnectionFailedError:
        return _unsent(request, staff, given)
    except ChatTakenError:
        key = "not_yours" if str(given.get("action")) != "take" else "taken"
        return await _shown(request, staff, trouble=key, text=read_text(given.get("text")), status=409)
    except ChatGoneError:
        raise HTTPException(404) from None
    except PermanentError as error:
        return await _shown(request, staff, trouble=str(error), text=read_text(given.get("text")), status=422)
    closed = str(given.get("action")) == "close"
    return RedirectResponse(LIST if closed else f"{LIST}/{request.path_params['chat']}", 303)


async def typing(request: Request) -> Response:
    """Tell the visitor that somebody types: 204."""
    staff = _staff(request)
    check_csrf(staff, request.headers.get("x-csrf"))
    hub = hub_of(request)
    await hub.work(partial(hub.bell.ring, request.path_params["chat"], AGENT_TYPING))
    return Response(status_code=204)


def _job(request: Request, staff: Staff, form: FormData) -> Callable[[], None]:
    desk, chat = services(request).desk, request.path_params["chat"]
    text, given = read_text(form.get("text")), str(form.get("client_id") or "")
    client_id = given if _CLIENT_ID.fullmatch(given) else secrets.token_hex(12)
    jobs: dict[str, Callable[[], None]] = {
        "take": partial(agents.take_over, desk, chat, staff.id, staff.id),
        "write": partial(_write, desk, chat, staff.id, text, f"agent:{client_id}"),
        "back": partial(agents.hand_back, desk, chat, staff.id),
        "close": partial(agents.close, desk, chat, staff.id),
    }
    job = jobs.get(str(form.get("action")))
    if job is None:
        raise HTTPException(400)
    return job


def _write(desk: Desk, chat: str, agent: str, text: str, client_id: str) -> None:
    if not text or len(text) > MOST_TEXT:
        raise PermanentError("too_long" if text else "empty")
    agents.write(desk, chat, agent, text, client_id)


async def _shown(
    request: Request, staff: Staff, *, trouble: str = "", text: str = "", status: int = 200
) -> Response:
    hub_of(request).start()
    found = await _view(request)
    return page(
        "chat_agent.html",
        status=status,
        staff=staff,
        found=found,
        says=texts()["chat"],
        typing=False,
        trouble=say("chat_trouble", trouble, most=MOST_TEXT) if trouble else "",
        text=text,
        most=MOST_TEXT,
        client_id=secrets.token_hex(12),
    )


def _unsent(request: Request, staff: Staff, form: FormData) -> Response:
    """What was to be done, to be sent again under the same id: the chat itself cannot be shown now."""
    return page(
        "chat_unsent.html",
        status=503,
        headers=NO_STORE | {"Retry-After": "60"},
        staff=staff,
        public_id=request.path_params["chat"],
        action=str(form.get("action")),
        client_id=str(form.get("client_id") or ""),
        text=read_text(form.get("text")),
        most=MOST_TEXT,
    )


async def _view(request: Request) -> AgentView:
    try:
        job = partial(agents.view, services(request).desk, request.path_params["chat"])
        return await hub_of(request).work(job)
    except ChatGoneError:
        raise HTTPException(404) from None


def _staff(request: Request) -> Staff:
    return require(request, Role.AGENT, Role.OPERATOR)


_ONE = LIST + "/{chat:str}"
routes = [
    Route(LIST, show_list, methods=["GET"]),
    Route(_ONE, show_chat, methods=["GET"]),
    Route(_ONE, act, methods=["POST"]),
    Route(_ONE + "/satirlar", show_lines, methods=["GET"]),
    Route(_ONE + "/yaziyor", typing, methods=["POST"]),
]
