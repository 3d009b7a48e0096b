"""By what notices leave in this process: chosen by settings and accounts, kept for the next notice."""

from datetime import datetime, timedelta
from threading import Lock

from connectors.base import OutboundText, Sending
from domain.errors import DeskError, NotConfiguredError, RecipientRejectedError, WindowClosedError
from domain.vocabulary import Channel, Direction, Medium
from notifier.console import ConsoleTransport, OutboxItem
from notifier.contracts import Outgoing, Transport
from notifier.gateway import ChatTransport, GatewayTransport
from notifier.smtp import SmtpTransport, account_from
from pipeline.connecting import build_connector, webhook_url
from pipeline.desk import Desk
from pipeline.health import record_failure, record_success
from pipeline.log import get_logger
from store.models import OutboxEntry
from store.records import Account

REBUILD_AFTER = timedelta(minutes=1)
_log = get_logger(__name__)


class Transports:
    """The transports of one process; safe to share between threads."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lock = Lock()
        self._mail: Transport | None = None
        self._gateways: dict[int, tuple[datetime, Transport]] = {}

    def of(self, medium: Medium, account_id: int | None) -> Transport:
        """What a notice of this medium leaves by; `account_id` is the account it should leave by, if it can.

        Raises NotConfiguredError where production has nothing to send with.
        """
        with self._lock:
            if medium is Medium.EMAIL:
                return self._by_mail()
            return self._by_chat(account_id) if medium is Medium.CHAT else self._by_sms(account_id)

    def _by_mail(self) -> Transport:
        if self._mail is None:
            settings = self._desk.settings
            if settings.smtp_host:
                self._mail = SmtpTransport(account_from(settings), self._desk.now)
            else:
                self._mail = self._console(Medium.EMAIL, "SMTP_HOST is not set")
        return self._mail

    def _by_sms(self, account_id: int | None) -> Transport:
        account = self._sms_account(account_id)
        if account is None:
            return self._console(Medium.SMS, "there is no SMS account to send by")
        return self._gateway(account)

    def _by_chat(self, account_id: int | None) -> Transport:
        with self._desk.uow() as uow:
            account = uow.accounts.get(account_id or 0)
        if account is None or not account.enabled:
            raise NotConfiguredError("the account a chat came by is switched off")
        return self._gateway(account)

    def _gateway(self, account: Account) -> Transport:
        kept = self._gateways.get(account.id)
        now = self._desk.now()
        if kept is None or now - kept[0] > REBUILD_AFTER:
            self._gateways[account.id] = (now, _gateway(self._desk, account))
        return self._gateways[account.id][1]

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


def _gateway(desk: Desk, account: Account) -> Transport:
    connector = build_connector(desk, account)
    if not isinstance(connector, Sending):
        raise NotConfiguredError(f"the account {account.name} cannot send")
    gateway = _Gateway(desk, account, connector)
    if account.channel == Channel.SMS:
        return GatewayTransport(account.name, gateway)
    return ChatTransport(account.name, gateway)


class _Gateway:
    """A sending connector as the notifier knows it; its health is recorded by the way."""

    def __init__(self, desk: Desk, account: Account, connector: Sending) -> None:
        self._desk, self._account, self._connector = desk, account, connector

    def send(self, outgoing: Outgoing) -> str:
        message = OutboundText(
            recipient=outgoing.recipient,
            text=outgoing.rendered.text,
            our_id=outgoing.our_id,
            report_url=f"{webhook_url(self._desk, self._account)}/status",
        )
        try:
            gateway_id = self._connector.send(message)
        except (RecipientRejectedError, WindowClosedError):
            raise  # the address or its window is at fault, not the account
        except DeskError as error:
            record_failure(self._desk, self._account, Direction.OUTBOUND, error)
            raise
        self._succeeded()
        return gateway_id

    def _succeeded(self) -> None:
        try:
            record_success(self._desk, self._account, Direction.OUTBOUND)
        except Exception:
            # It has left: nothing that goes wrong from here on may have it sent again.
            _log.exception("health_not_recorded", account=self._account.name)


_kept: dict[int, Transports] = {}


def transports_of(desk: Desk) -> Transports:
    """The transports of this process's desk."""
    return _kept.setdefault(id(desk), Transports(desk))
