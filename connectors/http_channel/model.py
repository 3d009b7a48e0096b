"""One delivered item, field by field. The contract is docs/channels/http.md."""

import base64
import binascii
import re
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from domain.messages import Attachment
from domain.text import storable

_ANY_TYPE = "application/octet-stream"
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,62}/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}")
_SEPARATORS = re.compile(r"[\\/]")
_CONFIG = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def _clean(value: Any) -> Any:
    return storable(value) if isinstance(value, str) else value


def _clean_key(value: Any) -> Any:
    as_text = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if as_text else _clean(value).strip() if isinstance(value, str) else value


_Text = Annotated[str, BeforeValidator(_clean)]
_Key = Annotated[str, BeforeValidator(_clean_key)]
"""A number is as good as its digits: systems count."""


class Sender(BaseModel):
    """Who wrote, as the delivering system knows them."""

    model_config = _CONFIG

    phone: _Text = ""
    email: _Text = ""
    name: _Text = ""


class Where(BaseModel):
    """Where it is; both coordinates or none, WGS 84 degrees."""

    model_config = _CONFIG

    district: _Text | None = None
    neighbourhood: _Text | None = None
    address: _Text | None = None
    latitude: float | None = Field(default=None, ge=-90, le=90, allow_inf_nan=False)
    longitude: float | None = Field(default=None, ge=-180, le=180, allow_inf_nan=False)

    @model_validator(mode="after")
    def _both(self) -> "Where":
        if (self.latitude is None) is not (self.longitude is None):
            raise ValueError("latitude and longitude go together")
        return self


class File(BaseModel):
    """A file, whole."""

    model_config = _CONFIG

    name: _Text = Field(min_length=1)
    media_type: _Text = _ANY_TYPE
    base64: _Text

    @field_validator("base64")
    @classmethod
    def _decodes(cls, value: str) -> str:
        try:
            _decoded(value)
        except (binascii.Error, ValueError):
            raise ValueError("is no base64") from None
        return value

    @property
    def attachment(self) -> Attachment:
        """The file in the desk's terms, named without folders."""
        media_type = self.media_type.strip().lower()
        return Attachment(
            name=_SEPARATORS.split(self.name)[-1].strip() or "file",
            media_type=media_type if _MEDIA_TYPE.fullmatch(media_type) else _ANY_TYPE,
            content=_decoded(self.base64),
        )


class Item(BaseModel):
    """One message. A field that is not known here is refused: a misspelt one would be lost in silence."""

    model_config = _CONFIG

    id: _Key = Field(min_length=1, max_length=200)
    text: _Text
    subject: _Text | None = None
    sender: Sender | None = None
    place: Where | None = None
    attachments: tuple[File, ...] | None = None
    sent_at: datetime | None = None
    reference: _Key | None = Field(default=None, max_length=200)
    hide_identity: bool = False

    @model_validator(mode="after")
    def _says_something(self) -> "Item":
        if not (self.text.strip() or self.attachments):
            raise ValueError("needs a text, or at least one attachment")
        return self


def _decoded(text: str) -> bytes:
    return base64.b64decode("".join(text.split()), validate=True)
