"""Answers telephone callers in the call that asks; see `connectors.answering`."""

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, Response

from connectors.answering import Answering, CaseQuestion
from connectors.base import WebhookRequest
from domain.errors import SignatureRejectedError
from pipeline.log import get_logger
from pipeline.phone_line import tell_caller
from web.services import Services

_log = get_logger(__name__)


async def answered(served: Services, line: Answering, call: WebhookRequest) -> Response:
    """The reply to a call; 403 for one that is not signed."""
    try:
        asked = line.question(call)
    except SignatureRejectedError as error:
        _log.warning("webhook_refused", client=call.client, error=str(error))
        return PlainTextResponse("forbidden", 403)
    if isinstance(asked, CaseQuestion):
        found = await run_in_threadpool(tell_caller, served.desk, served.limits, asked)
        asked = line.answer(asked, found)
    return Response(asked.body, asked.status, media_type=asked.media_type)
