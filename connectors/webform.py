"""The web form channel, the desk's own page: what a citizen filled in becomes an original and a message.

Pure. The page itself is `web.form`: it checks what it is given, this module does not trust it to.
"""

import hashlib
from collections.abc import Sequence

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from connectors.base import ConnectorContext, ConnectorSpec
from domain.errors import UnreadableMessageError
from domain.messages import Accepted, Attachment, InboundMessage, Place, Unreadable
from domain.text import storable
from domain.urn import Urn, mail_urn, phone_urn
from domain.vocabulary import Channel

TOPIC_HEADER = "topic"
HONEYPOT_HEADER = "honeypot"
KEPT = "sha256:"
"""An attachment's source that names a file which is in the blob store already."""
_HONEYPOT_ERROR = "The field that people do not see was filled in, by a robot or by an eager browser"


class WebformSettings(BaseModel):
    """The web form needs no settings of its own."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class FormFile(BaseModel):
    """A file as it was sent along: its given name, the type found in its content, its size in bytes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    media_type: str
    size: int
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class Submission(BaseModel):
    """One sent form, as the citizen wrote it. `key` was drawn when the page was shown (V1)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

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
    files: tuple[FormFile, ...] = ()

    @property
    def external_id(self) -> str:
        """Equal for every repetition of the same form, different once the citizen wrote something else.

        The key alone would take a second, different message from the same page for a repetition, and lose it.
        """
        content = self.model_dump_json(exclude={"key", "submitted_at", "locale"})
        return f"{self.key}.{hashlib.sha256(content.encode()).hexdigest()[:16]}"

    @property
    def raw(self) -> bytes:
        """The original that is kept: canonical JSON in UTF-8, with files named by their hash."""
        return self.model_dump_json().encode()


def form_file(name: str, media_type: str, content: bytes) -> FormFile:
    """What the original says of a file."""
    digest = hashlib.sha256(content).hexdigest()
    return FormFile(name=storable(name), media_type=media_type, size=len(content), sha256=digest)


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
    return _message(submission, submission.raw, _with_content(submission, contents))


class WebformParser:
    """Reads the originals of the web form."""

    def parse(self, raw: bytes) -> Sequence[InboundMessage]:
        """The one message of an original; its files are named (`KEPT`), not held. Raises
        UnreadableMessageError."""
        try:
            submission = Submission.model_validate_json(raw)
        except ValidationError as error:
            raise UnreadableMessageError(f"not an original of the web form: {_where(error)}") from error
        return [_message(submission, raw, [_named(file) for file in submission.files])]


class Webform(WebformParser):
    """The channel's account: the page hands over by itself, so there is nothing to ask or to be called."""

    def __init__(self, context: ConnectorContext) -> None:
        self.account_id = context.account_id


def _message(submission: Submission, raw: bytes, attachments: Sequence[Attachment]) -> InboundMessage:
    found = addresses(submission.phone, submission.email)
    return InboundMessage(
        channel=Channel.WEBFORM,
        external_id=submission.external_id,
        text=storable(submission.text),
        raw=raw,
        sender=found[0] if found else None,
        contacts=found[1:],
        sender_name=storable(submission.name) or None,
        sent_at=submission.submitted_at,
        attachments=tuple(attachments),
        place=_place(submission),
        hide_identity=submission.hide_identity,
        charset="utf-8",
        headers=_headers(submission),
    )


def addresses(phone: str, email: str) -> tuple[Urn, ...]:
    """The addresses a citizen gave, the phone first; what is no address is left out."""
    return tuple(urn for urn in (phone_urn(phone), mail_urn(email)) if urn)


def _headers(submission: Submission) -> dict[str, str]:
    marks = {
        "locale": submission.locale,
        TOPIC_HEADER: submission.topic,
        HONEYPOT_HEADER: "1" if submission.honeypot else "",
    }
    return {name: storable(value) for name, value in marks.items() if value}


def _place(submission: Submission) -> Place | None:
    district, address = storable(submission.district) or None, storable(submission.address) or None
    return Place(district=district, address=address) if district or address else None


def _with_content(submission: Submission, contents: Sequence[bytes]) -> list[Attachment]:
    return [
        Attachment(name=file.name, media_type=file.media_type, content=content)
        for file, content in zip(submission.files, contents, strict=True)
    ]


def _named(file: FormFile) -> Attachment:
    return Attachment(name=file.name, media_type=file.media_type, content=None, source=f"{KEPT}{file.sha256}")


def _where(error: ValidationError) -> str:
    return ", ".join(sorted({".".join(map(str, e["loc"])) or "JSON" for e in error.errors()}))


WEBFORM = ConnectorSpec(
    channel=Channel.WEBFORM, settings=WebformSettings, build=Webform, parser=WebformParser
)
