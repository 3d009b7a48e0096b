"""Sends a notice by a text that its provider approved beforehand, once a chat's window is over (W7)."""

from collections.abc import Mapping
from typing import Any

from connectors.base import ApprovedText, HealthEvent, SendingTemplates
from domain.errors import NotConfiguredError, WindowClosedError
from domain.vocabulary import Direction, HealthState
from notifier.contracts import Outgoing
from notifier.filters import istanbul
from pipeline.desk import Desk
from pipeline.events import tell
from store.records import Account, DueNotice

_TIME = "dd.MM.y HH:mm"


def send_approved(
    desk: Desk,
    account: Account,
    connector: object,
    notice: DueNotice,
    outgoing: Outgoing,
    values: Mapping[str, Any],
) -> tuple[str, str]:
    """The approved text's name and the gateway's id. `values` are the notice's own.

    Raises WindowClosedError where the account has none for the notice, or one that cannot be sent as it is:
    the citizen is told by another way at once, and the operator once what is wrong with it. Raises what the
    gateway raises otherwise.
    """
    text = connector.approved(notice.template) if isinstance(connector, SendingTemplates) else None
    if text is None or not isinstance(connector, SendingTemplates):
        raise WindowClosedError("the chat's window is over, and no approved text stands for this notice")
    try:
        gateway_id = connector.send_template(
            outgoing.recipient, text.name, text.language, _filled(text, values), outgoing.our_id
        )
    except NotConfiguredError as error:
        _note(desk, account, text, HealthState.DEGRADED, str(error))
        raise WindowClosedError(f"the chat's window is over, and {text.name} cannot be sent") from error
    _note(desk, account, text, HealthState.OK, "sent")
    return text.name, gateway_id


def _filled(text: ApprovedText, values: Mapping[str, Any]) -> list[str]:
    missing = sorted(set(text.parameters) - values.keys())
    if missing:
        raise NotConfiguredError(f"the notice has no value {', '.join(missing)} for {text.name}")
    return [_shown(name, str(values[name] or "")) for name in text.parameters]


def _shown(name: str, value: str) -> str:
    return istanbul(value, _TIME) if value and name.endswith("_at") else value


def _note(desk: Desk, account: Account, text: ApprovedText, state: HealthState, cause: str) -> None:
    event = HealthEvent(
        direction=Direction.OUTBOUND,
        state=state,
        subject=f"approved text {text.name}/{text.language}",
        cause=cause,
    )
    with desk.uow() as uow:
        tell(desk, uow, account.id, event, desk.now())
        uow.commit()
