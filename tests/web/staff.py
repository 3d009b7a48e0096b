"""Logging in as one of the staff."""

import re

import httpx

AGENT, OPERATOR = "5f0c-bir-temsilci-anahtari-1", "9a1d-bir-operator-anahtari-2"


def log_in(client: httpx.Client, token: str = AGENT) -> httpx.Response:
    """Open a session; the client keeps its cookie."""
    sent = client.post("/temsilci/giris", data={"token": token})
    assert sent.status_code == 303, sent.text
    return sent


def csrf_of(page: httpx.Response) -> str:
    """The form token on a page."""
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', page.text)
    assert found is not None, page.text
    return found[1]
