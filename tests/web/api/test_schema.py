"""The API keeps the promises of its own OpenAPI document (schemathesis), and the document itself is sound."""

from typing import Any

import httpx
from openapi_core import OpenAPI
from starlette.datastructures import State

from pipeline.desk import Desk
from tests.web.api.app import AT_ONCE, KEY, verified
from tests.web.api.fixtures import Calm
from tests.web.contract import Contract
from tests.web.serving import Site
from web.api.app import PREFIX, create_api

EXAMPLES = 40
DOCUMENT: dict[str, Any] = create_api(State()).openapi()


def test_every_call_answers_as_the_document_says_whatever_comes(
    site: Site, client: httpx.Client, desk: Desk
) -> None:
    headers = KEY | AT_ONCE | {"Citizen-Token": verified(client, desk)}
    Contract(DOCUMENT, f"{site.url}{PREFIX}", headers).is_kept_whatever_comes(EXAMPLES)


def test_the_document_is_openapi_3_1_and_valid(calm: Calm) -> None:
    document = calm.client.get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    OpenAPI.from_dict(document)
    for path, calls in document["paths"].items():
        for method, call in calls.items():
            assert call["security"], (method, path)
            assert call["description"], (method, path)
            assert {"401", "429", "503"} <= set(call["responses"])


def test_the_manual_is_a_page_of_our_own(calm: Calm) -> None:
    page = calm.client.get("/api/v1/docs")
    assert page.status_code == 200
    assert "POST /api/v1/cases" in page.text
    assert "//cdn" not in page.text
    assert "<script" not in page.text


def test_what_never_reaches_a_call_is_a_problem_as_well(calm: Calm) -> None:
    answer = calm.client.get("/api/v1/cases/%0A")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
