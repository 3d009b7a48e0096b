"""Webhooks: the body as it came goes to the account's connector; the answer waits for the commit (G1).

The way is kept short: no model, no template, no look-up but in memory.
"""

import time

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from connectors.answering import Answering
from connectors.base import Received, WebhookRequest
from domain.errors import ConnectionFailedError, PermanentError, SignatureRejectedError, TransientError
from domain.vocabulary import Channel
from pipeline import metrics
from pipeline.calls import Call, unreadable
from pipeline.hook_accounts import UNKNOWN_SECONDS, HookAccount
from pipeline.hooks import Reception
from pipeline.log import get_logger
from web.guards import TooLargeError, limited
from web.phone_line import answered
from web.services import services

MOST_BYTES = 4 * 1024 * 1024
"""Providers send words and addresses of files, never files; the largest known push is far below."""
_RETRY = {"Retry-After": "30"}
_log = get_logger(__name__)


async def hook(request: Request) -> Response:
    """Answer one call as its provider expects, once everything it brought is stored.

    403 unsigned, 404 no such account, 413 too large, 400 nothing in it, 503 not stored: come again. What is
    signed and cannot be handled, by whosever fault, is answered 200 with nothing: its body is in quarantine,
    and coming again would not help.
    """
    started = time.perf_counter()
    channel, name, path = _address(request)
    reception = services(request).reception
    label = "unknown"
    try:
        found = await _account(reception, channel, name)
        if found is None:
            response: Response = PlainTextResponse("no such account", 404)
        else:
            label = found.account.channel
            call = await _call(request, path)
            connector: object = found.connector
            if isinstance(connector, Answering):
                response = await answered(services(request), connector, call)
            else:
                response = await _served(reception, found, call)
    except TooLargeError:
        response = PlainTextResponse("too large", 413)
    except ConnectionFailedError as error:
        _log.error("webhook_not_stored", channel=label, error=str(error))
        response = PlainTextResponse("not stored, try again", 503, _RETRY)
    metrics.WEBHOOKS.labels(label, str(response.status_code)).inc()
    metrics.WEBHOOK_SECONDS.observe(time.perf_counter() - started)
    return response


def _address(request: Request) -> tuple[str, str, str]:
    # Signatures cover the path as it was sent, so what follows the account is not taken from the decoded one.
    raw: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    following = raw.decode("latin-1").split("/", 4)[4:]
    return request.path_params["channel"], request.path_params["account"], "".join(following)


async def _account(reception: Reception, channel: str, name: str) -> HookAccount | None:
    accounts = reception.accounts
    try:
        found = accounts.get(name)
    except ConnectionFailedError:
        found = None
    if found is None and accounts.is_older_than(UNKNOWN_SECONDS):
        found = await _looked_up(reception, name)
    if found is None or found.account.channel != channel:
        return None
    if found.trouble:
        raise ConnectionFailedError(f"the account {name} cannot be used: {found.trouble}")
    return found if found.connector else None


async def _looked_up(reception: Reception, name: str) -> HookAccount | None:
    try:
        await run_in_threadpool(reception.accounts.refresh, UNKNOWN_SECONDS)
    except ConnectionFailedError as error:
        _log.warning("accounts_not_read", error=str(error))
    return reception.accounts.get(name)


async def _call(request: Request, path: str) -> WebhookRequest:
    body = await Request(request.scope, limited(request.receive, MOST_BYTES)).body()
    return WebhookRequest(
        method=request.method,
        path=path,
        query=request.query_params.multi_items(),
        headers=dict(request.headers),
        body=body,
        client=request.client.host if request.client else "",
        raw_query=request.scope["query_string"].decode("latin-1"),
    )


async def _served(reception: Reception, found: HookAccount, call: WebhookRequest) -> Response:
    try:
        received = _received(found, call)
    except SignatureRejectedError as error:
        _log.warning("webhook_refused", account=found.account.name, client=call.client, error=str(error))
        return PlainTextResponse("forbidden", 403)
    except TransientError as error:
        raise ConnectionFailedError(str(error)) from error
    except Exception as error:
        return await _kept(reception, found, call, error)
    brought = Call(
        account_id=found.account.id,
        items=received.items,
        reports=received.reports,
        events=received.events,
    )
    await reception.take(brought)
    reply = received.reply
    return Response(reply.body, reply.status, media_type=reply.media_type)


async def _kept(reception: Reception, found: HookAccount, call: WebhookRequest, error: Exception) -> Response:
    """Quarantine a call that was signed, its body whole (G4): a connector checks before it reads."""
    if isinstance(error, PermanentError):
        _log.warning("webhook_not_understood", account=found.account.name, error=str(error))
    else:
        _log.exception("webhook_broke", account=found.account.name)
    if not call.body:
        return PlainTextResponse("not understood", 400)
    channel = Channel(found.account.channel)
    await reception.take(Call(account_id=found.account.id, items=[unreadable(channel, call.body, error)]))
    return Response(status_code=200)


def _received(found: HookAccount, call: WebhookRequest) -> Received:
    if found.connector is None:
        raise PermanentError("this channel is not called")
    return found.connector.receive(call)


routes = [
    Route("/hooks/{channel}/{account}", hook, methods=["GET", "POST"]),
    Route("/hooks/{channel}/{account}/{path:path}", hook, methods=["GET", "POST"]),
]
