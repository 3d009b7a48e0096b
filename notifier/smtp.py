"""Mail out of the house by SMTP, on one connection that is kept for the next mail.

Who is told of a bounce (docs/notices.md): with SMTP_BOUNCE_ADDRESS set, every notice leaves with it as
envelope sender, so that bounces come back and are matched (E17). Without it automatic notices leave with the
null sender (E15, RFC 3834 section 3.3), and others with the desk's own address.
"""

import contextlib
import re
import smtplib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from config.settings import Settings
from domain.errors import DeskError, RecipientRejectedError
from notifier.addresses import MailAddress, own_address, recipient_address
from notifier.contracts import Outgoing
from notifier.mail import Letterhead, compose
from notifier.smtp_errors import failed
from notifier.smtp_session import Security, SmtpServer, open_session, within

GOODBYE_SECONDS = 2.0


@dataclass(frozen=True, kw_only=True)
class SmtpAccount:
    """A server and who we are there; `bounce_address` is empty where bounces are not wanted."""

    server: SmtpServer
    letterhead: Letterhead
    bounce_address: str = ""


def account_from(settings: Settings) -> SmtpAccount:
    """The account in the deployment's settings. Raises NotConfiguredError, naming the variable."""
    name, sender = own_address("MAIL_FROM", settings.mail_from)
    bounce = settings.smtp_bounce_address
    server = SmtpServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        security=Security(settings.smtp_security),
        username=settings.smtp_username,
        password=settings.smtp_password,
        ca_file=settings.smtp_ca_file,
        hello=sender.domain,
    )
    return SmtpAccount(
        server=server,
        letterhead=Letterhead(sender=sender, sender_name=name, instance=settings.instance),
        bounce_address=str(own_address("SMTP_BOUNCE_ADDRESS", bounce)[1]) if bounce else "",
    )


class SmtpTransport:
    """Sends mails by one account; safe to share between threads. `now` gives aware times for `Date`."""

    name = "smtp"

    def __init__(self, account: SmtpAccount, now: Callable[[], datetime]) -> None:
        self._account = account
        self._now = now
        self._lock = Lock()
        self._kept: smtplib.SMTP | None = None

    def send(self, outgoing: Outgoing) -> str:
        """The Message-ID of the mail the server took. Raises a DeskError as `notifier.smtp_errors` says.

        A server that breaks off between the mail's last line and its answer may have taken it: the retry
        carries the same Message-ID.
        """
        recipient = recipient_address(outgoing.recipient)
        message = compose(outgoing, recipient, self._account.letterhead, self._now())
        with self._session(hide=str(recipient)) as session:
            self._hand_over(session, outgoing, recipient, message.as_bytes())
        return str(message["Message-ID"])

    def check(self) -> None:
        """Return when the server lets us in; raise a DeskError whose text says what to fix."""
        with self._session():
            pass

    def close(self) -> None:
        """Drop the kept connection. Never raises."""
        self._keep(None)

    def _hand_over(
        self, session: smtplib.SMTP, outgoing: Outgoing, recipient: MailAddress, raw: bytes
    ) -> None:
        if recipient.needs_utf8 and not session.has_extn("smtputf8"):
            raise RecipientRejectedError(
                f"{self._account.server.where}: the server takes no address with letters beyond ASCII"
            )
        sender = self._envelope_sender(automatic=outgoing.automatic)
        wants_bounces = bool(sender) and session.has_extn("dsn")
        session.sendmail(
            sender,
            [str(recipient)],
            raw,
            mail_options=[
                *(["SMTPUTF8", "BODY=8BITMIME"] if recipient.needs_utf8 else []),
                *(["RET=HDRS", f"ENVID={_xtext(outgoing.our_id)}"] if wants_bounces else []),
            ],
            rcpt_options=["NOTIFY=FAILURE"] if wants_bounces else [],
        )

    def _envelope_sender(self, *, automatic: bool) -> str:
        own = "" if automatic else str(self._account.letterhead.sender)
        return self._account.bounce_address or own

    @contextlib.contextmanager
    def _session(self, hide: str = "") -> Iterator[smtplib.SMTP]:
        """A ready session, kept afterwards unless anything about it is in doubt."""
        server = self._account.server
        session = None
        try:
            session = self._take() or open_session(server)
            with within(session, server.deadline):
                yield session
        except (OSError, smtplib.SMTPException, DeskError) as error:
            ours = failed(error, server.where, hide)
            self._keep_or_drop(session, ours)
            raise ours from None  # the cause holds the citizen's address; the sentence does not
        except BaseException:
            self._keep_or_drop(session, None)
            raise
        self._keep(session)

    def _keep_or_drop(self, session: smtplib.SMTP | None, error: DeskError | None) -> None:
        if session is not None and isinstance(error, RecipientRejectedError) and session.sock is not None:
            self._keep(session)
        elif session is not None:
            session.close()

    def _take(self) -> smtplib.SMTP | None:
        """The kept session, if it still answers."""
        with self._lock:
            kept, self._kept = self._kept, None
        if kept is None:
            return None
        with contextlib.suppress(OSError, smtplib.SMTPException), within(kept, self._account.server.timeout):
            if kept.noop()[0] == 250:
                return kept
        kept.close()
        return None

    def _keep(self, session: smtplib.SMTP | None) -> None:
        with self._lock:
            surplus, self._kept = self._kept, session
        if surplus is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException), within(surplus, GOODBYE_SECONDS):
                surplus.quit()
            surplus.close()


def _xtext(text: str) -> str:
    """The text as RFC 3461, section 4, lets it stand in a parameter."""
    plain = text.encode("utf-8")[:90].decode("utf-8", "ignore")
    return re.sub(r"[^!-*,-<>-~]", lambda m: "".join(f"+{b:02X}" for b in m[0].encode()), plain)
