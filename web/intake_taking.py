"""Takes in what staff wrote down, for the page and for programs alike, and says what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from starlette.concurrency import run_in_threadpool

from config.places import load_places
from connectors.intake import Intake, to_accept
from connectors.submitted import submitted_file
from domain.errors import ConnectionFailedError
from domain.text import fold
from domain.vocabulary import Channel, ContactKind
from pipeline.calls import Call
from pipeline.intake import earlier_cases, follow_up_mark, is_open
from pipeline.limits import Rule
from pipeline.topics import topic_choices
from store.intake import DeliveryCase
from web.form_fields import Errors
from web.intake_fields import IntakeFields, check_intake, position
from web.services import Services
from web.staff_sessions import Staff
from web.templating import say
from web.uploads import Upload

BY_STAFF = Rule(name="intake-staff", times=120, window=timedelta(minutes=10))
LOOKS_BY_STAFF = Rule(name="intake-looks", times=200, window=timedelta(minutes=10))
"""Far above what a person does: a token that leaked must not read the register out."""
VALID_FOR = timedelta(days=1)
_JOINT = "."


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What a receipt's token says: which delivery of which channel, taken in by which session."""

    channel: Channel
    session: str
    external_id: str


async def faults(given: IntakeFields, served: Services, staff: Staff) -> tuple[Errors, str]:
    """What is wrong with it, by field, and the mark of the case it adds to (empty for a new one).

    Raises ConnectionFailedError where a case is named and cannot be looked up.
    """
    errors = check_intake(given, served.districts)
    if given.topic and "topic" not in errors and not await _knows_topic(served, given.topic):
        errors["topic"] = [say("intake_errors", "topic_wrong")]
    if not given.answers:
        return errors, ""
    # Naming numbers until one fits tells whose case is whose, so that is a look, too.
    if not await run_in_threadpool(served.limits.hit, LOOKS_BY_STAFF, staff.id):
        return errors | {"answers": [say("intake", "earlier_limited")]}, ""
    mark = await run_in_threadpool(_mark, given, served, staff)
    return (errors if mark else errors | {"answers": [say("intake_errors", "answers_wrong")]}), mark


async def take(
    given: IntakeFields, uploads: Sequence[Upload], mark: str, served: Services, staff: Staff
) -> str:
    """Store it; returns its receipt's token. Taking it twice is one message (V1). Raises
    ConnectionFailedError when nothing has it."""
    channel = Channel(given.channel)
    intake = _intake(given, uploads, mark, served, staff)
    contents = [upload.content for upload in uploads]
    call = Call(account_id=account_id(served, channel), items=[to_accept(channel, intake, contents)])
    await served.reception.take(call, large=bool(contents))
    said = _JOINT.join((channel, staff.session or f"api-{staff.id}", intake.external_id))
    return served.staff.receipts.sign(said, served.desk.now())


def read_receipt(token: str, served: Services) -> Receipt | None:
    """What a token says; None for one that is forged or a day old."""
    said = served.staff.receipts.read(token, served.desk.now(), valid_for=VALID_FOR)
    if said is None:
        return None
    channel, session, external_id = said.split(_JOINT, 2)
    return Receipt(channel=Channel(channel), session=session, external_id=external_id)


def case_of(served: Services, receipt: Receipt) -> DeliveryCase | None:
    """The case of a receipt so far. Raises ConnectionFailedError."""
    account = account_id(served, receipt.channel)
    with served.desk.uow() as uow:
        return uow.intake.case_of_delivery(account, receipt.external_id)


def account_id(served: Services, channel: Channel) -> int:
    """The key of the channel's account, which `seed` makes by the channel's name. Raises
    ConnectionFailedError where it is switched off or not known yet."""
    found = served.reception.accounts.get(str(channel))
    if found is None:
        raise ConnectionFailedError(f"{channel} has no account, or it is switched off")
    return found.account.id


def _mark(given: IntakeFields, served: Services, staff: Staff) -> str:
    caller = given.caller
    cases = earlier_cases(served.desk, caller, staff.id) if caller else []
    named = [case for case in cases if case.number == given.answers and is_open(case)]
    return follow_up_mark(served.desk, named[0].id) if named else ""


async def _knows_topic(served: Services, code: str) -> bool:
    try:
        choices = await run_in_threadpool(topic_choices, served.desk)
    except ConnectionFailedError:
        return True  # the classifier takes no notice of a topic that there is not
    return any(choice.code == code for choice in choices)


def _intake(
    given: IntakeFields, uploads: Sequence[Upload], mark: str, served: Services, staff: Staff
) -> Intake:
    neighbourhood, address = official_neighbourhood(given)
    latitude, longitude = position(given)
    return Intake(
        key=f"{staff.id}-{given.key}",
        submitted_at=served.desk.now(),
        staff=staff.id,
        contact_kind=ContactKind(given.contact_kind),
        consent=bool(given.consent),
        text=given.text,
        name=given.name,
        phone=given.phone,
        email=given.email,
        postal_address=given.postal_address,
        district=given.district,
        neighbourhood=neighbourhood,
        address=address,
        latitude=latitude,
        longitude=longitude,
        topic=given.topic,
        hide_identity=bool(given.hide_identity),
        answers=mark,
        files=tuple(submitted_file(u.name, u.media_type, u.content) for u in uploads),
    )


def official_neighbourhood(given: IntakeFields) -> tuple[str, str]:
    """(neighbourhood, address): a name that the district does not have goes before the address, as typed."""
    known = _by_folded_name(given.district).get(fold(given.neighbourhood))
    if known or not given.neighbourhood:
        return known or "", given.address
    return "", ", ".join(part for part in (given.neighbourhood, given.address) if part)


@lru_cache(maxsize=64)
def _by_folded_name(district: str) -> dict[str, str]:
    return {fold(name): name for name in load_places().neighbourhoods.get(district, ())}
