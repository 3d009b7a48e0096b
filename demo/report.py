"""What came of a run: figures of the database, what the providers took, and whether anything is missing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from demo.ledger import Row, plain
from demo.stage import Handed, Stage


@dataclass(frozen=True, kw_only=True)
class Report:
    """The figures of a run. `missing` are lines that were acknowledged and are no row, `surplus` accounts
    with more rows than messages, `refused` lines that the desk did not take."""

    run: int
    channels: Mapping[str, Mapping[str, int]]
    links: Mapping[str, int]
    notices: Mapping[str, Mapping[str, int]]
    taken: Mapping[str, int]
    median_seconds: float
    p95_seconds: float
    missing: Sequence[str]
    surplus: Sequence[str]
    refused: Sequence[tuple[str, str]]

    @property
    def good(self) -> bool:
        """Whether everything is as it should be."""
        return not (self.missing or self.surplus or self.refused)

    @property
    def values(self) -> dict[str, Any]:
        """The same as plain values."""
        return asdict(self)


def report(stage: Stage, refused: Sequence[tuple[str, str]]) -> Report:
    """The report of a run that is over."""
    seconds = stage.ledger.seconds()
    missing, surplus = compare(stage.ledger.rows(), stage.handed)
    return Report(
        run=stage.number,
        channels=stage.ledger.by_channel(),
        links=stage.ledger.links(),
        notices=stage.ledger.notices(),
        taken=taken(stage.servers),
        median_seconds=round(median(seconds), 2) if seconds else 0.0,
        p95_seconds=round(seconds[min(len(seconds) - 1, int(len(seconds) * 0.95))], 2) if seconds else 0.0,
        missing=missing,
        surplus=surplus,
        refused=refused,
    )


def compare(rows: Sequence[Row], handed: Sequence[Handed]) -> tuple[list[str], list[str]]:
    """(what is missing, where there is too much): words that no row has, and accounts by their numbers."""
    missing = [f"{each.key} ({each.account})" for each in handed if each.words and not _is_there(each, rows)]
    wanted, found = Counter[str](), Counter(row.account for row in rows)
    bad, quarantined = Counter[str](), Counter(r.account for r in rows if r.state == "quarantined")
    for each in handed:
        wanted[each.account] += each.good + each.bad
        bad[each.account] += each.bad
    missing += [f"{name}: {wanted[name]} > {found[name]}" for name in wanted if wanted[name] > found[name]]
    missing += [
        f"{name}: karantina {bad[name]} > {quarantined[name]}"
        for name in bad
        if bad[name] > quarantined[name]
    ]
    surplus = [f"{name}: {wanted[name]} < {found[name]}" for name in found if wanted[name] < found[name]]
    return missing, surplus


def _is_there(each: Handed, rows: Sequence[Row]) -> bool:
    words = plain(each.words)
    return any(row.account == each.account and words in row.words for row in rows)


def taken(servers: Mapping[str, Any]) -> dict[str, int]:
    """How many notices each provider took from the desk."""
    found = {
        "gosteri-verimor": len(servers["gosteri-verimor"].campaigns),
        "gosteri-netgsm": len(servers["gosteri-netgsm"].jobs),
        "gosteri-twilio": _sent_by_twilio(servers["gosteri-twilio"]),
        "gosteri-whatsapp": len(servers["gosteri-whatsapp"].sent),
        "gosteri-whatsapp-twilio": _sent_by_twilio(servers["gosteri-whatsapp-twilio"]),
        "gosteri-facebook": len(servers["gosteri-facebook"].sent) + len(servers["gosteri-facebook"].answers),
        "gosteri-x": sum(call.method == "POST" for call in servers["gosteri-x"].calls),
        "gosteri-telegram": len(servers["gosteri-telegram"].sent),
        "gosteri-bip": len(servers["gosteri-bip"].taken),
    }
    if centre := servers.get("gosteri-smpp"):
        found["gosteri-smpp"] = len(centre.all("submit"))
    return found


def _sent_by_twilio(server: Any) -> int:
    return sum(each["direction"] != "inbound" for each in server.messages)
