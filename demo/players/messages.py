"""SMS: pushed by Verimor, called by Twilio, listed by NetGSM, delivered by an SMPP message centre."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from demo.providers import PUSH_SECRET
from demo.refusal import NotTakenError
from demo.script import Line
from demo.stage import Handed, Stage
from pipeline.waiting import until

_MOST_UNITS, _PART_UNITS = 70, 67
_UCS2, _HEADER = 8, 0x40
_PATIENCE = 90.0


def verimor(stage: Stage, line: Line) -> Handed:
    """Verimor pushes a list; a bad one holds an item beside the message that nobody can understand."""
    server, words = stage.servers["gosteri-verimor"], stage.words(line)
    server.clock = datetime.now(UTC)
    item = server.receive(stage.person(line).phone[1:], words, message_id=stage.serial())
    items = [server.pushed(item)]
    if line.bad:
        items.append({"message_id": stage.serial(), "content": ["bozuk"], "type": "inbound"})
    url = f"{stage.hook('gosteri-verimor')}/{PUSH_SECRET}"
    for _ in range(1 + line.twice):
        stage.send(lambda: server.push(url, items))
    return Handed(account="gosteri-verimor", key=line.key, words=words, bad=int(line.bad))


def twilio(stage: Stage, line: Line) -> Handed:
    """Twilio posts a signed form."""
    server, words = stage.servers["gosteri-twilio"], stage.words(line)
    server.clock = datetime.now(UTC)
    resource = server.receive(stage.person(line).phone, words, sid=f"SM{stage.mark(line)}")
    url = stage.hook("gosteri-twilio")
    for _ in range(1 + line.twice):
        stage.send(lambda: server.call_back(url, server.form(resource)))
    return Handed(account="gosteri-twilio", key=line.key, words=words)


def netgsm(stage: Stage, line: Line) -> Handed:
    """NetGSM keeps it until the desk asks."""
    server, words = stage.servers["gosteri-netgsm"], stage.words(line)
    server.clock = datetime.now(UTC)
    server.receive(stage.person(line).phone.removeprefix("+90"), words)
    return Handed(account="gosteri-netgsm", key=line.key, words=words)


def smpp(stage: Stage, line: Line) -> Handed:
    """The operator's message centre delivers it, in parts where it is long, and is answered for each."""
    centre, words = stage.servers["gosteri-smpp"], stage.words(line)
    source = stage.person(line).phone[1:]
    tags = [
        centre.deliver(part, source=source, data_coding=_UCS2, **more) for part, more in _parts(stage, words)
    ]
    until(lambda: len(_answers(centre, tags)) == len(tags), "the answer to an SMPP delivery", _PATIENCE)
    if any(_answers(centre, tags)):
        raise NotTakenError("SMPP: the desk refused the delivery")
    return Handed(account="gosteri-smpp", key=line.key, words=words)


def _answers(centre: Any, tags: Sequence[str]) -> list[int]:
    told = [each for each in list(centre.events) if each["event"] == "answered"]
    return [int(each["status"]) for each in told if each["tag"] in tags]


def _parts(stage: Stage, words: str) -> list[tuple[bytes, dict[str, Any]]]:
    if len(words) <= _MOST_UNITS:
        return [(words.encode("utf-16-be"), {})]
    reference = stage.serial() % 256
    pieces = [words[at : at + _PART_UNITS] for at in range(0, len(words), _PART_UNITS)]
    return [
        (bytes([5, 0, 3, reference, len(pieces), n]) + piece.encode("utf-16-be"), {"esm_class": _HEADER})
        for n, piece in enumerate(pieces, 1)
    ]
