"""Who may call at all: under our own name, from our own pages, with bodies of a sane size."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from config.settings import Settings
from web.templating import error_page

PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
"""Asked by machines that know us by number, so they may name any host."""
HOOKS = "/hooks/"
INTERFACES = ("/api/v1/", "/api/crm/", "/open311/")
"""Called by programs that show a key with every call: no cookie is read there, so none can be abused."""
_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class TooLargeError(Exception):
    """The body is larger than this page takes."""


class HostGuard:
    """Answers only under the public name; in development under this machine's own names too."""

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        names = [urlsplit(settings.public_url).hostname or "localhost"]
        if settings.development:
            names += ["localhost", "127.0.0.1", "[::1]", settings.web_host]
        self._app = app
        self._guarded = TrustedHostMiddleware(app, allowed_hosts=names, www_redirect=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, or answer 400."""
        app = self._app if scope.get("path") in PROBES else self._guarded
        await app(scope, receive, send)


class OriginGuard:
    """Takes changes from our own pages only (V5).

    The public form knows nobody, so there is no session a forged request could ride on; what is kept off is
    another site making its visitors' browsers write to us. Browsers say where a request comes from
    (`Sec-Fetch-Site`, `Origin`), and no site can change that; a caller that says neither is no browser.
    """

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self._app = app
        self._own = _origin(settings.public_url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, or answer 403."""
        guarded = scope["type"] == "http" and scope["method"] in _CHANGING
        if (
            guarded
            and not scope["path"].startswith((HOOKS, *INTERFACES))
            and not self._is_own(Headers(scope=scope), scope["scheme"])
        ):
            await error_page(403)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _is_own(self, headers: Headers, scheme: str) -> bool:
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site is not None:
            return site in ("same-origin", "none")
        return origin is None or origin in (self._own, f"{scheme}://{headers.get('host', '')}")


def limited(receive: Receive, most: int) -> Receive:
    """The same body, that raises TooLargeError beyond `most` bytes.

    It reads on up to four times as much first: a browser whose upload is cut off shows no page at all.
    """
    seen = 0

    async def receive_counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen <= most:
            return message
        while message.get("more_body") and seen <= 4 * most:
            message = await receive()
            seen += len(message.get("body", b""))
        raise TooLargeError

    return receive_counted


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
