"""The same word to the citizens of many cases, each by the delivery policy of the channel it came by."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from domain.vocabulary import Confidentiality, Priority, Template
from pipeline.desk import Desk
from pipeline.log import get_logger
from pipeline.owing import to_citizen
from pipeline.register import addresses
from pipeline.work import Owed
from store.records import Claimed
from store.unit_of_work import UnitOfWork

_log = get_logger(__name__)


def owed_to_citizens(
    desk: Desk,
    uow: UnitOfWork,
    template: Template,
    cases: Mapping[int, Confidentiality],
    now: datetime,
    *,
    key: str,
    values: Mapping[str, Any] | None = None,
) -> Owed:
    """The notices, one for each case whose citizen can be reached; the caller owes them.

    Each is owed once for its `key` and case. It waits for the end of quiet hours, also where lives were at
    stake, and is no automatic answer to anything. `values` go into each. Whose first message cannot be read
    any more is as good as unreachable, and holds up nobody else.
    """
    messages = _readable(uow.answers.first_messages(list(cases)))
    reached = [urn for each in messages.values() for urn in addresses(each.message)]
    wishes = uow.wishes.of(reached)
    return [
        (
            case_id,
            each.correlation_id,
            replace(
                notice,
                dedupe_key=f"{key}:{case_id}",
                values={**notice.values, **(values or {})},
                automatic=False,
            ),
        )
        for case_id, degree in cases.items()
        if (each := messages.get(case_id))
        for notice in to_citizen(
            desk, each, template, case_id, Priority.NORMAL, wishes, now, confidentiality=degree
        )
    ]


def _readable(messages: Mapping[int, Claimed]) -> dict[int, Claimed]:
    found = {}
    for case_id, each in messages.items():
        try:
            each.message  # noqa: B018 - it is read when it is asked for
        except (ValueError, KeyError, TypeError) as error:  # its text may hold what was written
            _log.warning("first_message_unreadable", case_id=case_id, error=type(error).__name__)
        else:
            found[case_id] = each
    return found
