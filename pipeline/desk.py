"""What every step of the pipeline is handed: the process's settings, store and clock, made once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any, TypeVar

from config.keyring import Keyring
from config.settings import Settings, get_settings
from domain.vocabulary import Queue
from pipeline import log
from pipeline.doorbell import Doorbell
from pipeline.later import clock_of, utc_now
from store.blobs import BlobStore, DiskBlobs
from store.engine import Engine, make_engine
from store.unit_of_work import UnitOfWork

T = TypeVar("T")


@dataclass
class Desk:
    """One process's view of the desk. Nothing connects before it is used."""

    settings: Settings
    now: Callable[[], datetime] = utc_now
    ring: Callable[[Queue], None] | None = None
    _parts: dict[Callable[["Desk"], Any], Any] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def engine(self) -> Engine:
        """The database's connection pool."""
        return make_engine(self.settings.database)

    @cached_property
    def blobs(self) -> BlobStore:
        """Where originals and attachments are kept."""
        return DiskBlobs(self.settings.var_dir / "blobs")

    @cached_property
    def keyring(self) -> Keyring:
        """Encrypts and opens what is secret at rest."""
        return Keyring(self.settings.credential_keys)

    @property
    def token_key(self) -> bytes:
        """Signs thread tokens."""
        return self.settings.token_key.get_secret_value().encode()

    @cached_property
    def mail_domain(self) -> str:
        """The domain that message ids are made in."""
        return self.settings.mail_domain

    @cached_property
    def doorbell(self) -> Doorbell:
        """Wakes the workers."""
        return Doorbell(self.settings.redis)

    def part(self, make: Callable[["Desk"], T]) -> T:
        """What `make` makes of this desk: made at the first call, and kept as long as the desk is."""
        if make not in self._parts:
            self._parts.setdefault(make, make(self))  # two threads that come at once share the first
        part: T = self._parts[make]
        return part

    def uow(self) -> UnitOfWork:
        """A new unit of work."""
        return UnitOfWork(self.engine)

    def wake(self, queue: Queue) -> None:
        """Tell the workers of a queue that there is work. Never raises: the clock rings again."""
        (self.ring or self.doorbell.ring)(queue)


@lru_cache
def get_desk() -> Desk:
    """The desk of this process, with logging set up."""
    settings = get_settings()
    log.configure(settings)
    return Desk(settings, now=clock_of(settings))
