"""An outside CRM that calls the API: the site it calls, its token, and its usual calls."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from pipeline.desk import Desk
from store.models import Case
from tests.crm.world import change, subscribe
from tests.servers.valkey import ValkeyServer
from tests.web.serving import Site, serving
from web.crm.app import PREFIX


@pytest.fixture(scope="module")
def site(shared: Desk, valkey_server: ValkeyServer) -> Iterator[Site]:
    """The pages and APIs of the module's desk, which goes by the clock of whichever test runs."""
    valkey_server.revive()
    shared.settings.redis_url = valkey_server.url()
    steady = replace(shared, now=lambda: shared.now())
    with serving(steady) as running:
        yield running
    steady.engine.dispose()


@pytest.fixture
def client(site: Site, desk: Desk, cases: list[int], valkey_server: ValkeyServer) -> Iterator[httpx.Client]:
    """A CRM that speaks for the unit that has the cases, and calls by its token."""
    valkey_server.flush()
    unit = now_is_id(desk, cases[0]).unit
    for case_id in cases:
        change(desk, case_id, state="assigned", unit=unit, accepted_at=None, closed_at=None)
    token = subscribe(desk, units=[unit])
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=f"{site.url}{PREFIX}", headers=headers, timeout=30) as made:
        yield made


def now_is_id(desk: Desk, case_id: int) -> Case:
    """The case of this key as it stands."""
    with desk.uow() as uow:
        found = uow.cases.get(case_id)
    assert found is not None
    return found


def tell(client: httpx.Client, number: str, key: str = "key-1", **said: Any) -> httpx.Response:
    """Tell a case's state, by default that it is resolved."""
    body = {"state": "resolved", "text": "Çukur kapatıldı."} | said
    return client.post(f"/cases/{number}/status", json=body, headers={"Idempotency-Key": key})


def fetched(client: httpx.Client, **query: Any) -> tuple[list[dict[str, Any]], str]:
    """A page of events, and the cursor after it."""
    answer = client.get("/events", params=query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/cloudevents-batch+json"
    return answer.json(), answer.headers["next-cursor"]
