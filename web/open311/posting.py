"""POST requests: a report by another city's app, a map of citizens, or a site such as FixMyStreet."""

import hashlib
import json
import math
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from config.settings import ISTANBUL
from connectors.mobile.submission import Submission, Via
from connectors.submitted import addresses, submitted_file
from domain.urn import mail_urn, phone_urn
from pipeline.limits import Rule
from web.deliveries import AnotherRequestError, take, wait_of
from web.form_limits import BY_ADDRESS, BY_ADDRESS_DAILY, ONCE
from web.open311.forms import Post, read_post
from web.open311.rendering import REQUESTS, Open311Error, listed
from web.open311.services import public_topics
from web.services import Services, services
from web.templating import say, texts

MOST_DESCRIPTION, MOST_FIELD, MOST_MEDIA = 4000, 500, 5
WINDOW = timedelta(minutes=10)
_SHORT = (
    "address_string",
    "address_id",
    "email",
    "phone",
    "first_name",
    "last_name",
    "device_id",
    "deviceid",
    "account_id",
    "title",
    "service_code",
)


async def post_request(request: Request, form: str) -> Response:
    """The number of the new case, or a token for it while there is none yet."""
    post = await read_post(request)
    served = services(request)
    topics = await run_in_threadpool(public_topics, served)
    if not post["service_code"]:
        raise Open311Error(400, "service_missing")
    if post["service_code"] not in topics:
        raise Open311Error(404, "service_unknown")
    submission = checked(post, served.desk.now())
    await run_in_threadpool(count, served, post, submission)
    try:
        taken = await take(served, post.caller.account_id, submission, post.uploads, wait_of(request))
    except AnotherRequestError:
        raise Open311Error(400, "used") from None
    number = taken.delivery.number if taken.delivery else None
    found = {"service_request_id": number} if number else {"token": taken.reference}
    rest = {"service_notice": say("open311", "accepted_notice"), "account_id": post["account_id"]}
    return listed([found | rest], REQUESTS, form)


def checked(post: Post, now: datetime) -> Submission:
    """The report a post makes. Raises Open311Error 400 that says what is wrong."""
    _check(post)
    latitude, longitude = _position(post)
    name = " ".join(part for part in (post["first_name"], post["last_name"]) if part)
    return Submission(
        key=_key(post, now),
        client=post.caller.client,
        via=Via.OPEN311,
        submitted_at=now,
        text=_text(post),
        subject=post["title"],
        name=name,
        phone=post["phone"],
        email=post["email"],
        address=post["address_string"],
        address_id=post["address_id"],
        latitude=latitude,
        longitude=longitude,
        topic=post["service_code"],
        device_id=post["device_id"] or post["deviceid"],
        account_id=post["account_id"],
        attributes=post.attributes,
        files=tuple(submitted_file(u.name, u.media_type, u.content) for u in post.uploads),
        media_urls=tuple(post.media_urls),
    )


def count(served: Services, post: Post, submission: Submission) -> None:
    """Raise Open311Error 429 for one report too many (V2); a repetition is not counted by address."""
    caller = post.caller
    by_key = Rule(name="open311-key", times=caller.settings.posts_in_ten_minutes, window=WINDOW)
    limits = served.limits
    if not limits.hit(by_key, caller.client):
        raise Open311Error(429, "limited")
    if not limits.hit(ONCE, submission.external_id):
        return
    who = [str(urn) for urn in addresses(submission.phone, submission.email)]
    counted = [limits.hit(rule, urn) for rule in (BY_ADDRESS, BY_ADDRESS_DAILY) for urn in who]
    if not all(counted):
        limits.forgive(ONCE, submission.external_id)
        raise Open311Error(429, "limited")


def _check(post: Post) -> None:
    if not post["description"]:
        raise Open311Error(400, "description_missing")
    if len(post["description"]) > MOST_DESCRIPTION:
        raise Open311Error(400, "description_long", limit=MOST_DESCRIPTION)
    for name in _SHORT:
        if len(post[name]) > MOST_FIELD:
            raise Open311Error(400, "field_long", name=name)
    if post["email"] and mail_urn(post["email"]) is None:
        raise Open311Error(400, "email")
    if post["phone"] and phone_urn(post["phone"]) is None:
        raise Open311Error(400, "phone")
    if len(post.media_urls) > MOST_MEDIA or not all(map(is_web_address, post.media_urls)):
        raise Open311Error(400, "media", limit=MOST_MEDIA)


def is_web_address(text: str) -> bool:
    """Whether a text is an address a photo can be fetched from."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and len(text) <= 2000
    except ValueError:
        return False


def _position(post: Post) -> tuple[float | None, float | None]:
    given = post["lat"], post["long"] or post["lon"]
    if not any(given):
        if not (post["address_string"] or post["address_id"]):
            raise Open311Error(400, "place_missing")
        return None, None
    try:
        latitude, longitude = map(float, given)
    except ValueError:
        raise Open311Error(400, "position") from None
    if not (math.isfinite(latitude) and abs(latitude) <= 90 and abs(longitude) <= 180):
        raise Open311Error(400, "position")
    return latitude, longitude


def _text(post: Post) -> str:
    """The description, and below it what the definition asked for, each under its label."""
    labels = texts()["open311_attributes"]
    asked = [(labels[code], values) for code, values in post.attributes.items() if code in labels]
    lines = [f"{label}: {', '.join(values)}" for label, values in asked if any(values)]
    return "\n".join([post["description"], *([""] if lines else []), *lines])


def _key(post: Post, now: datetime) -> str:
    """What tells a repetition: the client's own id, else all that was said, on the same day of ours.

    FixMyStreet sends its id of the report among the attributes: then the day does not matter.
    """
    if post["client_request_id"]:
        return f"client:{post['client_request_id'][:200]}"
    fields = {name: value for name, value in post.fields.items() if name != "api_key"}
    files = [hashlib.sha256(upload.content).hexdigest() for upload in post.uploads]
    day = "" if post.attributes.get("fixmystreet_id") else now.astimezone(ISTANBUL).date().isoformat()
    said = json.dumps([fields, post.attributes, list(post.media_urls), files, day], sort_keys=True)
    return f"content:{hashlib.sha256(said.encode('utf-8', 'surrogatepass')).hexdigest()}"
