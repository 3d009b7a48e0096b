"""What an account of a fed channel is told."""

from pathlib import Path
from typing import ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from connectors.drop_folder import DropSettings, Keep
from connectors.feeds.columns import FileFormat
from connectors.feeds.limits import MOST_BYTES
from connectors.feeds.mapping import FeedMapping, complete
from domain.urn import mail_urn
from domain.vocabulary import Channel


class FeedSettings(BaseModel):
    """One feed. It may come by its drop folder, by mail and by upload, all at once."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    channel: ClassVar[Channel]

    folder: Path | None = Field(default=None, description="drop folder; files are put into its yeni/")
    settle_seconds: float = Field(default=5.0, ge=0, le=3600, description="unchanged for so long is whole")
    keep: Keep = Field(default=Keep.ARCHIVE, description="archive or remove files that are stored")
    mapping: FeedMapping = Field(
        default_factory=dict,
        validate_default=True,
        description="columns and words, as TOML over the shipped default: @FILE",
    )
    mail_senders: tuple[str, ...] = Field(default=(), description="addresses that mail feed files to us")
    mail_files: tuple[str, ...] = Field(
        default=("*.xlsx", "*.csv", "*.xml", "*.zip"), description="names of the files that are feeds"
    )
    answer_folder: Path | None = Field(default=None, description="where answer files are written")
    answer_format: FileFormat = Field(default=FileFormat.XLSX, description="xlsx, csv or xml")
    answer_zip: bool = Field(default=False, description="pack answer files into a ZIP each")
    answer_hour: int = Field(default=3, ge=0, le=23, description="hour of Istanbul's clock, each night")
    notify_citizens: bool = Field(default=False, description="send citizens our own notices too")

    @field_validator("mapping", mode="before")
    @classmethod
    def _over_default(cls, value: object) -> object:
        return complete(value, cls.channel)

    @field_validator("mail_senders")
    @classmethod
    def _addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        found = {each: mail_urn(each) for each in value}
        if wrong := [each for each, urn in found.items() if urn is None]:
            raise ValueError(f"holds what is no address: {', '.join(wrong)}")
        return tuple(urn.path.lower() for urn in found.values() if urn)

    @model_validator(mode="after")
    def _apart(self) -> Self:
        if self.folder and self.answer_folder and self.answer_folder.is_relative_to(self.folder):
            raise ValueError("answer_folder must lie outside folder, or answers would be read as feeds")
        return self

    @property
    def drop(self) -> DropSettings | None:
        """How the drop folder is read; None without one."""
        if self.folder is None:
            return None
        return DropSettings(
            folder=self.folder,
            settle_seconds=self.settle_seconds,
            keep=self.keep,
            max_file_bytes=MOST_BYTES,
            batch_files=1,
        )
