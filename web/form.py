"""The web form: shown, checked, handed to `accept`, and answered with the address of its receipt."""

from collections.abc import Sequence
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from connectors.submitted import addresses, submitted_file
from connectors.webform import Submission, to_accept
from domain.errors import ConnectionFailedError
from domain.vocabulary import Channel
from pipeline.calls import Call
from pipeline.log import get_logger
from pipeline.seed import WEBFORM_ACCOUNT
from web.captcha import FIELD, LIFE
from web.client import client_key
from web.form_fields import LIMITS_SHOWN, Errors, Fields, check_fields, read_fields, read_text
from web.form_limits import may_send
from web.guards import limited
from web.services import Services, services
from web.templating import page, say
from web.uploads import BODY_BYTES, Upload, read_uploads

_FILES_READ, _FIELDS_READ = 50, 50
"""More than the page allows: what is too much is answered on the page, in words."""
_log = get_logger(__name__)


async def show_form(request: Request) -> Response:
    """The empty form, with a key of its own; `?konu=` hands a topic on."""
    return _form(request, read_fields({"topic": request.query_params.get("konu", "")}))


async def post_form(request: Request) -> Response:
    """Take a form in: 303 to its receipt once it is stored; else the form again with what was typed."""
    body = Request(request.scope, limited(request.receive, BODY_BYTES))
    async with body.form(max_files=_FILES_READ, max_fields=_FIELDS_READ) as form:
        given, proof = read_fields(form), read_text(form.get(FIELD))
        uploads, wrong_files = await read_uploads(form.getlist("files"))
    served = services(request)
    errors = check_fields(given, served.districts) | ({"files": wrong_files} if wrong_files else {})
    if errors:
        return _form(request, given, errors, status=422, files_lost=bool(uploads))
    submission = _submission(given, uploads, served)
    if not await run_in_threadpool(_is_proven, served, proof, submission.external_id):
        return _form(request, given, trouble="captcha", status=422, files_lost=bool(uploads))
    who = [str(urn) for urn in addresses(given.phone, given.email)]
    if not await run_in_threadpool(may_send, served.limits, submission.external_id, client_key(request), who):
        return _form(request, given, trouble="limited", status=429, files_lost=bool(uploads))
    try:
        await _take(served, submission, uploads)
    except ConnectionFailedError as error:
        _log.error("form_not_stored", error=str(error))
        return _form(request, given, trouble="unavailable", status=503, files_lost=bool(uploads))
    token = served.receipts.sign(submission.external_id, served.desk.now())
    return RedirectResponse(f"/basvuru/{token}", status_code=303)


def _is_proven(served: Services, proof: str, external_id: str) -> bool:
    return served.captcha is None or served.captcha.passes(proof, external_id)


async def _take(served: Services, submission: Submission, uploads: Sequence[Upload]) -> None:
    account = served.reception.accounts.get(WEBFORM_ACCOUNT)
    if account is None:
        raise ConnectionFailedError("the web form has no account, or it is switched off")
    contents = [upload.content for upload in uploads]
    if submission.honeypot and contents:  # what goes to quarantine takes no files along
        await run_in_threadpool(served.desk.blobs.put_many, contents)
    call = Call(account_id=account.account.id, items=[to_accept(submission, contents)])
    await served.reception.take(call, large=bool(contents))


def _submission(given: Fields, uploads: Sequence[Upload], served: Services) -> Submission:
    return Submission(
        key=given.key,
        submitted_at=served.desk.now(),
        text=given.text,
        name=given.name,
        phone=given.phone,
        email=given.email,
        district=given.district,
        address=given.address,
        topic=given.topic,
        hide_identity=bool(given.hide_identity),
        honeypot=bool(given.website),
        files=tuple(submitted_file(u.name, u.media_type, u.content) for u in uploads),
    )


def _form(
    request: Request,
    given: Fields,
    errors: Errors | None = None,
    *,
    trouble: str = "",
    status: int = 200,
    files_lost: bool = False,
) -> Response:
    return page(
        "form.html",
        status=status,
        given=given,
        errors=errors or {},
        trouble=say("form_trouble", trouble) if trouble else "",
        files_lost=files_lost,
        districts=services(request).districts,
        **_asked(services(request)),
        **LIMITS_SHOWN,
    )


def _asked(served: Services) -> dict[str, Any]:
    """The challenge that this view of the form carries, and where mail goes of who cannot solve it."""
    captcha, reads_mail = served.captcha, served.reception.accounts.has(Channel.EMAIL)
    return {
        "challenge": captcha.challenge(served.desk.now()) if captcha else "",
        "challenge_seconds": int(LIFE.total_seconds()),
        "desk_mail": served.desk.settings.mail_address if reads_mail else "",
    }


routes = [
    Route("/", show_form, methods=["GET"]),
    Route("/", post_form, methods=["POST"]),
]
