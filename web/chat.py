"""The web chat's pages: the desk's own one, the one for the widget's frame, and the way to the WebSocket."""

from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError
from starlette.requests import HTTPConnection, Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from connectors.webchat.settings import WebchatSettings
from domain.errors import ConnectionFailedError
from pipeline.hook_accounts import HookAccount
from pipeline.seed import WEBCHAT_ACCOUNT
from web.chat_hub import ChatHub
from web.chat_protocol import LONGEST_FRAME
from web.chat_socket import TRY_LATER, Connection
from web.client import client_key
from web.headers import NO_STORE, POLICY
from web.services import services
from web.templating import STATIC, page, texts

SOCKET_OPTIONS: dict[str, Any] = {"ws": "websockets-sansio", "ws_max_size": LONGEST_FRAME}
"""What uvicorn is told: frames larger than any of ours end a connection before they are in memory."""
_PASSED_ON = {
    "Cache-Control": "public, max-age=3600",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""Of the widget's script: other sites load it, under an address that never changes."""


async def show_chat(request: Request) -> Response:
    """The chat as a page of the desk's."""
    return page("chat.html", open=_account(request) is not None, says=texts()["chat"])


async def show_embedded(request: Request) -> Response:
    """The chat alone, for the frame of a site that may embed it; no other site can show it."""
    account = _account(request)
    origins = _settings(account).allowed_origins if account else ()
    ancestors = " ".join(["'self'", *origins]) if origins else "'none'"
    headers = NO_STORE | {
        "Content-Security-Policy": POLICY.replace("frame-ancestors 'none'", f"frame-ancestors {ancestors}"),
        "X-Frame-Options": "ALLOWALL" if origins else "DENY",  # old browsers know no list; HTML, 7.6.1
    }
    return page("chat_embedded.html", headers=headers, open=account is not None, says=texts()["chat"])


async def widget(request: Request) -> Response:
    """The script that other sites embed."""
    return FileResponse(STATIC / "widget.js", headers=_PASSED_ON)


async def chat_socket(socket: WebSocket) -> None:
    """A visitor connects; from another site's page it is refused (403) before anything is said (V5)."""
    account, hub = _account(socket), hub_of(socket)
    if not _is_ours(socket) or account is None:
        await socket.close()
        return
    await socket.accept()
    with hub.seat(client_key(socket)) as room:
        if room:
            await Connection(socket, hub, account.account.id, _settings(account)).serve()
        else:
            await socket.close(TRY_LATER)


def hub_of(connection: HTTPConnection) -> ChatHub:
    """The connected visitors of this process."""
    hub: ChatHub = connection.app.state.chats
    return hub


def _account(connection: HTTPConnection) -> HookAccount | None:
    try:
        return services(connection).reception.accounts.get(WEBCHAT_ACCOUNT)
    except ConnectionFailedError:
        return None


def _settings(account: HookAccount) -> WebchatSettings:
    try:
        return WebchatSettings.model_validate(account.account.settings)
    except ValidationError:
        return WebchatSettings()  # narrower than anything that could have been meant


def _is_ours(socket: WebSocket) -> bool:
    """Whether the page that connects is our own. Who names no origin is no browser."""
    origin = socket.headers.get("origin")
    scheme = {"ws": "http", "wss": "https"}.get(socket.url.scheme, socket.url.scheme)
    public = urlsplit(services(socket).desk.settings.public_url)
    own = (f"{public.scheme}://{public.netloc}", f"{scheme}://{socket.headers.get('host', '')}")
    return origin is None or origin in own


routes = [
    Route("/sohbet", show_chat, methods=["GET"]),
    Route("/sohbet/gomulu", show_embedded, methods=["GET"]),
    Route("/sohbet/widget.js", widget, methods=["GET"]),
    WebSocketRoute("/sohbet/ws", chat_socket),
]
