"""Hands a report of one of our own interfaces over, and waits a moment for its number."""

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request

from connectors.mobile.connector import to_accept
from connectors.mobile.submission import Submission
from pipeline.calls import Call
from store.deliveries import Delivery
from web.services import Services
from web.uploads import Upload
from web.waiting import WAIT_SECONDS, wait_for

LONGEST_WAIT_SECONDS = 5.0
_WAIT = re.compile(r"(?:^|[,;\s])wait=([0-9]{1,3})(?:$|[,;\s])")
_REFERENCE = re.compile(r"([a-z0-9-]{1,40}\.(?:api|open311)\.[0-9a-f]{32})\.([0-9a-f]{32})")


class AnotherRequestError(Exception):
    """The key was used before, for a request that said something else."""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What was handed over: `reference` finds it again; `delivery` is None while it waits on disk."""

    reference: str
    delivery: Delivery | None


async def take(
    served: Services, account_id: int, submission: Submission, uploads: Sequence[Upload], seconds: float
) -> Taken:
    """Store it, and wait up to so many seconds for its number. A repetition changes nothing (V1).

    Raises AnotherRequestError, and ConnectionFailedError when neither database nor disk has it.
    """
    item = to_accept(submission, [upload.content for upload in uploads])
    await served.reception.take(Call(account_id=account_id, items=[item]), large=bool(uploads))
    found = await numbered(served, account_id, submission.external_id, seconds)
    if found and found.fingerprint != submission.fingerprint:
        raise AnotherRequestError
    return Taken(reference=reference(served, submission.external_id), delivery=found)


async def numbered(served: Services, account_id: int, external_id: str, seconds: float) -> Delivery | None:
    """The delivery once it has a number, or as it stands when the time is up; None while nothing is known."""
    return await wait_for(
        lambda: _look(served, account_id, external_id),
        seconds=seconds,
        settled=lambda found: found is None or bool(found.number),
    )


def _look(served: Services, account_id: int, external_id: str) -> Delivery | None:
    with served.desk.uow() as uow:
        return uow.deliveries.find(account_id, external_id)


def wait_of(request: Request) -> float:
    """How long the caller wants to wait for the number (`Prefer: wait=`, RFC 7240), in seconds."""
    found = _WAIT.search(request.headers.get("prefer", "").lower())
    return min(float(found[1]), LONGEST_WAIT_SECONDS) if found else WAIT_SECONDS


def reference(served: Services, external_id: str) -> str:
    """What finds a delivery again: the same for the same one, and nobody can make one up."""
    return f"{external_id}.{_mac(served, external_id)}"


def referred(served: Services, given: str) -> str | None:
    """The external id that a reference of ours names, or None."""
    found = _REFERENCE.fullmatch(given)
    if found is None or not hmac.compare_digest(found[2], _mac(served, found[1])):
        return None
    return found[1]


def _mac(served: Services, external_id: str) -> str:
    key = served.desk.settings.session_key.get_secret_value().encode()
    return hmac.new(key, f"reference\0{external_id}".encode(), hashlib.sha256).hexdigest()[:32]
