"""What the channels' fixtures make alike: connectors at a stand-in, and texts to a citizen."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar

from connectors.base import OutboundText
from domain.urn import Urn

Build = Callable[..., Any]
"""A fixture that makes connectors, or texts, from what is given."""
NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)


class _Closing(Protocol):
    def close(self) -> None: ...


C = TypeVar("C", bound=_Closing)


def building(
    kind: type[C], connect: Callable[..., object], now: Callable[[], datetime] = lambda: NOW, **usual: Any
) -> Iterator[Callable[..., C]]:
    """Yields what builds connectors of that kind by `connect(clock, **settings)`, and closes them at the end.

    The clock is `now` and the settings are the usual ones, unless a test gives others.
    """
    built: list[C] = []

    def build(now: Callable[[], datetime] = now, **more: Any) -> C:
        connector = connect(now, **usual | more)
        assert isinstance(connector, kind)
        built.append(connector)
        return connector

    yield build
    for connector in built:
        connector.close()


def texts_to(citizen: Urn, our_id: str = "n-1") -> Callable[..., OutboundText]:
    """Makes texts to that citizen; every field may be given."""

    def make(text: str = "Başvurunuz alındı.", **more: Any) -> OutboundText:
        given: dict[str, Any] = {"recipient": citizen, "our_id": our_id, "text": text}
        return OutboundText(**given | more)

    return make
