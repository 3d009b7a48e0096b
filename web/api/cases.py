"""Reports in, and what became of them."""

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from connectors.mobile.submission import Submission, Via
from connectors.submitted import addresses, submitted_file
from domain.urn import can_receive_sms, mail_urn, phone_urn
from web.api.access import App, Holder, IdempotencyKey, MaybeCitizen
from web.api.bodies import body_schema, read_body
from web.api.models import CaseIn, ContactIn, Receipt, TopicOut, Topics
from web.api.problems import FieldFault, ProblemError, limited, one_fault
from web.callers import Caller
from web.client import client_key
from web.deliveries import AnotherRequestError, Taken, numbered, referred, take, wait_of
from web.form_limits import BY_CLIENT, may_send
from web.headers import NO_STORE
from web.services import Services, services
from web.uploads import Upload

router = APIRouter(tags=["cases"])


@router.post(
    "/cases",
    status_code=201,
    response_model=Receipt,
    responses={202: {"model": Receipt, "description": "Stored; the number follows"}},
    openapi_extra=body_schema(CaseIn, "case"),
)
async def report(request: Request, app: App, citizen: MaybeCitizen, key: IdempotencyKey) -> Response:
    """Report something. The same key with the same body is the same case (V1); with another body it is 422.

    `Prefer: wait=0` asks for an answer at once. Photos are checked for what they really are.
    """
    given, uploads = await read_body(request, CaseIn, "case")
    served = services(request)
    if faults := _faults(given, citizen, served.districts):
        raise ProblemError(422, "invalid", faults)
    submission = _submission(given, uploads, app, citizen, f"case:{key}", served)
    await limit(request, served, submission)
    return receipt(await handed_over(request, app, submission, uploads))


@router.get("/cases/{reference}", response_model=Receipt)
async def find(request: Request, app: App, reference: str) -> Response:
    """What became of a report; the reference is in its receipt."""
    served = services(request)
    external_id = referred(served, reference)
    if external_id is None or not external_id.startswith(f"{app.client}."):
        raise ProblemError(404, "not_found")
    delivery = await numbered(served, app.account_id, external_id, 0)
    return receipt(Taken(reference=reference, delivery=delivery), ready=200, waiting=200)


@router.get("/topics", response_model=Topics)
def topics(request: Request, app: App) -> Topics:
    """What may be chosen as topic and district."""
    served = services(request)
    with served.desk.uow() as uow:
        known = uow.taxonomy.topics().values()
    listed = [TopicOut(code=t.code, name=t.name, needed=list(t.needed)) for t in known]
    return Topics(topics=listed, districts=list(served.districts))


async def handed_over(request: Request, app: Caller, submission: Submission, uploads: list[Upload]) -> Taken:
    """What was stored. Problem 422 where the key was used for something else."""
    try:
        return await take(services(request), app.account_id, submission, uploads, wait_of(request))
    except AnotherRequestError:
        raise ProblemError(422, "idempotency_conflict") from None


async def limit(request: Request, served: Services, submission: Submission) -> None:
    """Count the report (V2). Problem 429 where it is one too many."""
    who = [str(urn) for urn in addresses(submission.phone, submission.email)]
    client = client_key(request)
    if not await run_in_threadpool(may_send, served.limits, submission.external_id, client, who):
        raise limited(BY_CLIENT.window)


def receipt(taken: Taken, *, ready: int = 201, waiting: int = 202) -> JSONResponse:
    """The receipt of what was taken in."""
    number = taken.delivery.number if taken.delivery else None
    body = Receipt(reference=taken.reference, state="registered" if number else "received", number=number)
    place = {"Location": f"/api/v1/cases/{taken.reference}"} if ready == 201 else {}
    return JSONResponse(body.model_dump(), ready if number else waiting, headers=NO_STORE | place)


def _faults(given: CaseIn, citizen: Holder | None, districts: tuple[str, ...]) -> list[FieldFault]:
    faults = _contact_faults(given.contact, citizen)
    if given.place.district and given.place.district not in districts:
        faults.append(one_fault("place.district", "district"))
    return faults


def _contact_faults(contact: ContactIn, citizen: Holder | None) -> list[FieldFault]:
    phone, faults = phone_urn(contact.phone), []
    mail = mail_urn(contact.email) if contact.email else None
    if contact.phone and (phone is None or not phone.path.startswith("+")):
        faults.append(one_fault("contact.phone", "phone"))
    elif citizen and phone and phone != citizen.phone:
        faults.append(one_fault("contact.phone", "other_phone"))
    elif phone and not can_receive_sms(phone) and not (mail or citizen):
        faults.append(one_fault("contact.phone", "no_sms"))
    if contact.email and mail is None:
        faults.append(one_fault("contact.email", "email"))
    if not (contact.phone or contact.email or citizen):
        faults.append(one_fault("contact", "contact"))
    return faults


def _submission(
    given: CaseIn, uploads: list[Upload], app: Caller, citizen: Holder | None, key: str, served: Services
) -> Submission:
    place, contact = given.place, given.contact
    return Submission(
        key=key,
        client=app.client,
        via=Via.API,
        submitted_at=served.desk.now(),
        text=given.text,
        name=contact.name,
        phone=citizen.phone.path if citizen else contact.phone,
        email=contact.email,
        verified=citizen is not None,
        district=place.district,
        neighbourhood=place.neighbourhood,
        address=place.address,
        latitude=place.latitude,
        longitude=place.longitude,
        attributes={} if place.accuracy_m is None else {"accuracy_m": [f"{place.accuracy_m:g}"]},
        topic=given.topic,
        hide_identity=given.hide_identity,
        app_version=given.app.version,
        platform=given.app.platform,
        locale=given.app.locale,
        files=tuple(submitted_file(u.name, u.media_type, u.content) for u in uploads),
    )
