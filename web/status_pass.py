"""What somebody holds who has shown both numbers of a case: leave to act on this one case, for a while.

It stands in the page's forms and nowhere else: no cookie is set, no session is kept, no address holds it.
Each form has a pass of its own, good for one case and one purpose; a page of another site has none to send.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from web.signing import Signer

LIFE = timedelta(hours=1)
"""From the look-up on, whatever is done meanwhile; time to write, and to look for a photo."""


class Purpose(StrEnum):
    """What a pass is good for."""

    ADD = "add"
    OBJECT = "object"
    RATE = "rate"
    LOOK = "look"


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Somebody who showed both numbers of a case at `since`, in UTC to the second."""

    case_id: int
    since: datetime


class Passes:
    """Gives passes and reads them back."""

    def __init__(self, key: bytes) -> None:
        self._signers = {purpose: Signer(key, f"status-{purpose}") for purpose in Purpose}

    def give(self, holder: Holder) -> Mapping[str, str]:
        """A pass for each purpose, by its name. All end together, an hour after the look-up."""
        text = f"{holder.case_id}.{int(holder.since.timestamp())}"
        return {purpose.value: signer.sign(text, holder.since) for purpose, signer in self._signers.items()}

    def read(self, purpose: Purpose, token: str, now: datetime) -> Holder | None:
        """Who holds it; None for a pass that is forged, over, or for something else."""
        text = self._signers[purpose].read(token, now, valid_for=LIFE)
        if text is None:
            return None
        case_id, _, since = text.partition(".")
        return Holder(case_id=int(case_id), since=datetime.fromtimestamp(int(since), UTC))
