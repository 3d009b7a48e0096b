"""How a case's notices stand, in words an operator knows: what waits and why, what left, what replaced it."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from domain.vocabulary import Medium, NoticeStanding, NoticeTrouble, NotificationState
from notifier.visibility import UNIT_TEMPLATES
from pipeline.letters import RETURNED
from pipeline.recipients import masked_recipient
from pipeline.suppression import CLOSED, DECLINED, LOOP, OVER
from store.gathering import DAILY_LIMIT
from store.models import NotificationRow

_S, _N, _T = NotificationState, NoticeStanding, NoticeTrouble
_PLAIN = {
    _S.SENDING: _N.LEAVING,
    _S.SENT: _N.LEFT,
    _S.DELIVERED: _N.ARRIVED,
    _S.FAILED: _N.LOST,
    _S.SUPPRESSED: _N.WITHHELD,
}
_SAID = {
    DAILY_LIMIT: None,
    CLOSED: _T.CLOSED,
    DECLINED: _T.DECLINED,
    LOOP: _T.LOOP,
    OVER: _T.OVER,
    RETURNED: _T.RETURNED,
    "RecipientRejectedError": _T.REFUSED,
    "WindowClosedError": _T.WINDOW,
    "ThrottledError": _T.SLOW,
    "ConnectionFailedError": _T.UNREACHABLE,
    "TransientError": _T.UNREACHABLE,
    "CredentialsRejectedError": _T.SETUP,
    "NotConfiguredError": _T.SETUP,
}


def notice_rows(rows: Collection[NotificationRow], now: datetime, *, whole: bool) -> list[dict[str, Any]]:
    """The notices of one case in plain values, oldest first. `error` is what a server said, as it said it;
    addresses are masked unless they are to be seen `whole`. `along_with` is the notice in whose message one
    left."""
    replaced = {row.fallback_of for row in rows if row.fallback_of}
    return [
        {
            "id": row.id,
            "template": row.template,
            "medium": row.medium,
            "recipient": row.recipient if whole else masked_recipient(row.recipient),
            "state": _N.REPLACED if row.id in replaced else standing(row, now),
            "along_with": row.carried_by if row.sent_at else None,
            "due_at": row.due_at,
            "sent_at": row.sent_at,
            "reported_at": row.posted_at or row.reported_at,
            "why": trouble(row.error),
            "error": row.error,
        }
        for row in rows
    ]


def standing(row: NotificationRow, now: datetime) -> NoticeStanding:
    """How a notice stands that no other one has taken the place of. `now` is aware."""
    if row.state == _S.OWED:
        return _waiting(row, now)
    if row.medium == Medium.LETTER and row.state == _S.SENT:
        return _N.POSTED if row.posted_at else _N.PRINTED
    return _PLAIN[NotificationState(row.state)]


def _waiting(row: NotificationRow, now: datetime) -> NoticeStanding:
    if row.error == DAILY_LIMIT:
        return _N.NEXT_DAY
    if row.error:
        return _N.TRIED_AGAIN
    if row.due_at <= now or row.template in UNIT_TEMPLATES:
        return _N.WAITING
    return _N.PACED if "slot" in row.values else _N.QUIET


def trouble(error: str | None) -> NoticeTrouble | None:
    """What a row's error comes to; None for none. What a provider said in its own words is `SAID`."""
    if not error:
        return None
    return _SAID.get(error, _SAID.get(error.partition(":")[0], _T.SAID))
