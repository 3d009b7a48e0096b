"""Logging in as one of the staff."""

import re

import httpx

from tests.fakes import RUBBISH

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


PHONE = "0532 123 45 67"


def taken_down(**given: str) -> dict[str, str]:
    """What an agent types for a citizen, changed by what is given."""
    usual = {
        "key": "a-key-of-one-page-view",
        "channel": "contact_point",
        "contact_kind": "in_person",
        "phone": PHONE,
        "name": "Örnek Vatandaş",
        "consent": "1",
        "text": RUBBISH,
    }
    return usual | given


class Agent:
    """An agent at the intake page."""

    def __init__(self, client: httpx.Client, token: str = AGENT) -> None:
        self.client = client
        log_in(client, token)
        self.csrf = csrf_of(client.get("/temsilci/basvuru"))

    def sends(self, *files: tuple[str, bytes], **given: str) -> httpx.Response:
        """The form, as a browser sends it."""
        parts = [("files", (name, content)) for name, content in files] or [("files", ("", b""))]
        return self.client.post(
            "/temsilci/basvuru", data=taken_down(**({"csrf": self.csrf} | given)), files=parts
        )

    def takes(self, *files: tuple[str, bytes], **given: str) -> str:
        """The address of the receipt of what was taken in."""
        sent = self.sends(*files, **given)
        assert sent.status_code == 303, sent.text
        return str(sent.headers["location"])

    def slip(self, receipt: str, csrf: str = "") -> httpx.Response:
        """What asking for the slip is answered with."""
        return self.client.post(f"{receipt}/fis", data={"csrf": csrf or self.csrf})
