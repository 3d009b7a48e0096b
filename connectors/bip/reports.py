"""What BiP says became of our texts: reports on sending (`/report`), and on delivery and reading."""

import re
from collections.abc import Sequence

from connectors.bip.txn import our_id_of
from connectors.bip.values import Json, child, moment, number, person, text
from domain.messages import DeliveryReport
from domain.vocabulary import DeliveryState

_DELIVERED, _READ = 0, 1
_SUCCESS, _NO_SUCH_USER, _DUPLICATE = 0, 301, 310
_ID = re.compile(r"\S{1,100}")


def is_send_report(value: Json) -> bool:
    """Whether the item tells how sending went, for one recipient or several."""
    return "txnid" in value and "resultcode" in value and value.get("type") != "R"


def delivery_report(value: Json, raw: bytes) -> DeliveryReport | None:
    """The report that a text was delivered or read, which is more than delivered; None for a kind that the
    published page ("User Actions") does not know."""
    told = child(value, "report")
    if number(told, "reporttype") not in (_DELIVERED, _READ):
        return None
    return DeliveryReport(
        state=DeliveryState.DELIVERED,
        gateway_id=_identifier(told, "reportid"),
        our_id=our_id_of(text(value, "txnid")),
        recipient=person(value, "sender"),
        at=moment(value, "sendtime"),
        raw=raw,
    )


def send_reports(value: Json, raw: bytes) -> Sequence[DeliveryReport]:
    """One report for each recipient ("Reporting"): sent, or refused with its code."""
    our_id = our_id_of(text(value, "txnid"))
    listed = value.get("list")
    several = listed if isinstance(listed, list) else []
    recipients: list[Json] = [one for one in several if isinstance(one, dict)]
    found = [_sent(one, our_id, raw) for one in recipients or [value]]
    return [report for report in found if report]


def _sent(one: Json, our_id: str | None, raw: bytes) -> DeliveryReport | None:
    code = number(one, "resultcode")
    if code is None or code == _DUPLICATE:  # what was taken before has a report of its own
        return None
    return DeliveryReport(
        state=DeliveryState.SENT if code == _SUCCESS else DeliveryState.FAILED,
        gateway_id=_identifier(one, "reportid"),
        our_id=our_id,
        recipient=person(one, "receiver"),
        reason=None if code == _SUCCESS else f"BiP {code}",
        permanent=code == _NO_SUCH_USER,
        raw=raw,
    )


def _identifier(value: Json, name: str) -> str | None:
    found = text(value, name).strip()
    return found if _ID.fullmatch(found) else None
