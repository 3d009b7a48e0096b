"""By what notices leave in this process: chosen by settings and accounts, kept for the next notice."""

from datetime import datetime
from threading import Lock

from connectors.base import OutboundText, Sending
from domain.errors import DeskError, NotConfiguredError, RecipientRejectedError, WindowClosedError
from domain.vocabulary import Channel, Direction, Medium
from notifier.console import ConsoleTransport, OutboxItem
from notifier.contracts import Outgoing, Transport
from notifier.gateway import ChatTransport, GatewayTransport
from notifier.smtp import SmtpTransport, account_from
from pipeline.chat_room import ChatRoom
from pipeline.connecting import build_connector, webhook_url
from pipeline.desk import Desk
from pipeline.health import record_failure, record_success
from pipeline.log import get_logger
from pipeline.mail_health import WatchedMail
from store.models import OutboxEntry
from store.records import Account

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
            return self._by_chat(account_id) if medium is Medium.CHAT else self._by_sms(account_id)

    def paused_until(self, medium: Medium, account_id: int | None) -> datetime | None:
        """Until when what such a notice leaves by is to be left alone, in UTC; None when it may be tried.

        It asked for that, or it failed: a backlog must not knock once a notice.
        """
        if medium is Medium.EMAIL:
            return self._mail_paused_until()
        account = self._chat_account(account_id) if medium is Medium.CHAT else self._sms_account(account_id)
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
        return self._gateway(account)

    def _by_chat(self, account_id: int | None) -> Transport:
        account = self._chat_account(account_id)
        if account is None:
            raise NotConfiguredError("the account a chat came by is switched off")
        if account.channel == Channel.WEBCHAT:
            return ChatTransport(account.name, ChatRoom(self._desk))
        return self._gateway(account)

    def _gateway(self, account: Account) -> Transport:
        kept = self._gateways.get(account.id)
        if kept is None or kept.account != account:
            # One that was replaced is not closed here: another thread may be sending by it.
            kept = self._gateways[account.id] = _gateway(self._desk, account)
        return kept.transport

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
            accounts = [a for a in uow.accounts.all(only_enabled=True) if a.channel == Channel.SMS]
        wanted = [a for a in accounts if a.id == account_id]
        named = [a for a in accounts if a.name == self._desk.settings.sms_account]
        return next(iter([*wanted, *named, *accounts]), None)

    def _console(self, medium: Medium, missing: str) -> Transport:
        if not self._desk.settings.development:
            raise NotConfiguredError(missing)
        return ConsoleTransport(self._keep_in_outbox, medium)

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
        self._desk, self._connector = desk, connector
        kind = GatewayTransport if account.channel == Channel.SMS else ChatTransport
        self.transport: Transport = kind(account.name, self)

    def close(self) -> None:
        """Let its connector drop what it keeps open, if it keeps anything."""
        getattr(self._connector, "close", lambda: None)()

    def send(self, outgoing: Outgoing) -> str:
        message = OutboundText(
            recipient=outgoing.recipient,
            text=outgoing.rendered.text,
            our_id=outgoing.our_id,
            report_url=f"{webhook_url(self._desk, self.account)}/status",
        )
        try:
            gateway_id = self._connector.send(message)
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


_kept: dict[int, Transports] = {}


def transports_of(desk: Desk) -> Transports:
    """The transports of this process's desk."""
    return _kept.setdefault(id(desk), Transports(desk))
