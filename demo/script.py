"""The script: who writes what, when, by which entry. Read from the TOML files of `day/` and checked."""

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import time
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from domain.vocabulary import Channel

DAY = Path(__file__).with_name("day")
VIAS: Mapping[str, Channel] = {
    "lmtp": Channel.EMAIL,
    "pipe": Channel.EMAIL,
    "sms-verimor": Channel.SMS,
    "sms-twilio": Channel.SMS,
    "sms-netgsm": Channel.SMS,
    "sms-smpp": Channel.SMS,
    "whatsapp": Channel.WHATSAPP,
    "whatsapp-twilio": Channel.WHATSAPP,
    "messenger": Channel.FACEBOOK,
    "facebook-feed": Channel.FACEBOOK,
    "x-mention": Channel.X,
    "x-dm": Channel.X,
    "telegram": Channel.TELEGRAM,
    "bip": Channel.BIP,
    "form": Channel.WEBFORM,
    "chat": Channel.WEBCHAT,
    "app": Channel.MOBILE,
    "open311": Channel.MOBILE,
    "call_centre": Channel.CALL_CENTRE,
    "contact_point": Channel.CONTACT_POINT,
    "field": Channel.FIELD,
    "post": Channel.POST,
    "fax": Channel.FAX,
    "cimer": Channel.CIMER,
    "behak": Channel.BEHAK,
    "http": Channel.HTTP,
}
"""Every entry that messages come in by, and its channel."""
LYING = ("sms-netgsm", "facebook-feed", "x-mention", "post", "fax", "cimer", "behak")
"""Where messages lie until the desk looks: they are laid out before it does."""


class Line(BaseModel):
    """One message of the day. `{number}` in its words is the number of the case of the line `after`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str = ""
    at: time
    via: str
    who: int = Field(ge=1, le=150)
    text: str = Field(min_length=1)
    more: tuple[str, ...] = ()
    subject: str = ""
    district: str = ""
    address: str = ""
    position: tuple[float, float] | None = None
    topic: str = ""
    paper: Literal["pdf", "jpeg", "tiff"] = "pdf"
    charset: str = "utf-8"
    photo: bool = False
    hide: bool = False
    unreachable: bool = False
    after: str = ""
    how: Literal["", "reply", "answering_machine", "bounce"] = ""
    twice: bool = False
    bad: bool = False

    @property
    def channel(self) -> Channel:
        """The channel it comes in by."""
        return VIAS[self.via]


def read_day(folder: Path = DAY) -> list[Line]:
    """The day's lines by their hours. Raises ValueError that names what is wrong with the script."""
    files = [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.toml"))]
    lines = [Line.model_validate(given) for file in files for given in file["messages"]]
    named = [line.model_copy(update={"key": line.key or f"{n:03}"}) for n, line in enumerate(lines, 1)]
    _check(named)
    return sorted(named, key=lambda line: line.at)


def cut(lines: Sequence[Line], only: int) -> list[Line]:
    """The first few of every entry, what goes on with them, and whatever the desk must set aside."""
    seen: Counter[str] = Counter()
    kept: list[Line] = []
    for line in lines:
        if not line.after:
            seen[line.via] += 1
            kept += [line] if seen[line.via] <= only else []
    keys = {line.key for line in kept}
    follow_ups: Counter[str] = Counter()
    for line in (line for line in lines if line.after in keys):
        follow_ups[line.via] += 1
        kept += [line] if follow_ups[line.via] <= only else []
    return kept


def _check(lines: Iterable[Line]) -> None:
    known = {line.key: line for line in lines}
    doubled = [key for key, times in Counter(line.key for line in lines).items() if times > 1]
    wrong = [f"two lines are called {key}" for key in doubled]
    for line in known.values():
        before = known.get(line.after)
        if line.via not in VIAS:
            wrong.append(f"{line.key}: there is no entry {line.via}")
        if line.after and (before is None or before.after or before.at >= line.at):
            wrong.append(f"{line.key}: goes on with {line.after}, which is no earlier line of its own")
        if "{number}" in line.text + line.subject and not line.after:
            wrong.append(f"{line.key}: names the number of no other line")
    if wrong:
        raise ValueError("; ".join(wrong))
