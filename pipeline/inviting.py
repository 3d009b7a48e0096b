"""Answers public posts with the invitation to write in private (X5)."""

from connectors.base import HealthEvent, Inviting
from domain.errors import (
    CredentialsRejectedError,
    DeskError,
    NotConfiguredError,
    PermanentError,
    RecipientRejectedError,
)
from domain.vocabulary import Direction, HealthState
from notifier.contracts import Outgoing
from pipeline.connecting import build_connector
from pipeline.desk import Desk
from pipeline.events import tell
from pipeline.suppression import SuppressedError
from store.records import Account

SUBJECT = "public answers"


class Invitations:
    """What an account answers in public by. That it may not is news of its own: it must not hold up the
    account's private answers, which need other rights."""

    def __init__(self, desk: Desk, account: Account) -> None:
        self.name = account.name
        self._desk, self._account = desk, account

    def send(self, outgoing: Outgoing) -> str:
        """The id of the public answer. Raises SuppressedError where the account is not to give any,
        PermanentError for every refusal, since an invitation is not worth trying twice, and what else the
        connector raises."""
        connector = build_connector(self._desk, self._account)
        if not isinstance(connector, Inviting):
            raise SuppressedError("the channel cannot answer in public")
        try:
            gateway_id = connector.invite(outgoing.recipient.path, outgoing.rendered.text)
        except RecipientRejectedError:
            raise  # the post is gone, or its author lets nobody answer
        except DeskError as error:
            if not isinstance(error, PermanentError):
                raise
            if isinstance(
                error, CredentialsRejectedError | NotConfiguredError
            ):  # a repeated text is no fault
                self._note(HealthState.DEGRADED, str(error))
            raise PermanentError(str(error)) from error
        finally:
            getattr(connector, "close", lambda: None)()
        if gateway_id is None:
            raise SuppressedError("the account is told not to answer in public")
        self._note(HealthState.OK, "answered")
        return gateway_id

    def close(self) -> None:
        """Nothing is kept open here."""

    def _note(self, state: HealthState, cause: str) -> None:
        event = HealthEvent(direction=Direction.OUTBOUND, state=state, subject=SUBJECT, cause=cause)
        with self._desk.uow() as uow:
            tell(self._desk, uow, self._account.id, event, self._desk.now())
            uow.commit()
