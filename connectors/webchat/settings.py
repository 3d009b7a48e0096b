"""What an account of the web chat may be told."""

from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator


class WebchatSettings(BaseModel):
    """The chat works without any of these; the widget needs the sites that may embed it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    allowed_origins: tuple[str, ...] = Field(
        default=(),
        description="sites that may embed the widget, by comma; none may when empty",
    )
    idle_minutes: int = Field(
        default=15,
        ge=1,
        le=24 * 60,
        description="minutes of silence after which a chat is closed and what was said becomes a case",
    )
    most_characters: int = Field(default=2000, ge=100, le=4000, description="characters of one line")
    most_lines: int = Field(default=200, ge=10, le=1000, description="lines of one chat")

    @field_validator("allowed_origins")
    @classmethod
    def _origins(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_origin(each) for each in given)


def _origin(given: str) -> str:
    """The site's origin. Raises ValueError for what is none: it goes into a header, word by word."""
    try:
        parts = urlsplit(given.strip())
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        raise ValueError(f"not an address of a site: {given!r}") from None
    host = parts.hostname or ""
    plain = host and host.isascii() and all(c.isalnum() or c in ".-" for c in host)
    if parts.scheme not in ("http", "https") or not plain or parts.path.strip("/") or parts.query:
        raise ValueError(f"write a site as https://www.ornek.bel.tr, not {given!r}")
    return f"{parts.scheme}://{host}{port}"
