"""The channel's account: our own interfaces hand over by themselves, photos are fetched where they lie."""

from collections.abc import Sequence

from connectors.base import ConnectorContext
from connectors.media_types import sniff
from connectors.mobile.settings import MobileSettings
from connectors.mobile.submission import Submission, message_of
from connectors.public_web import fetch_public
from connectors.submitted import with_content
from domain.errors import PermanentError
from domain.messages import InboundMessage


class MobileParser:
    """Reads the originals of both interfaces."""

    def parse(self, raw: bytes) -> Sequence[InboundMessage]:
        """The one message of an original; its files are named, not held. Raises UnreadableMessageError."""
        submission = Submission.read(raw, "the mobile interfaces")
        return [message_of(submission, raw, [file.named for file in submission.files])]


class Mobile(MobileParser):
    """One account; it is never called by its webhook's address, and fetches what a report names."""

    def __init__(self, context: ConnectorContext) -> None:
        self._settings: MobileSettings = context.settings
        self._now = context.now

    def fetch(self, source: str, max_bytes: int) -> bytes:
        """The photo at a public address (G12). Raises PermanentError where that is none, is refused, or is no
        file that the desk takes, and a TransientError when it cannot be reached now."""
        content = fetch_public(
            source,
            max_bytes,
            timeout_seconds=self._settings.timeout_seconds,
            networks=self._settings.photo_networks,
            now=self._now(),
        )
        if not sniff(content):
            raise PermanentError("What lies at this address is no photo, video or document")
        return content


def to_accept(submission: Submission, contents: Sequence[bytes]) -> InboundMessage:
    """The message of a submission with its files' contents, in the order of `submission.files`."""
    return message_of(submission, submission.raw, with_content(submission.files, contents))
