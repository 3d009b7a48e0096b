"""What the channels at Twilio have in common, whatever they carry."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar

from connectors.base import WebhookRequest
from tests.conformance.subject import PUBLIC, AtProvider, Called, Polled, Sends, mark
from tests.connectors.twilio_calls import twilio_call
from tests.servers import twilio


class AtTwilio(AtProvider, Called, Polled, Sends):
    """A channel at Twilio: `citizen` writes to `number`, both as Twilio names them."""

    secrets = (twilio.TOKEN,)
    batches = spoils = False
    citizen: ClassVar[str]
    number: ClassVar[str]

    def call(self, texts: Sequence[str], *, bad: bool = False) -> WebhookRequest:
        (text,) = texts
        form = {"MessageSid": "SM" + mark(text), "AccountSid": twilio.SID, "From": self.citizen,
                "To": self.number, "Body": text, "NumMedia": "0"}  # fmt: skip
        return twilio_call(f"{PUBLIC}/hooks/{self.channel}/{self.name}", form)

    def forge(self, call: WebhookRequest) -> WebhookRequest:
        return replace(call, headers={**call.headers, "x-twilio-signature": "x" * 27 + "="})

    def arrive(self, texts: Sequence[str], *, bad: bool = False) -> None:
        for text in texts:
            self.server.clock += timedelta(seconds=1)
            self.server.receive(self.citizen, text)
