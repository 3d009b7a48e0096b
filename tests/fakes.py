"""Hand-written helpers at our own seams: a clock that is stepped, a bell that is written down, messages."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from config.settings import Settings
from domain.messages import InboundMessage
from domain.urn import Urn
from domain.vocabulary import Channel, Queue
from pipeline.desk import Desk

MONDAY_NOON = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
RUBBISH = "Kadıköy Moda Caddesi'nde çöp kutuları taşıyor, üç gündür alınmıyor"
_serial = count(1)


@dataclass
class Clock:
    """A clock that only the test moves."""

    moment: datetime = MONDAY_NOON

    def __call__(self) -> datetime:
        return self.moment

    def step(self, **passed: float) -> None:
        """Let time pass, given as `timedelta` takes it."""
        self.moment += timedelta(**passed)


@dataclass
class Bells:
    """Rings that nobody answers, written down."""

    rung: list[Queue] = field(default_factory=list)

    def __call__(self, queue: Queue) -> None:
        self.rung.append(queue)


def make_desk(settings: Settings, clock: Clock) -> Desk:
    """A desk on the test's database whose bells ring nowhere."""
    return Desk(settings, now=clock, ring=Bells())


def add_account(desk: Desk, channel: Channel = Channel.EMAIL, name: str = "") -> int:
    """A bare account of a channel; returns its key."""
    with desk.uow() as uow:
        added = uow.accounts.add(
            channel, name or f"{channel}-{next(_serial)}", {}, None, desk.keyring.key_id, desk.now()
        )
        uow.commit()
    return added.id


def make_message(**given: Any) -> InboundMessage:
    """An ordinary mail by a citizen of its own, changed by what is given."""
    serial = next(_serial)
    values: dict[str, Any] = {
        "channel": Channel.EMAIL,
        "external_id": f"message-{serial}",
        "text": RUBBISH,
        "raw": f"original {serial}".encode(),
        "sender": Urn("mailto", f"vatandas{serial}@eposta.example"),
        "sender_name": "Ayşe Yılmaz",
        "subject": "Çöp",
    }
    return InboundMessage(**values | given)


def process_all(desk: Desk) -> int:
    """Process until nothing is due; returns how many messages were handled."""
    from pipeline.process import process_batch

    total = 0
    while handled := process_batch(desk):
        total += handled
    return total
