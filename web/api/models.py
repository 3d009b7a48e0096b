"""What goes in and comes out of the API, field by field: OpenAPI is made of this."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from domain.text import storable
from web.form_fields import MOST_ADDRESS, MOST_NAME, MOST_TEXT

_CONFIG = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def _clean(value: object) -> object:
    return storable(value).strip() if isinstance(value, str) else value


Text = Annotated[str, BeforeValidator(_clean)]


class Position(BaseModel):
    """Where it is; WGS 84 degrees. Both coordinates or none."""

    model_config = _CONFIG

    latitude: float | None = Field(default=None, ge=-90, le=90, allow_inf_nan=False)
    longitude: float | None = Field(default=None, ge=-180, le=180, allow_inf_nan=False)
    accuracy_m: float | None = Field(default=None, ge=0, le=100_000, allow_inf_nan=False)
    district: Text = Field(default="", max_length=60, description="one of the list under /topics")
    neighbourhood: Text = Field(default="", max_length=120)
    address: Text = Field(default="", max_length=MOST_ADDRESS, description="or how to find the place")

    @model_validator(mode="after")
    def _both(self) -> "Position":
        if (self.latitude is None) is not (self.longitude is None):
            raise ValueError("both coordinates or none")
        return self


class ContactIn(BaseModel):
    """How the citizen is reached: a mobile number or an e-mail address, unless a Citizen-Token says it."""

    model_config = _CONFIG

    name: Text = Field(default="", max_length=MOST_NAME)
    phone: Text = Field(default="", max_length=40, examples=["0532 000 00 00"])
    email: Text = Field(default="", max_length=254)


class AppIn(BaseModel):
    """Which app it is (V5)."""

    model_config = _CONFIG

    version: Text = Field(default="", max_length=40, examples=["3.4.1"])
    platform: Text = Field(default="", max_length=40, examples=["android 16"])
    locale: Text = Field(default="tr", max_length=35, examples=["tr-TR"])


class CaseIn(BaseModel):
    """A report. With photos it is the part `case` of a multipart/form-data body."""

    model_config = _CONFIG

    text: Text = Field(min_length=1, max_length=MOST_TEXT, description="in the citizen's own words")
    topic: Text = Field(
        default="", max_length=60, pattern="^[a-z0-9-]*$", description="a code of /topics; a hint only"
    )
    place: Position = Field(default_factory=Position)
    contact: ContactIn = Field(default_factory=ContactIn)
    hide_identity: bool = Field(default=False, description="the unit gets the case without name and contact")
    app: AppIn = Field(default_factory=AppIn)


class FurtherIn(BaseModel):
    """A further message to a case of one's own."""

    model_config = _CONFIG

    text: Text = Field(min_length=1, max_length=MOST_TEXT)
    app: AppIn = Field(default_factory=AppIn)


class Receipt(BaseModel):
    """What became of a report."""

    reference: str = Field(description="finds it again under /cases/{reference}")
    state: Literal["received", "registered"]
    number: str | None = Field(description="the application number, once there is one")


class TopicOut(BaseModel):
    """What a case can be about."""

    code: str
    name: str
    needed: list[str] = Field(description="what the unit must know")


class Topics(BaseModel):
    """Every topic that may be chosen, and the districts by name."""

    topics: list[TopicOut]
    districts: list[str]


class PhoneIn(BaseModel):
    """The phone to be proven."""

    model_config = _CONFIG

    phone: Text = Field(min_length=1, max_length=40)


class VerificationOut(BaseModel):
    """A code is on its way."""

    id: str
    expires_at: datetime


class CodeIn(BaseModel):
    """The code as it was received."""

    model_config = _CONFIG

    code: Text = Field(pattern="^[0-9]{6}$")


class TokenOut(BaseModel):
    """The citizen's token, for the header `Citizen-Token`."""

    token: str
    expires_at: datetime


class OwnCaseOut(BaseModel):
    """One of the citizen's cases. Subject, topic and unit are empty for a restricted one, and for any from
    three months after it was closed."""

    number: str
    state: str
    state_text: str = Field(description="the state in plain Turkish")
    subject: str
    topic: str
    unit: str
    opened_at: datetime
    expected_at: datetime = Field(description="by the experience with its topic, else by the promise")
    closed_at: datetime | None


class OwnCases(BaseModel):
    """A page of them, the newest first."""

    cases: list[OwnCaseOut]
    more: bool


class TimelineEntry(BaseModel):
    """One thing that happened."""

    at: datetime
    text: str


class OwnCaseDetail(OwnCaseOut):
    """One case with its history, the oldest first."""

    explanation: str
    timeline: list[TimelineEntry]
