"""What a citizen may do about their case: add words and photos, object once, rate. Each needs its pass."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from connectors.submitted import submitted_file
from connectors.webform import Submission, to_accept
from domain.errors import ConnectionFailedError
from pipeline.adding import belonging_to
from pipeline.calls import Call
from pipeline.limits import Rule
from pipeline.log import get_logger
from pipeline.objecting import object_to
from pipeline.rating import BEST
from pipeline.rating import rate as keep_rating
from pipeline.refusal import RefusedError
from pipeline.seed import WEBFORM_ACCOUNT
from pipeline.status import CaseStatus, status_of
from web.client import client_key
from web.form_fields import MOST_TEXT, Errors, read_key
from web.services import Services, services
from web.status_page import Turn, case_page
from web.status_pass import Holder, Purpose
from web.status_sent import Sent, given_again, once_more, read_sent
from web.templating import page, say
from web.uploads import BODY_BYTES
from web.waiting import wait_for

BY_CLIENT = Rule(name="status-act-client", times=60, window=timedelta(minutes=10))
BY_CASE = Rule(name="status-act-case", times=10, window=timedelta(minutes=10))
BY_CASE_DAILY = Rule(name="status-act-case-day", times=40, window=timedelta(days=1))
"""What is added sends a receipt to the citizen each time."""
_WORDS_BYTES = 256 * 1024
_SCORES = {str(score): score for score in range(1, BEST + 1)}
_log = get_logger(__name__)
Act = Callable[[Services, CaseStatus, Sent], Awaitable[Turn]]


async def add(request: Request) -> Response:
    """Add words and photos to an open case."""
    return await _acted(request, Purpose.ADD, await read_sent(request, BODY_BYTES), _add)


async def object_once(request: Request) -> Response:
    """Object to the answer."""
    return await _acted(request, Purpose.OBJECT, await read_sent(request, _WORDS_BYTES), _object)


async def rate(request: Request) -> Response:
    """Rate how the case was closed."""
    return await _acted(request, Purpose.RATE, await read_sent(request, _WORDS_BYTES), _rate)


async def look_again(request: Request) -> Response:
    """Show the case as it stands now."""
    return await _acted(request, Purpose.LOOK, await read_sent(request, _WORDS_BYTES), _look)


async def _acted(request: Request, purpose: Purpose, sent: Sent, act: Act) -> Response:
    served, turn = services(request), Turn()
    holder = served.passes.read(purpose, sent["pass"], served.desk.now())
    if holder is None:
        return once_more("expired", sent, 403)
    try:
        found = await run_in_threadpool(status_of, served.desk, holder.case_id)
        if found is None:
            return once_more("expired", sent, 403)
        allowed = act if await _may_act(request, holder) else _too_often
        turn = await allowed(served, found, sent)
        if turn.said or turn.trouble:
            found = await run_in_threadpool(status_of, served.desk, holder.case_id)
    except ConnectionFailedError as error:
        _log.warning("status_page_unavailable", error=str(error))
        return page("status_kept.html", said=turn.said) if turn.said else once_more("unavailable", sent, 503)
    return case_page(served, holder, found, turn) if found else once_more("expired", sent, 403)


async def _may_act(request: Request, holder: Holder) -> bool:
    limits, case = services(request).limits, str(holder.case_id)
    rules = ((BY_CLIENT, client_key(request)), (BY_CASE, case), (BY_CASE_DAILY, case))
    return all([await run_in_threadpool(limits.hit, rule, who) for rule, who in rules])


async def _too_often(served: Services, found: CaseStatus, sent: Sent) -> Turn:
    return Turn(trouble=say("status", "act_limited"), given=given_again(sent), status=429)


async def _add(served: Services, found: CaseStatus, sent: Sent) -> Turn:
    if not found.open:
        moved = {"objection": sent["text"]}
        return Turn(trouble=say("status", "closed_meanwhile"), given=moved, status=409)
    empty = not (sent["text"] or sent.uploads or sent.wrong_files)
    errors = _words_errors("text", sent["text"], missing="message_missing" if empty else "")
    errors |= {"files": list(sent.wrong_files)} if sent.wrong_files else {}
    if errors:
        return Turn(errors=errors, given=given_again(sent), files_lost=bool(sent.uploads), status=422)
    submission = await _submission(served, found, sent, sent["text"])
    contents = [upload.content for upload in sent.uploads]
    account_id = _account(served)
    call = Call(account_id=account_id, items=[to_accept(submission, contents)])
    stored = await served.reception.take(call, large=bool(contents))
    number = await wait_for(lambda: _joined(served, account_id, submission.external_id)) if stored else None
    return Turn(said=say("status", "added" if number else "will_be_added"))


async def _object(served: Services, found: CaseStatus, sent: Sent) -> Turn:
    words = sent["objection"]
    if errors := _words_errors("objection", words, missing="objection_missing"):
        return Turn(errors=errors, given=given_again(sent), status=422)
    submission = await _submission(served, found, sent, words)
    said = to_accept(submission, [])
    try:
        await run_in_threadpool(object_to, served.desk, found.case.in_force, _account(served), said)
    except RefusedError as refusal:
        return Turn(trouble=say("hindrances", refusal.reason), given=given_again(sent), status=409)
    return Turn(said=say("status", "objected"))


async def _rate(served: Services, found: CaseStatus, sent: Sent) -> Turn:
    score, case_id = _SCORES.get(sent["score"], 0), found.case.in_force
    try:
        await run_in_threadpool(keep_rating, served.desk, case_id, score, sent["comment"])
    except RefusedError as refusal:
        words = say("status_errors", refusal.reason, **refusal.values)
        where = {"score_missing": "score", "comment_long": "comment"}.get(refusal.reason)
        if where is None:
            return Turn(trouble=words, status=409)
        return Turn(errors={where: [words]}, given=given_again(sent), status=422)
    return Turn(said=say("status", "rated"))


async def _look(served: Services, found: CaseStatus, sent: Sent) -> Turn:
    return Turn()


def _words_errors(field: str, words: str, *, missing: str) -> Errors:
    if missing and not words:
        return {field: [say("status_errors", missing)]}
    if len(words) > MOST_TEXT:
        return {field: [say("status_errors", "words_long", limit=MOST_TEXT, length=len(words))]}
    return {}


async def _submission(served: Services, found: CaseStatus, sent: Sent, words: str) -> Submission:
    belonging = await run_in_threadpool(belonging_to, served.desk, found.case.in_force)
    return Submission(
        key=read_key(sent["key"]),
        submitted_at=served.desk.now(),
        text=words,
        name=belonging.name,
        answers=belonging.mark,
        known_as=belonging.known_as,
        files=tuple(submitted_file(u.name, u.media_type, u.content) for u in sent.uploads),
    )


def _account(served: Services) -> int:
    account = served.reception.accounts.get(WEBFORM_ACCOUNT)
    if account is None:
        raise ConnectionFailedError("the web form has no account, or it is switched off")
    return account.account.id


def _joined(served: Services, account_id: int, external_id: str) -> str | None:
    with served.desk.uow() as uow:
        return uow.status.number_of_delivery(account_id, external_id)


routes = [
    Route("/durum/ek", add, methods=["POST"]),
    Route("/durum/itiraz", object_once, methods=["POST"]),
    Route("/durum/degerlendirme", rate, methods=["POST"]),
    Route("/durum/yenile", look_again, methods=["POST"]),
]
