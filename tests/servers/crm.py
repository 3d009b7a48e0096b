"""An outside CRM: takes only what is signed and is a CloudEvent, by the libraries that receivers use."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from cloudevents.core.bindings.http import HTTPMessage, from_http_event
from standardwebhooks import Webhook

from tests.servers.standin import Answer, Call, StandIn


class CrmReceiver(StandIn):
    """Keeps what it took in `events`; answers 401 to what is not signed with `secret`, 422 to what is about a
    case in `refused`. `meanwhile` happens before an event is answered."""

    def __init__(self) -> None:
        super().__init__()
        self.secret = ""
        self.refused: set[str] = set()
        self.events: list[Any] = []
        self.meanwhile: Callable[[], object] = lambda: None

    def respond(self, call: Call) -> Answer:
        """Take an event."""
        if not signed(call, self.secret):
            return Answer(status=401)
        event = from_http_event(HTTPMessage(headers=call.headers, body=call.body))
        if event.get_subject() in self.refused:
            return Answer(status=422)
        with self.lock:
            self.events.append(event)
        self.meanwhile()
        return Answer(status=204)

    @property
    def cases(self) -> list[str]:
        """What the events it took are about, in the order they came."""
        return [event.get_subject() for event in self.events]

    @property
    def ids(self) -> list[str]:
        """Their ids in that order."""
        return [event.get_id() for event in self.events]


def signed(call: Call, secret: str) -> bool:
    """Whether a call bears the signature of a secret for the time it says, whatever the clock here."""
    headers = call.headers
    at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    expected = Webhook(secret).sign(headers["webhook-id"], at, call.body.decode())
    return expected in headers["webhook-signature"].split(" ")
