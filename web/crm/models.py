"""What goes in and comes out, field by field: OpenAPI is made of this."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from domain.vocabulary import CaseKind, CaseState, Channel, Confidentiality, CrmWord, Priority
from pipeline.incidents import LONGEST_ANSWER
from web.api.models import Text

_OUT = ConfigDict(extra="forbid")
_IN = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class CaseOut(BaseModel):
    """A case as it stands. A restricted one shows the first three fields and nothing else."""

    model_config = _OUT

    number: str = Field(description="the application number")
    state: CaseState
    confidentiality: Confidentiality
    kind: CaseKind | None = None
    topic: str | None = Field(default=None, description="a topic's code")
    unit: str | None = Field(default=None, description="the code of the unit that has it")
    district: str | None = None
    priority: Priority | None = None
    channel: Channel | None = None
    external_reference: str | None = Field(
        default=None, description="its number at the body it came from; not of hidden citizens"
    )
    opened_at: datetime | None = None
    promised_at: datetime | None = Field(default=None, description="by when the desk promised an answer")
    legal_due_at: datetime | None = Field(default=None, description="by when the law asks for one")
    due_at: datetime | None = Field(default=None, description="the earlier of both")
    closed_at: datetime | None = None
    paused_at: datetime | None = Field(default=None, description="since when its time stands still")
    merged_into: str | None = Field(default=None, description="the number of the case it was merged into")


class Change(BaseModel):
    """What history says of an event, where it says anything a CRM may know."""

    model_config = _OUT

    from_: str | None = Field(default=None, alias="from", description="the state before")
    to: str | None = Field(default=None, description="the state after")
    unit: str | None = None
    topic: str | None = None


class EventData(BaseModel):
    """The case as it stands when the event leaves, and what happened."""

    model_config = _OUT

    case: CaseOut
    change: Change


class CloudEvent(BaseModel):
    """An event by CloudEvents 1.0, with its extensions `sequence` and `partitionkey`."""

    model_config = _OUT

    specversion: Literal["1.0"]
    id: str = Field(description="with `source` it names the event: the same one may come twice")
    source: str
    type: str = Field(examples=["example.buyuksehir.beyazmasa.case.resolved"])
    subject: str = Field(description="the application number")
    time: datetime
    datacontenttype: Literal["application/json"]
    sequence: str = Field(pattern="^[0-9]{20}$", description="its place in the feed, and a cursor")
    partitionkey: str = Field(description="events of equal keys are in order")
    data: EventData


class StatusIn(BaseModel):
    """What a unit's own system says of a case."""

    model_config = _IN

    state: CrmWord
    text: Annotated[Text, Field(max_length=LONGEST_ANSWER)] = Field(
        default="", description="the answer the citizen gets, or the reason; needed but for `accepted`"
    )
    unit: Text = Field(default="", max_length=80, description="with `returned`: whose it is instead")
    occurred_at: AwareDatetime | None = Field(default=None, description="when; now if it is not given")
    expected_state: CaseState | None = Field(
        default=None, description="the state the case must be in, else 409"
    )


class StatusOut(BaseModel):
    """The case as it stood when that was done: the same for the same key."""

    model_config = _OUT

    case: CaseOut
