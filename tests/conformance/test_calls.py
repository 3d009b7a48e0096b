"""Connectors that are called: signed or refused, stored once however often, one bad item set aside alone."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from connectors.base import WebhookRequest
from domain.errors import UnreadableMessageError
from pipeline.desk import Desk
from pipeline.replay import replay
from store.records import Account
from tests.conformance.subject import Called
from tests.conformance.table import SUBJECTS, params
from tests.web.forms import query
from tests.web.serving import Site, serving

_CALLED = [each for each in SUBJECTS if issubclass(each, Called)]
CALLED, BATCHES = params(_CALLED), params(each for each in _CALLED if each.batches)
TEXTS = [f"{number}. sokak lambası yanmıyor" for number in range(7)]


@pytest.fixture
def site(desk: Desk, account: Account) -> Iterator[Site]:
    with serving(desk) as running:
        yield running


def make(site: Site, account: Account, call: WebhookRequest) -> int:
    """Make the call; the status of its answer."""
    path = f"/hooks/{account.channel}/{account.name}" + (f"/{call.path}" if call.path else "")
    headers = {name.encode(): value.encode() for name, value in call.headers.items()}
    answer = httpx.request(call.method, site.url + path, content=call.body, headers=headers, timeout=30)
    return answer.status_code


def texts_of(desk: Desk) -> list[str]:
    return query(desk, "SELECT text FROM messages WHERE state <> 'quarantined' ORDER BY text")


@pytest.mark.parametrize("subject", CALLED, indirect=True)
def test_a_forged_call_leaves_nothing_behind_and_the_same_call_signed_does(
    subject: Called, desk: Desk, account: Account, site: Site
) -> None:
    """Tests 17, G1, W2."""
    call = subject.call(TEXTS[:1])
    assert make(site, account, subject.forge(call)) == 403
    assert query(desk, "SELECT count(*) FROM messages") == [0]
    assert make(site, account, call) == 200
    assert texts_of(desk) == TEXTS[:1]


@pytest.mark.parametrize("subject", CALLED, indirect=True)
def test_a_call_that_eight_threads_make_five_times_each_is_stored_once(
    subject: Called, desk: Desk, account: Account, site: Site
) -> None:
    """G2, test 20."""
    call = subject.call(TEXTS[:1])
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: make(site, account, call), range(40)))
    assert statuses == [200] * 40
    assert texts_of(desk) == TEXTS[:1]


@pytest.mark.parametrize("subject", BATCHES, indirect=True)
def test_a_bad_item_is_quarantined_alone_however_often_it_comes(
    subject: Called, desk: Desk, account: Account, site: Site
) -> None:
    """G4, W4, test 19: its neighbours are stored, its own bytes are kept, and replaying it does no harm."""
    call = subject.call(TEXTS, bad=True)
    assert [make(site, account, call) for _ in range(2)] == [subject.in_part] * 2
    assert texts_of(desk) == TEXTS
    with desk.uow() as uow:
        [(entry, bad)] = uow.quarantine.waiting()
    raw = desk.blobs.get(bad.raw_sha256)
    assert b"bozuk" in raw
    assert b"lamba" not in raw
    with pytest.raises(UnreadableMessageError):
        replay(desk, entry.id or 0)
    assert texts_of(desk) == TEXTS


DAMAGES = [
    ("cut off", lambda body: body[: len(body) // 2]),
    ("bytes that are no text", lambda body: b"\xff\xfe\x00" + body),
    ("nested without end", lambda body: b"[" * 50_000),
    ("an empty object", lambda body: b"{}"),
]


@pytest.mark.parametrize("subject", CALLED, indirect=True)
@pytest.mark.parametrize(
    "damage", [pytest.param(damage, id=label.replace(" ", "-")) for label, damage in DAMAGES]
)
def test_a_damaged_call_is_refused_or_kept_and_the_next_one_is_taken(
    subject: Called, damage: object, desk: Desk, account: Account, site: Site
) -> None:
    """G4: whatever it holds, it breaks nothing; where it was properly signed, its bytes are kept."""
    good = subject.call(TEXTS[:1])
    body = damage(good.body)  # type: ignore[operator]
    assert make(site, account, with_body(good, body)) in (200, 400, 403)
    assert make(site, account, good) == 200
    assert texts_of(desk)[-1:] == TEXTS[:1] or TEXTS[0] in texts_of(desk)


def with_body(call: WebhookRequest, body: bytes) -> WebhookRequest:
    return WebhookRequest(
        method=call.method, path=call.path, query=call.query, headers=call.headers, body=body
    )
