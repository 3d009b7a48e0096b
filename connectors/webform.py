"""The web form channel, the desk's own page: what a citizen filled in becomes an original and a message.

Pure. The page itself is `web.form`: it checks what it is given, this module does not trust it to.
"""

from collections.abc import Sequence

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from connectors.base import ConnectorContext, ConnectorSpec
from connectors.submitted import Original, SubmittedFile, addresses, place_of, submitted_message, with_content
from domain.errors import UnreadableMessageError
from domain.messages import BY_NUMBERS, VERIFIED, Accepted, Attachment, InboundMessage, Unreadable
from domain.urn import Urn
from domain.vocabulary import Channel

TOPIC_HEADER = "topic"
HONEYPOT_HEADER = "honeypot"
_HONEYPOT_ERROR = "The field that people do not see was filled in, by a robot or by an eager browser"


class WebformSettings(BaseModel):
    """The web form needs no settings of its own."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Submission(Original):
    """One sent form, as the citizen wrote it. `key` was drawn when the page was shown (V1).

    What is added to a case on its status page carries our own signed mark of that case in `answers`, and in
    `known_as` the addresses the case was opened from: the page names both, the citizen neither.
    """

    key: str = Field(min_length=1, max_length=80)
    submitted_at: AwareDatetime
    text: str
    name: str = ""
    phone: str = ""
    email: str = ""
    district: str = ""
    address: str = ""
    topic: str = ""
    hide_identity: bool = False
    honeypot: bool = False
    locale: str = "tr"
    answers: str = ""
    known_as: tuple[str, ...] = ()
    files: tuple[SubmittedFile, ...] = ()

    @property
    def external_id(self) -> str:
        """Equal for every repetition of the same form, different once the citizen wrote something else.

        The key alone would take a second, different message from the same page for a repetition, and lose it.
        """
        digest = self.digest_without("key", "submitted_at", "locale", *self._not_added)
        return f"{self.key}.{digest[:16]}"

    @property
    def _not_added(self) -> tuple[str, ...]:
        """The fields that forms of before did not have: the ids of those must stay what they were."""
        return () if self.answers else ("answers", "known_as")


def to_accept(submission: Submission, contents: Sequence[bytes]) -> Accepted:
    """The message of a form with its files' contents, in the order of `submission.files`.

    A form whose honeypot was filled in goes to quarantine whole (V2): no case, no notice to anybody, and a
    person can replay it.
    """
    if submission.honeypot:
        return Unreadable(
            channel=Channel.WEBFORM,
            external_id=submission.external_id,
            raw=submission.raw,
            error=_HONEYPOT_ERROR,
        )
    return _message(submission, submission.raw, with_content(submission.files, contents))


class WebformParser:
    """Reads the originals of the web form."""

    def parse(self, raw: bytes) -> Sequence[InboundMessage]:
        """The one message of an original; its files are named (`submitted.KEPT`), not held. Raises
        UnreadableMessageError."""
        submission = Submission.read(raw, "the web form")
        return [_message(submission, raw, [file.named for file in submission.files])]


class Webform(WebformParser):
    """The channel's account: the page hands over by itself, so there is nothing to ask or to be called."""

    def __init__(self, context: ConnectorContext) -> None:
        self.account_id = context.account_id


def _message(submission: Submission, raw: bytes, attachments: Sequence[Attachment]) -> InboundMessage:
    return submitted_message(
        Channel.WEBFORM,
        submission,
        raw,
        attachments=attachments,
        known_as=_known(submission) or addresses(submission.phone, submission.email),
        place=place_of(district=submission.district, address=submission.address),
        answers=submission.answers,
        marks={
            VERIFIED: BY_NUMBERS if submission.answers else "",
            "locale": submission.locale,
            TOPIC_HEADER: submission.topic,
            HONEYPOT_HEADER: "1" if submission.honeypot else "",
        },
    )


def _known(submission: Submission) -> tuple[Urn, ...]:
    try:
        return tuple(Urn.parse(each) for each in submission.known_as)
    except ValueError as error:
        raise UnreadableMessageError("not an original of the web form: known_as") from error


WEBFORM = ConnectorSpec(
    channel=Channel.WEBFORM, settings=WebformSettings, build=Webform, parser=WebformParser
)
