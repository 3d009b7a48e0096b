"""Long messages that come in parts (S4): put together by (sender, reference, total), in whatever order.

For sources that hand over single parts, as SMPP and modems do; Twilio and Verimor hand over whole texts.
Pure: the state is a value, the time comes in. Nothing is waited for at the cost of the text: when a part
stays away the rest is delivered with a mark in its place, and again, whole, when it comes after all.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from importlib.resources import files

WAIT = timedelta(minutes=10)
KEEP = timedelta(hours=24)
"""For so long a part that was missing still finds its message; later it is a message of its own."""
MARK: str = tomllib.loads(files("connectors").joinpath("parts.toml").read_text(encoding="utf-8"))["missing"]


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part, decoded. `number` counts from 1; `reference` is the sender's own and comes round again. `id`
    is the caller's."""

    sender: str
    reference: int
    total: int
    number: int
    text: str
    id: int = 0


@dataclass(frozen=True, kw_only=True)
class Whole:
    """A message to deliver. The same `key` again means: the text of that one, now with what was missing.

    `parts` are those it is made of, in their order; `repeated` came once more and add nothing."""

    key: str
    text: str
    missing: tuple[int, ...] = ()
    parts: tuple[Part, ...] = ()
    repeated: tuple[Part, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Group:
    first_at: datetime
    total: int
    held: Mapping[int, Part]
    delivered: bool = False
    repeated: Mapping[int, Part] = field(default_factory=dict)

    @property
    def missing(self) -> tuple[int, ...]:
        return tuple(n for n in range(1, self.total + 1) if n not in self.held)


_Key = tuple[str, int, int]


@dataclass(frozen=True, kw_only=True)
class Assembly:
    """The parts that are held. `wait` is how long a missing one is waited for."""

    groups: Mapping[_Key, _Group] = field(default_factory=dict)
    wait: timedelta = WAIT

    def add(self, part: Part, now: datetime) -> tuple["Assembly", list[Whole]]:
        """The state with the part, and what is to be delivered now. Raises ValueError for a part number that
        lies outside its total.

        A part that is already held is a redelivery. One that says something else under a number already held
        means that the sender's reference came round: what was held is delivered as it is, and equal parts
        that seemed redeliveries belong to the new message.
        """
        if not 1 <= part.number <= part.total:
            raise ValueError(f"part {part.number} of {part.total}")
        key = (part.sender, part.reference, part.total)
        group = self.groups.get(key) or _Group(first_at=now, total=part.total, held={})
        wholes: list[Whole] = []
        if group.held.get(part.number, part).text != part.text:
            wholes += [] if group.delivered else [_whole(key, group)]
            group = _Group(first_at=now, total=part.total, held=group.repeated)
        if part.number in group.held:
            group = replace(group, repeated={**group.repeated, part.number: part})
            return self._with(key, group), wholes
        group = replace(group, held={**group.held, part.number: part})
        if group.delivered or not group.missing:
            wholes.append(_whole(key, group))
            group = replace(group, delivered=True)
        return self._with(key, group), wholes

    def expire(self, now: datetime) -> tuple["Assembly", list[Whole]]:
        """The state after `wait` and KEEP did their work at `now`, and what is to be delivered marked."""
        kept: dict[_Key, _Group] = {}
        wholes: list[Whole] = []
        for key, group in self.groups.items():
            if not group.delivered and now - group.first_at >= self.wait:
                wholes.append(_whole(key, group))
                group = replace(group, delivered=True)
            if now - group.first_at < KEEP:
                kept[key] = group
        return replace(self, groups=kept), wholes

    def delivered(self) -> list[Whole]:
        """What was delivered and is still held, as it is now."""
        return [_whole(key, group) for key, group in self.groups.items() if group.delivered]

    def _with(self, key: _Key, group: _Group) -> "Assembly":
        return replace(self, groups={**self.groups, key: group})


def joined(texts: Mapping[int, str], total: int) -> str:
    """The text of the parts by their numbers, a mark for each that is missing. Surrogate pairs that were cut
    between two UCS-2 parts are whole again."""
    pieces = (texts.get(n, MARK.format(number=n, total=total)) for n in range(1, total + 1))
    return "".join(pieces).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def join_originals(originals: Sequence[bytes]) -> bytes:
    """The original of a joined message: those of its parts, a line each. A connector that hands over parts
    has a parser that reads such lines, so that the whole can be replayed."""
    return b"\n".join(originals)


def _whole(key: _Key, group: _Group) -> Whole:
    sender, reference, total = key
    parts = tuple(group.held[number] for number in sorted(group.held))
    return Whole(
        key=f"{sender}:{reference}:{total}:{group.first_at.isoformat()}:{next(iter(group.held.values())).id}",
        text=joined({part.number: part.text for part in parts}, total),
        missing=group.missing,
        parts=parts,
        repeated=tuple(group.repeated.values()),
    )
