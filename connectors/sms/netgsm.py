"""The SMS channel by NetGSM: it is asked for messages and reports, and sends; it does not call us."""

import re
import unicodedata
from datetime import timedelta
from typing import Any

from connectors.base import Batch, ConnectorContext, OutboundText
from connectors.received_ids import raw_id
from connectors.sms import netgsm_items
from connectors.sms.netgsm_api import PAGE, NetgsmApi
from connectors.sms.netgsm_poll import REPORTS_PAUSE, Mark
from connectors.sms.netgsm_told import Told
from connectors.sms.parsing import SmsParser
from connectors.sms.settings import SmsSettings
from domain.errors import (
    DeskError,
    NotConfiguredError,
    PermanentError,
    RecipientRejectedError,
    ThrottledError,
    UnreadableMessageError,
)
from domain.gsm import SmsEncoding, ascii_fold_sms, unit_length
from domain.messages import Accepted, DeliveryReport, Unreadable
from domain.urn import Urn
from domain.vocabulary import Channel

_TURKISH_NUMBER = re.compile(r"\+90([0-9]{10})")
_TURKISH = SmsEncoding.GSM7_TURKISH_SINGLE
_NO_MARKETING = "0"
"""`iysfilter`: informational, so without asking the register of commercial consents (IYS)."""


class NetgsmSms(SmsParser):
    """One NetGSM account."""

    def __init__(self, context: ConnectorContext) -> None:
        self._settings: SmsSettings = context.settings
        self._now = context.now
        self._api = NetgsmApi(self._settings, context.now)
        self._told = Told()

    def poll(self, cursor: str) -> Batch:
        """The messages of the next window, oldest first, and now and then a page of delivery reports.

        Raises a DeskError; reports that could not be had are told as the batch's trouble."""
        self._told.confirm(cursor)
        now = self._now()
        mark = Mark.read(cursor, now=now, first_poll_hours=self._settings.first_poll_hours)
        overlap = timedelta(minutes=self._settings.poll_overlap_minutes)
        start, stop = mark.window(now, overlap)
        originals = netgsm_items.numbered(self._api.inbox(start, stop))
        originals.sort(key=lambda raw: netgsm_items.moment_of(raw) or stop)
        read = mark.past(stop, self._api.listed_at)
        more = stop < now and read.until == stop
        reports, after, trouble = ([], read, None) if more else self._reports(read)
        self._told.hand_over(after.write(), reports)
        return Batch(
            items=[_read(raw) for raw in originals],
            cursor=after.write(),
            more=more,
            reports=reports,
            trouble=trouble,
        )

    def send(self, message: OutboundText) -> str:
        """The job id. Raises a DeskError. A call that breaks off may have been taken: at least once."""
        text = _sendable(message.text)
        if not text.strip():
            raise PermanentError("The text is empty")
        fields: dict[str, Any] = {
            "msgheader": self._settings.sender,
            "messages": [{"msg": text, "no": _national(message.recipient)}],
            "iysfilter": _NO_MARKETING,
        }
        if unit_length(text, SmsEncoding.GSM7) is None:
            fields["encoding"] = "TR"
        return self._api.send(fields)

    def check(self) -> None:
        """Return when NetGSM accepts us and knows our header. Raises a DeskError that says what to fix."""
        if self._settings.sender not in self._api.headers():
            raise NotConfiguredError("The sender is not among the headers registered for this account")

    def close(self) -> None:
        """Drop open connections. Never raises."""
        self._api.close()

    def _reports(self, mark: Mark) -> tuple[list[DeliveryReport], Mark, DeskError | None]:
        now = self._api.listed_at or self._now()
        wanted = mark.report_round(now)
        if wanted is None:
            return [], mark, None
        try:
            pieces = self._api.report(*wanted)
        except ThrottledError as error:
            return [], mark.reports_later(now, error.retry_after or REPORTS_PAUSE), None
        except DeskError as error:
            return [], mark.reports_later(now, REPORTS_PAUSE), error
        found = [report for piece in pieces if (report := _report(piece))]
        fresh, full = self._told.fresh(found), len(pieces) >= PAGE
        if not full:
            self._told.end_round()
        return fresh, mark.after_reports(now, full=full), None


def _read(raw: bytes) -> Accepted:
    try:
        (message,) = SmsParser().parse(raw)
    except UnreadableMessageError as error:
        return Unreadable(channel=Channel.SMS, external_id=raw_id(raw), raw=raw, error=str(error))
    return message


def _report(piece: bytes) -> DeliveryReport | None:
    try:
        return netgsm_items.item_report(piece)
    except UnreadableMessageError:
        return None


def _national(recipient: Urn) -> str:
    """The recipient as the API takes it: ten digits, Turkish numbers only."""
    found = _TURKISH_NUMBER.fullmatch(recipient.path) if recipient.scheme == "tel" else None
    if not found:
        raise RecipientRejectedError("NetGSM sends to Turkish phone numbers only")
    return found[1]


def _sendable(text: str) -> str:
    """The text in the Turkish alphabet of SMS, which is all NetGSM offers: other signs become like ones."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(c if unit_length(c, _TURKISH) is not None else ascii_fold_sms(c) for c in composed)
