"""Long messages that come in parts (S4): put together by (sender, reference, total), in whatever order.

For sources that hand over single parts, as SMPP and modems do; Twilio and Verimor hand over whole texts.
Pure: the state is a value, the time comes in. Nothing is waited for at the cost of the text: when a part
stays away the rest is delivered with a mark in its place, and again, whole, when it comes after all.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

WAIT = timedelta(minutes=10)
KEEP = timedelta(hours=24)
MARK = "[{number}/{total} …]"


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part, decoded. `number` counts from 1; `reference` is the sender's own and comes round again."""

    sender: str
    reference: int
    total: int
    number: int
    text: str


@dataclass(frozen=True, kw_only=True)
class Whole:
    """A message to deliver. The same `key` again means: the text of that one, now with what was missing."""

    key: str
    text: str
    missing: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Group:
    first_at: datetime
    total: int
    texts: Mapping[int, str]
    delivered: bool = False
    repeated: Mapping[int, str] = field(default_factory=dict)

    @property
    def missing(self) -> tuple[int, ...]:
        return tuple(n for n in range(1, self.total + 1) if n not in self.texts)


_Key = tuple[str, int, int]


@dataclass(frozen=True, kw_only=True)
class Assembly:
    """The parts that are held. `mark` stands where a part is missing."""

    groups: Mapping[_Key, _Group] = field(default_factory=dict)
    mark: str = MARK

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
        group = self.groups.get(key) or _Group(first_at=now, total=part.total, texts={})
        wholes: list[Whole] = []
        if group.texts.get(part.number, part.text) != part.text:
            wholes += [] if group.delivered else [self._whole(key, group)]
            group = _Group(first_at=now, total=part.total, texts=group.repeated)
        if part.number in group.texts:
            group = replace(group, repeated={**group.repeated, part.number: part.text})
            return self._with(key, group), wholes
        group = replace(group, texts={**group.texts, part.number: part.text})
        if group.delivered or not group.missing:
            wholes.append(self._whole(key, group))
            group = replace(group, delivered=True)
        return self._with(key, group), wholes

    def expire(self, now: datetime) -> tuple["Assembly", list[Whole]]:
        """The state after WAIT and KEEP have done their work at `now`, and what is to be delivered marked."""
        kept: dict[_Key, _Group] = {}
        wholes: list[Whole] = []
        for key, group in self.groups.items():
            if not group.delivered and now - group.first_at >= WAIT:
                wholes.append(self._whole(key, group))
                group = replace(group, delivered=True)
            if now - group.first_at < KEEP:
                kept[key] = group
        return replace(self, groups=kept), wholes

    def _with(self, key: _Key, group: _Group) -> "Assembly":
        return replace(self, groups={**self.groups, key: group})

    def _whole(self, key: _Key, group: _Group) -> Whole:
        sender, reference, total = key
        pieces = (group.texts.get(n, self.mark.format(number=n, total=total)) for n in range(1, total + 1))
        identifier = f"{sender}:{reference}:{total}:{group.first_at.isoformat()}"
        return Whole(key=identifier, text=_joined("".join(pieces)), missing=group.missing)


def _joined(text: str) -> str:
    """The text with surrogate pairs whole again that were cut between two UCS-2 parts."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
