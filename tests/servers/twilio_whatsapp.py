"""Twilio's stand-in for a WhatsApp sender: its addresses, content templates and the 24-hour window."""

import json
import re
from collections.abc import Mapping
from typing import Any

from tests.servers.twilio import TwilioServer

SENDER = "whatsapp:+902120000000"
CONTENT = "HX" + "ab" * 16
_ADDRESS = re.compile(r"whatsapp:(\+[1-9]\d{6,14}|[A-Z]{2}\.[A-Za-z0-9.]{1,128})")


class TwilioWhatsAppServer(TwilioServer):
    """`closed` holds who has not written for 24 hours; `contents` the places of each content template."""

    def __init__(self) -> None:
        super().__init__()
        self.senders = {SENDER}
        self.closed: set[str] = set()
        self.contents = {CONTENT: 2}

    def receive(self, sender: str, body: str, **more: Any) -> dict[str, Any]:
        """A citizen's WhatsApp message arrives; its resource."""
        return super().receive(sender, body, **{"to": SENDER} | more)

    def _refusal(self, fields: Mapping[str, str]) -> tuple[int, str] | None:
        to, sender, content = fields.get("To", ""), fields.get("From", ""), fields.get("ContentSid", "")
        known = {
            "To",
            "From",
            "Body",
            "ContentSid",
            "ContentVariables",
            "StatusCallback",
            "MessagingServiceSid",
        }
        table = [
            (bool(set(fields) - known), 20001, "Unknown parameter"),
            (not to, 21604, "A 'To' phone number is required."),
            (not (sender or fields.get("MessagingServiceSid")), 21603, "A 'From' is required."),
            (not _ADDRESS.fullmatch(to), 21211, f"Invalid 'To' Phone Number: {to}"),
            (
                bool(sender) and sender not in self.senders,
                63007,
                f"no Channel with the From address {sender}",
            ),
            (not (fields.get("Body") or content), 21602, "Message body is required."),
            (len(fields.get("Body", "")) > 1600, 21617, "The concatenated message body exceeds 1600."),
            (to in self.stopped, 21610, f"Attempt to send to unsubscribed recipient {to}"),
            (to in self.closed and not content, 63016, "Outside the allowed window"),
            (bool(content) and content not in self.contents, 21655, "The ContentSid is invalid"),
            (bool(content) and not self._filled(fields), 21656, "The ContentVariables are invalid"),
        ]
        return next(((code, words) for wrong, code, words in table if wrong), None)

    def _filled(self, fields: Mapping[str, str]) -> bool:
        variables = json.loads(fields.get("ContentVariables", "{}"))
        places = self.contents.get(fields["ContentSid"], 0)
        return sorted(variables) == [str(n) for n in range(1, places + 1)] and all(variables.values())
