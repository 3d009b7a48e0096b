"""What the channels share whose messages our own staff take down: call centre, contact points, field (P4).

Each channel is the same original under its own name. Pure: the pages and the interface (`web.intake`) check
what they are given, this module does not trust them to.
"""

from collections.abc import Sequence

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from connectors.base import ConnectorContext, ConnectorSpec
from connectors.submitted import Original, SubmittedFile, addresses, place_of, submitted_message, with_content
from domain.messages import Attachment, InboundMessage, Place
from domain.vocabulary import Channel, ContactKind

STAFF_HEADER, CONSENT_HEADER, CONTACT_KIND_HEADER = "staff", "consent", "contact_kind"
TOPIC_HEADER, POSTAL_HEADER = "topic", "postal_address"


class IntakeSettings(BaseModel):
    """These channels need no settings of their own."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Intake(Original):
    """What one of the staff took down. `key` was drawn when the page was shown, or named by the program.

    `consent` says that the citizen was told of the use of personal data and agreed; `answers` is our own
    signed mark of the case that this adds to; coordinates are WGS 84 degrees.
    """

    key: str = Field(min_length=1, max_length=120)
    submitted_at: AwareDatetime
    staff: str = Field(min_length=1, max_length=80)
    contact_kind: ContactKind
    consent: bool
    text: str
    name: str = ""
    phone: str = ""
    email: str = ""
    postal_address: str = ""
    district: str = ""
    neighbourhood: str = ""
    address: str = ""
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    topic: str = ""
    hide_identity: bool = False
    answers: str = ""
    files: tuple[SubmittedFile, ...] = ()

    @property
    def external_id(self) -> str:
        """Equal for every repetition of the same form, different once something else was written (V1)."""
        return f"{self.key}.{self.digest_without('key', 'submitted_at')[:16]}"


def intake_spec(channel: Channel) -> ConnectorSpec:
    """The registry's line of one of these channels."""

    def parser() -> IntakeParser:
        return IntakeParser(channel)

    def build(context: ConnectorContext) -> IntakeParser:
        return IntakeParser(channel)

    return ConnectorSpec(channel=channel, settings=IntakeSettings, build=build, parser=parser)


def to_accept(channel: Channel, intake: Intake, contents: Sequence[bytes]) -> InboundMessage:
    """The message of what was taken down, with its files' contents in the order of `intake.files`."""
    return _message(channel, intake, intake.raw, with_content(intake.files, contents))


class IntakeParser:
    """Reads the originals of one of these channels."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel

    def parse(self, raw: bytes) -> Sequence[InboundMessage]:
        """The one message of an original; its files are named (`submitted.KEPT`), not held. Raises
        UnreadableMessageError."""
        intake = Intake.read(raw, "the staff's intake")
        return [_message(self.channel, intake, raw, [file.named for file in intake.files])]


def _message(
    channel: Channel, intake: Intake, raw: bytes, attachments: Sequence[Attachment]
) -> InboundMessage:
    return submitted_message(
        channel,
        intake,
        raw,
        attachments=attachments,
        known_as=addresses(intake.phone, intake.email),
        place=_place(intake),
        answers=intake.answers,
        marks={
            STAFF_HEADER: intake.staff,
            CONSENT_HEADER: "1" if intake.consent else "0",
            CONTACT_KIND_HEADER: intake.contact_kind,
            TOPIC_HEADER: intake.topic,
            POSTAL_HEADER: intake.postal_address,
        },
    )


def _place(intake: Intake) -> Place | None:
    both = intake.latitude is not None and intake.longitude is not None
    return place_of(
        district=intake.district,
        neighbourhood=intake.neighbourhood,
        address=intake.address,
        latitude=intake.latitude if both else None,
        longitude=intake.longitude if both else None,
    )
