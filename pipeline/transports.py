"""By what notices leave in this process: chosen by settings and accounts, kept for the next notice."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from connectors.base import OutboundText, Sending
from domain.errors import (
    DeskError,
    NotConfiguredError,
    RecipientRejectedError,
    WindowClosedError,
)
from domain.vocabulary import Channel, Direction, Medium
from notifier.console import ConsoleTransport, OutboxItem
from notifier.contracts import Outgoing, Transport
from notifier.gateway import ChatTransport, GatewayTransport
from notifier.letter import LetterTransport
from notifier.smtp import SmtpTransport, account_from
from pipeline.approved import send_approved
from pipeline.chat_room import ChatRoom
from pipeline.connecting import apart_of, build_connector, webhook_url
from pipeline.desk import Desk
from pipeline.health import record_failure, record_success
from pipeline.inviting import Invitations
from pipeline.log import get_logger
from pipeline.mail_health import WatchedMail
from store.models import OutboxEntry
from store.records import Account, DueNotice

_log = get_logger(__name__)


class Transports:
    """The transports of one process; safe to share between threads."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lock = Lock()
        self._mail: Transport | None = None
        self._gateways: dict[int, _Gateway] = {}

    def of(self, medium: Medium, account_id: int | None) -> Transport:
        """What a notice of this medium leaves by; `account_id` is the account it should leave by, if it can.

        Raises NotConfiguredError where production has nothing to send with.
        """
        with self._lock:
            if medium is Medium.EMAIL:
                return self._by_mail()
            if medium is Medium.LETTER:
                return self._by_letter()
            if medium is Medium.PUBLIC:
                return Invitations(self._desk, self._reachable(account_id))
            return self._by_chat(account_id) if medium is Medium.CHAT else self._by_sms(account_id)

    def send_approved(
        self, notice: DueNotice, outgoing: Outgoing, values: Mapping[str, Any]
    ) -> tuple[str, str]:
        """Send a notice by the text its provider approved for it: that text's name and the gateway's id.

        Raises WindowClosedError where no such text can be sent: the notice takes its next way (W7).
        """
        account = self._reachable(notice.account_id)
        with self._lock:
            gateway = self._gateway(account)
        return send_approved(self._desk, account, gateway.connector, notice, outgoing, values)

    def apart(self, medium: Medium, account_id: int | None) -> timedelta | None:
        """How far apart messages of this account must leave (W12); None where it has no pace of its own."""
        account = self._chat_account(account_id) if medium is Medium.CHAT else None
        return apart_of(account) if account else None

    def paused_until(self, medium: Medium, account_id: int | None) -> datetime | None:
        """Until when what such a notice leaves by is to be left alone, in UTC; None when it may be tried.

        It asked for that, or it failed: a backlog must not knock once a notice.
        """
        if medium is Medium.EMAIL:
            return self._mail_paused_until()
        if medium is Medium.LETTER:
            return None
        by_sms = medium is Medium.SMS
        account = self._sms_account(account_id) if by_sms else self._chat_account(account_id)
        if account is None:
            return None
        with self._desk.uow() as uow:
            health = uow.health.get(account.id, Direction.OUTBOUND)
        return health.not_before if health else None

    def _mail_paused_until(self) -> datetime | None:
        return self._mail.paused_until if isinstance(self._mail, WatchedMail) else None

    def _by_mail(self) -> Transport:
        if self._mail is None:
            settings = self._desk.settings
            if settings.smtp_host:
                server = SmtpTransport(account_from(settings), self._desk.now)
                self._mail = WatchedMail(server, settings.smtp_host, self._desk.now)
            else:
                self._mail = self._console(Medium.EMAIL, "SMTP_HOST is not set")
        return self._mail

    def _by_sms(self, account_id: int | None) -> Transport:
        account = self._sms_account(account_id)
        if account is None:
            return self._console(Medium.SMS, "there is no SMS account to send by")
        return self._gateway(account).transport

    def _by_letter(self) -> Transport:
        settings = self._desk.settings
        written = self._show_letter if settings.development else lambda outgoing, name: None
        return LetterTransport(
            settings.letters, self._desk.now, papers=settings.notice_folder, written=written
        )

    def _by_chat(self, account_id: int | None) -> Transport:
        account = self._reachable(account_id)
        if account.channel == Channel.WEBCHAT:
            return ChatTransport(account.name, ChatRoom(self._desk))
        return self._gateway(account).transport

    def _reachable(self, account_id: int | None) -> Account:
        account = self._chat_account(account_id)
        if account is None:
            raise NotConfiguredError("the account a chat came by is switched off")
        return account

    def _gateway(self, account: Account) -> "_Gateway":
        kept = self._gateways.get(account.id)
        if kept is None or kept.account != account:
            # One that was replaced is not closed here: another thread may be sending by it.
            kept = self._gateways[account.id] = _gateway(self._desk, account)
        return kept

    def close(self) -> None:
        """Drop every connection that is kept open."""
        with self._lock:
            if self._mail:
                self._mail.close()
            for gateway in self._gateways.values():
                gateway.close()
            self._mail, self._gateways = None, {}

    def _chat_account(self, account_id: int | None) -> Account | None:
        with self._desk.uow() as uow:
            account = uow.accounts.get(account_id or 0)
        return account if account and account.enabled else None

    def _sms_account(self, account_id: int | None) -> Account | None:
        with self._desk.uow() as uow:
            accounts = uow.accounts.all(only_enabled=True, channels=[Channel.SMS])
        wanted = [a for a in accounts if a.id == account_id]
        named = [a for a in accounts if a.name == self._desk.settings.sms_account]
        return next(iter([*wanted, *named, *accounts]), None)

    def _console(self, medium: Medium, missing: str) -> Transport:
        if not self._desk.settings.development:
            raise NotConfiguredError(missing)
        return ConsoleTransport(self._keep_in_outbox, medium)

    def _show_letter(self, outgoing: Outgoing, name: str) -> None:
        with self._desk.uow() as uow:
            uow.outbox.add(
                OutboxEntry(
                    at=self._desk.now(),
                    medium=Medium.LETTER,
                    recipient=str(outgoing.recipient).replace("|", ", "),
                    subject=outgoing.rendered.subject,
                    text=outgoing.rendered.text,
                    headers={"File": name},
                )
            )
            uow.commit()

    def _keep_in_outbox(self, item: OutboxItem) -> None:
        with self._desk.uow() as uow:
            uow.outbox.add(
                OutboxEntry(
                    at=self._desk.now(),
                    medium=item.medium,
                    recipient=str(item.recipient),
                    subject=item.subject,
                    text=item.text,
                    html=item.html,
                    headers=dict(item.headers),
                )
            )
            uow.commit()


