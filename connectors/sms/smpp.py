"""The SMS channel by an operator's SMPP 3.4 server: one bind that receives, one that sends.

They belong to two processes of ours, so the operator must allow two. Deliveries are answered after the
commit: what a killed process took is unanswered, and the server brings it again.
"""

import ssl
from dataclasses import dataclass, replace
from datetime import timedelta
from threading import Lock

from connectors.base import Batch, ConnectorContext, OutboundText
from connectors.sms import smpp_items, smpp_receipts
from connectors.sms import smpp_pdus as pdus
from connectors.sms.parsing import SmsParser
from connectors.sms.settings import SmsSettings
from connectors.sms.smpp_cursor import Unanswered
from connectors.sms.smpp_outgoing import submissions
from connectors.sms.smpp_session import Line, Session
from connectors.sms.smpp_text import Habits
from domain.errors import DeskError, NotConfiguredError, UnreadableMessageError
from domain.messages import Accepted, DeliveryReport, Unreadable
from domain.vocabulary import Channel

_A_BATCH = 100
_PARTLY_SENT = 200
"""So many notices are remembered of which some parts have left and others have not."""


@dataclass(frozen=True, kw_only=True)
class _Handle:
    """A delivery to answer, and the bind it came by: an answer counts on that one only."""

    session: Session
    pdu: pdus.Pdu
    digest: str


class SmppSms(SmsParser):
    """One account at an SMPP server. Sending is safe to share between threads."""

    def __init__(self, context: ConnectorContext) -> None:
        self._settings: SmsSettings = context.settings
        self._context = context
        self._habits = Habits(alphabet=self._settings.default_alphabet, packed=self._settings.packed_septets)
        self._receiver: Session | None = None
        self._sender: Session | None = None
        self._opening = Lock()
        self._in_hand: list[pdus.Pdu] = []
        self._answered: set[str] = set()
        self._partly: dict[str, dict[int, str]] = {}

    def poll(self, cursor: str) -> Batch:
        """What the bind brought since the last call, or the same again until it is acknowledged. Binds where
        there is none. Raises a DeskError; a bind that was lost is told once, and the next call opens
        another."""
        unanswered = Unanswered.read(cursor)
        session = self._receiver = self._receiver or self._bound("receiver", keeps_deliveries=True)
        taken = self._in_hand = self._in_hand or session.delivered(_A_BATCH)
        if session.broken and not taken:
            self._receiver = None
            session.close()
            raise session.broken
        now = self._context.now()
        self._answered &= set(unanswered.known)
        unanswered = unanswered.without(self._answered, now)
        items: list[Accepted] = []
        reports: list[DeliveryReport] = []
        for pdu in taken:
            found = self._read(pdu.raw)
            if isinstance(found, DeliveryReport):
                reports.append(found)
            elif found:
                unanswered, identifier = unanswered.met(smpp_items.digest(pdu.raw), now)
                items.append(replace(found, external_id=identifier))
        return Batch(
            items=items,
            reports=reports,
            cursor=unanswered.write(),
            more=session.has_news(),
            handles=[_Handle(session=session, pdu=p, digest=smpp_items.digest(p.raw)) for p in taken],
        )

    def acknowledge(self, batch: Batch) -> None:
        """Answer the deliveries, and make sure that the server has heard it: only what it is known to have
        heard is forgotten. Raises ConnectionFailedError."""
        self._in_hand = []
        sessions = {handle.session for handle in batch.handles if handle.session.broken is None}
        for handle in batch.handles:
            if handle.session in sessions:
                handle.session.respond("deliver_sm_resp", handle.pdu)
        for session in sessions:
            session.enquire()
            self._answered |= {handle.digest for handle in batch.handles if handle.session is session}

    def wait(self, seconds: float) -> None:
        """Return when something was delivered, or the bind is lost, at the latest after so long."""
        if self._receiver and not self._answered:
            self._receiver.wait(seconds)

    def send(self, message: OutboundText) -> str:
        """The id of the last part, by which receipts are known. Raises a DeskError.

        A bind that breaks off may have taken the text: at least once. Parts that have left do not leave again
        from this process."""
        parts = submissions(message.text, message.recipient, message.our_id, self._settings)
        sent = dict(self._partly.pop(message.our_id, {}))
        trouble: DeskError | None = None
        session = self._sending()
        try:
            asked = [(n, session.submit(**fields)) for n, fields in enumerate(parts) if n not in sent]
        except DeskError as error:
            asked, trouble = [], error
        for number, future in asked:
            try:
                sent[number] = session.answer(future, "a text").text
            except DeskError as error:
                trouble = trouble or error
        if trouble:
            self._remember(message.our_id, sent)
            raise trouble
        form = self._settings.response_ids
        return smpp_receipts.gateway_id(self._context.account_id, sent[len(parts) - 1], form)

    def check(self) -> None:
        """Return when the server lets us bind as a sender. Raises a DeskError that says what to fix."""
        session = self._bound("transmitter", keeps_deliveries=False)
        try:
            session.enquire()
        finally:
            session.close()

    def close(self) -> None:
        """Unbind. Never raises; what was delivered and not answered comes again."""
        for session in (self._receiver, self._sender):
            if session:
                session.close()
        self._receiver = self._sender = None
        self._in_hand = []

    def _read(self, packet: bytes) -> Accepted | DeliveryReport | None:
        raw = smpp_items.original(packet, self._habits)
        try:
            delivery = pdus.read_delivery(packet)
            if smpp_receipts.is_receipt(delivery):
                settings, account = self._settings, self._context.account_id
                return smpp_receipts.read_receipt(delivery, account, settings.receipt_ids, raw)
            return smpp_items.item(raw, timedelta(minutes=self._settings.part_wait_minutes))
        except UnreadableMessageError as error:
            return Unreadable(channel=Channel.SMS, external_id="", raw=raw, error=str(error))

    def _remember(self, our_id: str, sent: dict[int, str]) -> None:
        if sent:
            self._partly[our_id] = sent
        while len(self._partly) > _PARTLY_SENT:
            self._partly.pop(next(iter(self._partly)))

    def _sending(self) -> Session:
        with self._opening:
            if self._sender and self._sender.broken:
                self._sender.close()
                self._sender = None
            if self._sender is None:
                self._sender = self._bound("transmitter", keeps_deliveries=False)
            return self._sender

    def _bound(self, role: str, *, keeps_deliveries: bool) -> Session:
        settings = self._settings
        line = Line(
            host=settings.host,
            port=settings.port,
            tls=self._tls(),
            timeout=settings.timeout_seconds,
            enquire_after=settings.enquire_seconds,
            window=settings.window,
            keeps_deliveries=keeps_deliveries,
        )
        return Session(
            line,
            f"bind_{'transceiver' if settings.binds == 'transceiver' else role}",
            system_id=settings.username,
            password=settings.password.get_secret_value(),
            system_type=settings.system_type,
        )

    def _tls(self) -> ssl.SSLContext | None:
        if not self._settings.tls:
            return None
        try:
            return ssl.create_default_context(cafile=self._settings.tls_ca_file or None)
        except OSError as error:
            raise NotConfiguredError(f"tls_ca_file cannot be read: {error.strerror or error}") from error
