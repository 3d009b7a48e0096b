"""A finished chat as its original is kept, and the message that it is."""

from collections.abc import Iterator, Sequence

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from domain.chat_contacts import own_contacts, says_more
from domain.errors import UnreadableMessageError
from domain.messages import InboundMessage, Place
from domain.text import storable
from domain.urn import Urn
from domain.vocabulary import Channel, ChatAuthor, ChatEnd, ChatQuestion

SCHEME = "webchat"
LONGEST_ADDRESS = 500


class Line(BaseModel):
    """One line of the chat. `answers` is the question that a citizen's line answers; `bare` says that it is
    an answer only (yes, nowhere, a greeting) and tells nothing by itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seq: int = Field(ge=1)
    at: AwareDatetime
    author: ChatAuthor
    name: str = ""
    text: str
    answers: ChatQuestion | None = None
    bare: bool = False


class Transcript(BaseModel):
    """One generation of a chat, as it was when it was closed. `continues` is the external id of what an
    earlier generation became."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    session: str = Field(pattern="^[A-Za-z0-9_-]{1,80}$")
    generation: int = Field(default=1, ge=1)
    opened_at: AwareDatetime
    ended: ChatEnd
    continues: str = ""
    locale: str = "tr"
    lines: tuple[Line, ...]

    @property
    def external_id(self) -> str:
        """The chat's id; a continued chat's with its generation behind."""
        return self.session if self.generation == 1 else f"{self.session}.{self.generation}"

    @property
    def raw(self) -> bytes:
        """The original that is kept: JSON in UTF-8."""
        return self.model_dump_json().encode()


def visitor_urn(session: str) -> Urn:
    """The address of a chat's visitor: its session."""
    return Urn(SCHEME, session)


def to_message(transcript: Transcript, raw: bytes) -> InboundMessage:
    """The message of a chat: the citizen's words about the matter, and how the citizen is to be reached."""
    said = [line for line in transcript.lines if line.author is ChatAuthor.CITIZEN]
    return InboundMessage(
        channel=Channel.WEBCHAT,
        external_id=transcript.external_id,
        text=storable("\n".join(line.text for line in said if _tells(line))),
        raw=raw,
        sender=visitor_urn(transcript.session),
        contacts=own_contacts((line.text, line.answers) for line in said),
        sent_at=said[-1].at if said else transcript.opened_at,
        place=_place(said),
        in_reply_to=transcript.continues or None,
        charset="utf-8",
        headers=dict(_headers(transcript)),
    )


def parse(raw: bytes) -> Sequence[InboundMessage]:
    """The one message of an original. Raises UnreadableMessageError."""
    try:
        transcript = Transcript.model_validate_json(raw)
    except ValidationError as error:
        where = sorted({".".join(map(str, e["loc"])) or "JSON" for e in error.errors()})
        raise UnreadableMessageError(f"not an original of the web chat: {', '.join(where)[:300]}") from error
    return [to_message(transcript, raw)]


def _tells(line: Line) -> bool:
    # What is added instead of a yes, or beside a number, is as much the citizen's matter as the first words.
    return not line.bare and (line.answers is not ChatQuestion.CONTACT or says_more(line.text))


def _place(said: Sequence[Line]) -> Place | None:
    told = [line.text for line in said if line.answers is ChatQuestion.PLACE and not line.bare]
    address = " ".join(" ".join(told).split())[:LONGEST_ADDRESS]
    return Place(address=storable(address)) if address else None


def _headers(transcript: Transcript) -> Iterator[tuple[str, str]]:
    yield "locale", storable(transcript.locale)
    yield "ended", transcript.ended
    agents = dict.fromkeys(line.name for line in transcript.lines if line.author is ChatAuthor.AGENT)
    if names := ", ".join(filter(None, agents)):
        yield "agents", storable(names)
