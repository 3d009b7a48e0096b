"""A citizen proves a phone: a code by SMS, a token for who types it back (V2)."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from domain.errors import ThrottledError
from domain.text import storable
from domain.urn import can_receive_sms, phone_urn
from pipeline import verification
from web.api.access import App, Citizen, new_token
from web.api.models import CodeIn, PhoneIn, TokenOut, VerificationOut
from web.api.problems import ProblemError, limited, one_fault
from web.client import client_key
from web.services import services

router = APIRouter(tags=["verification"])


@router.post("/verifications", status_code=202, response_model=VerificationOut)
async def ask(request: Request, app: App, given: PhoneIn) -> VerificationOut:
    """Have a code sent by SMS. The answer is the same whether the desk knows the phone or not."""
    phone = phone_urn(given.phone)
    if phone is None or not can_receive_sms(phone):
        raise ProblemError(422, "invalid", [one_fault("phone", "no_sms")])
    served = services(request)
    try:
        asked = await run_in_threadpool(
            verification.ask,
            served.desk,
            served.limits,
            phone,
            client=app.client,
            caller=client_key(request),
        )
    except ThrottledError as error:
        raise limited(error.retry_after) from None
    return VerificationOut(id=asked.id, expires_at=asked.expires_at)


@router.post("/verifications/{verification_id}", response_model=TokenOut)
async def answer(
    request: Request, app: App, verification_id: Annotated[str, Path(max_length=64)], given: CodeIn
) -> TokenOut:
    """Give the code back. A wrong, an old and a used code, and one guessed at too often, are told alike."""
    served = services(request)
    try:
        session = await run_in_threadpool(
            verification.answer,
            served.desk,
            served.limits,
            storable(verification_id),
            given.code,
            client=app.client,
            caller=client_key(request),
        )
    except ThrottledError as error:
        raise limited(error.retry_after) from None
    if session is None:
        raise ProblemError(422, "code")
    return TokenOut(token=new_token(served, session.id, served.desk.now()), expires_at=session.until)


@router.delete("/me/session", status_code=204)
async def leave(request: Request, citizen: Citizen) -> Response:
    """Make the token void at once."""
    await run_in_threadpool(verification.revoke, services(request).desk, citizen.session)
    return Response(status_code=204)