def _gateway(desk: Desk, account: Account) -> "_Gateway":
    connector = build_connector(desk, account)
    if not isinstance(connector, Sending):
        raise NotConfiguredError(f"the account {account.name} cannot send")
    return _Gateway(desk, account, connector)


class _Gateway:
    """A sending connector as the notifier knows it; its health is recorded by the way."""

    def __init__(self, desk: Desk, account: Account, connector: Sending) -> None:
        self.account = account
        self._desk, self.connector = desk, connector
        kind = GatewayTransport if account.channel == Channel.SMS else ChatTransport
        self.transport: Transport = kind(account.name, self)

    def close(self) -> None:
        """Let its connector drop what it keeps open, if it keeps anything."""
        getattr(self.connector, "close", lambda: None)()

    def send(self, outgoing: Outgoing) -> str:
        message = OutboundText(
            recipient=outgoing.recipient,
            text=outgoing.rendered.text,
            our_id=outgoing.our_id,
            report_url=f"{webhook_url(self._desk, self.account)}/status",
        )
        try:
            gateway_id = self.connector.send(message)
        except (RecipientRejectedError, WindowClosedError):
            raise  # the address or its window is at fault, not the account
        except DeskError as error:
            record_failure(self._desk, self.account, Direction.OUTBOUND, error)
            raise
        self._succeeded()
        return gateway_id

    def _succeeded(self) -> None:
        try:
            record_success(self._desk, self.account, Direction.OUTBOUND)
        except Exception:
            # It has left: nothing that goes wrong from here on may have it sent again.
            _log.exception("health_not_recorded", account=self.account.name)


def transports_of(desk: Desk) -> Transports:
    """The transports of this process's desk."""
    return desk.part(Transports)
