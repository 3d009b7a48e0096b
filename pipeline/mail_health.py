"""How the outgoing mail server is doing, as far as this process can tell: it is no channel account."""

from collections.abc import Callable
from datetime import datetime
from threading import Lock

from domain.errors import ConnectionFailedError, CredentialsRejectedError, DeskError
from domain.vocabulary import Channel, Direction
from notifier.contracts import Outgoing, Transport
from pipeline import metrics
from pipeline.health import wait_after
from pipeline.log import get_logger

_OK, _DOWN = 0, 2
_log = get_logger(__name__)


class WatchedMail:
    """Sends by a mail server and leaves it alone for a while when it is out or refuses who we are.

    Its state stands beside the accounts' in the metrics, under the server's name; a turn is logged once.
    Safe to share between threads.
    """

    def __init__(self, server: Transport, host: str, now: Callable[[], datetime]) -> None:
        self.name = server.name
        self.paused_until: datetime | None = None
        """When it may be tried again, in UTC; None while it works."""
        self._server, self._host, self._now = server, host, now
        self._failures = 0
        self._lock = Lock()

    def send(self, outgoing: Outgoing) -> str:
        """The gateway's id of the accepted notice. Raises what the server's transport raises."""
        try:
            gateway_id = self._server.send(outgoing)
        except (ConnectionFailedError, CredentialsRejectedError) as error:
            self._failed(error)
            raise
        self._works()
        return gateway_id

    def close(self) -> None:
        """Drop the kept connection. Never raises."""
        self._server.close()

    def _failed(self, error: DeskError) -> None:
        with self._lock:
            self._failures += 1
            self.paused_until = self._now() + wait_after(error, self._failures)
            news = self._failures == 1
        self._state(_DOWN)
        if news:
            _log.warning("mail_server_failed", server=self._host, error=type(error).__name__)

    def _works(self) -> None:
        with self._lock:
            news, self._failures, self.paused_until = self._failures > 0, 0, None
        self._state(_OK)
        if news:
            _log.warning("mail_server_works_again", server=self._host)

    def _state(self, state: int) -> None:
        labels = (self._host, Channel.EMAIL, Direction.OUTBOUND)
        metrics.CHANNEL_STATE.labels(*labels).set(state)
        if state == _OK:
            metrics.CHANNEL_SUCCESS.labels(*labels).set(self._now().timestamp())
