"""Understands any stored BiP original by itself: no network, no clock, no database (G3)."""

from collections.abc import Sequence

from connectors.bip.items import read_item, split_call
from domain.messages import InboundMessage


class BipParser:
    """Reads whole calls and single items of them, in every form BiP has."""

    def parse(self, raw: bytes) -> Sequence[InboundMessage]:
        """The messages in one original; none in events and reports. Raises UnreadableMessageError, nothing
        else, whatever the bytes."""
        found = [each for item in split_call(raw) for each in read_item(item)]
        return [each for each in found if isinstance(each, InboundMessage)]
