"""Which reports were handed over already: NetGSM tells them again in every round for two days."""

from collections.abc import Iterable

from domain.messages import DeliveryReport


class Told:
    """What this process handed over. Nothing depends on it but work: a report told twice changes nothing.

    What a poll hands over counts as told only once the next one comes with its cursor: then it was stored.
    """

    def __init__(self) -> None:
        self._told: set[str] = set()
        self._round: set[str] = set()
        self._waiting: tuple[str, set[str]] | None = None

    def confirm(self, cursor: str) -> None:
        """Take note of the cursor the next poll came with."""
        waiting, self._waiting = self._waiting, None
        if waiting and waiting[0] == cursor:
            self._told |= waiting[1]

    def fresh(self, reports: Iterable[DeliveryReport]) -> list[DeliveryReport]:
        """Those that were not handed over."""
        several = list(reports)
        self._round |= {_key(report) for report in several}
        return [report for report in several if _key(report) not in self._told]

    def end_round(self) -> None:
        """Forget what NetGSM no longer tells: it was not in the round that ends."""
        self._told &= self._round
        self._round = set()

    def hand_over(self, cursor: str, reports: Iterable[DeliveryReport]) -> None:
        """Remember what goes with this cursor."""
        self._waiting = (cursor, {_key(report) for report in reports})


def _key(report: DeliveryReport) -> str:
    return f"{report.gateway_id} {report.recipient} {report.state} {report.reason}"
