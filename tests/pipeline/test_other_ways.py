"""When one way to a citizen is closed another is taken: every way, every trouble, and what is marked by it.

One table. `troubles` are what becomes of a notice at each address, the others take what they are given.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, NoReturn

import pytest
from sqlalchemy import text

from domain.errors import DeskError, RecipientRejectedError, TransientError, WindowClosedError
from domain.messages import DeliveryReport, InboundMessage
from domain.urn import Urn
from domain.vocabulary import CaseEventKind, Channel, DeliveryState, Medium, Template
from notifier.contracts import Outgoing
from notifier.policy import NOTICE_ATTEMPTS
from pipeline.delivery import apply_reports
from pipeline.desk import Desk
from pipeline.transports import transports_of
from store.models import NotificationRow
from store.reports import our_id
from tests.fakes import Clock, make_message
from tests.pipeline.looking import case_of, send_all, take_in
from tests.pipeline.timing import events, notices

E, S, C, L = Medium.EMAIL, Medium.SMS, Medium.CHAT, Medium.LETTER
REFUSED, BOUNCES, STOPPED = "refused when it is sent", "bounces later", "its owner opted out at the gateway"
MARKED, OPTED_OUT = "marked undeliverable before it leaves", "opted out before it leaves"
OVER, OVER_BY_SERVICE, AWAY = "its time is over", "the service says it is over", "never reached for a day"
POSTAL = {"postal_address": "Örnek Sokağı No: 5\n34710 Kadıköy / İstanbul"}
CHATS = {Channel.WHATSAPP: "whatsapp", Channel.TELEGRAM: "telegram", Channel.X: "x"}


CLOSING = {REFUSED, BOUNCES, STOPPED, MARKED, OPTED_OUT}
"""What closes the address for later notices, too."""
BEFORE = {MARKED, OPTED_OUT}


class Row(NamedTuple):
    """By which channel somebody wrote, with which other addresses; what is wrong where; the ways taken."""

    channel: Channel
    also: Sequence[Medium]
    troubles: Mapping[Medium, str]
    ways: Sequence[Medium]


ROWS = [
    Row(Channel.EMAIL, [S], {}, [E]),
    Row(Channel.EMAIL, [S], {E: REFUSED}, [E, S]),
    Row(Channel.EMAIL, [S], {E: BOUNCES}, [E, S]),
    Row(Channel.EMAIL, [S], {E: AWAY}, [E, S]),
    Row(Channel.EMAIL, [S], {E: MARKED}, [E, S]),
    Row(Channel.EMAIL, [L], {E: BOUNCES}, [E, L]),
    Row(Channel.EMAIL, [S, L], {E: BOUNCES, S: BOUNCES}, [E, S, L]),
    Row(Channel.SMS, [E], {S: BOUNCES}, [S, E]),
    Row(Channel.SMS, [E], {S: STOPPED}, [S, E]),
    Row(Channel.SMS, [E], {S: OPTED_OUT}, [S, E]),
    Row(Channel.SMS, [], {S: REFUSED}, [S]),
    Row(Channel.WHATSAPP, [S, E], {C: OVER}, [C, S]),
    Row(Channel.WHATSAPP, [E], {C: OVER_BY_SERVICE}, [C, E]),
    Row(Channel.WHATSAPP, [S, E], {C: OVER, S: REFUSED}, [C, S, E]),
    Row(Channel.TELEGRAM, [E], {C: REFUSED}, [C, E]),
    Row(Channel.TELEGRAM, [L], {C: REFUSED}, [C, L]),
    Row(Channel.X, [S, E, L], {C: REFUSED, S: BOUNCES, E: BOUNCES}, [C, S, E, L]),
    Row(Channel.WEBFORM, [S, E], {S: BOUNCES}, [S, E]),
    Row(Channel.POST, [L], {}, [L]),
]


class Gateways:
    """Everything notices leave by: each address takes what comes, or has the trouble it is given."""

    name = "gateways"

    def __init__(self, troubles: Mapping[str, str]) -> None:
        self._errors: dict[str, DeskError] = {
            urn: error for urn, trouble in troubles.items() if (error := _error(trouble))
        }

    def send(self, outgoing: Outgoing) -> str:
        error = self._errors.get(str(outgoing.recipient))
        if error:
            raise error
        return f"gateway-{outgoing.our_id}"

    def close(self) -> None:
        pass


def _error(trouble: str) -> DeskError | None:
    return {
        REFUSED: RecipientRejectedError("no such recipient"),
        STOPPED: RecipientRejectedError("21610", stopped=True),
        OVER_BY_SERVICE: WindowClosedError("131047"),
        AWAY: TransientError("no answer"),
    }.get(trouble)


def address(position: int, channel: Channel, medium: Medium) -> Urn:
    known = {
        E: Urn("mailto", f"vatandas{position}@posta.example"),
        S: Urn("tel", f"+9053211122{position:02}"),
        C: Urn(CHATS.get(channel, "chat"), f"90532111{position:04}"),
    }
    return known[medium]


def message(position: int, row: Row) -> InboundMessage:
    own = {Channel.EMAIL: E, Channel.SMS: S} | dict.fromkeys(CHATS, C)
    sender = address(position, row.channel, own[row.channel]) if row.channel in own else None
    given: dict[str, Any] = {
        "channel": row.channel,
        "sender": sender,
        "contacts": tuple(address(position, row.channel, medium) for medium in row.also if medium is not L),
        "headers": POSTAL if L in row.also else {},
        "text": f"Sokağımızdaki {position} numaralı lamba yanmıyor",
    }
    return make_message(**given)


def send_to_nobody_else(desk: Desk) -> None:
    """Units' mails are no matter of this table."""
    with desk.uow() as uow:
        uow.session.execute(text("UPDATE notifications SET state = 'sent' WHERE template <> 'received'"))
        uow.commit()


@pytest.fixture
def troubles() -> dict[str, str]:
    return {
        str(address(position, row.channel, medium)): trouble
        for position, row in enumerate(ROWS)
        for medium, trouble in row.troubles.items()
    }


@pytest.fixture
def cases(desk: Desk, troubles: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The cases of all rows; what is wrong before their notices leave is so now."""
    ids = [take_in(desk, message(position, row))[0] for position, row in enumerate(ROWS)]
    send_to_nobody_else(desk)
    ways = Gateways(troubles)
    real = transports_of(desk).of
    monkeypatch.setattr(
        transports_of(desk), "of", lambda medium, account: real(medium, account) if medium is L else ways
    )

    def no_approved_text(*_: object) -> NoReturn:
        raise WindowClosedError("no approved text stands for this notice")

    monkeypatch.setattr(transports_of(desk), "send_approved", no_approved_text)
    with desk.uow() as uow:
        for urn, trouble in troubles.items():
            if trouble == MARKED:
                uow.citizens.mark_undeliverable(urn, desk.now())
            if trouble == OPTED_OUT:
                uow.citizens.stop(urn, desk.now())
            if trouble == OVER:
                statement = (
                    "UPDATE chat_windows SET last_inbound_at = :at - interval '25 hours' WHERE urn = :urn"
                )
                uow.session.execute(text(statement), {"at": desk.now(), "urn": urn})
        uow.commit()
    return [case.id or 0 for each in ids if (case := case_of(desk, each))]


def receipts(desk: Desk) -> dict[int, list[NotificationRow]]:
    """What each citizen was owed, by the case."""
    found = defaultdict(list)
    for notice in notices(desk, Template.RECEIVED):
        found[notice.case_id or 0].append(notice)
    return found


def let_bounce(desk: Desk, troubles: Mapping[str, str]) -> None:
    bounced = [
        DeliveryReport(state=DeliveryState.FAILED, our_id=our_id(n.id or 0), permanent=True, reason="550")
        for n in notices(desk, Template.RECEIVED)
        if n.state == "sent" and troubles.get(n.recipient) == BOUNCES
    ]
    with desk.uow() as uow:
        apply_reports(desk, uow, bounced, desk.now())
        uow.commit()


def state_at(row: Row, medium: Medium) -> str:
    trouble = row.troubles.get(medium)
    return "suppressed" if trouble in BEFORE else "failed" if trouble else "sent"


def test_every_notice_takes_the_ways_that_are_left_each_once(
    desk: Desk, clock: Clock, cases: list[int], troubles: dict[str, str]
) -> None:
    for attempt in range(NOTICE_ATTEMPTS + 1):
        send_all(desk)
        if attempt < 4:
            let_bounce(desk, troubles)
        clock.step(hours=6)
    told, failures = receipts(desk), Counter(e.case_id for e in events(desk, CaseEventKind.NOTICE_FAILED))
    with desk.uow() as uow:
        closed = uow.citizens.closed_to_notices(list(troubles))
    for position, (row, case_id) in enumerate(zip(ROWS, cases, strict=True)):
        mine, states = told[case_id], [(medium, state_at(row, medium)) for medium in row.ways]
        assert [(n.medium, n.state) for n in mine] == states, (position, row)
        assert [n.fallback_of for n in mine] == [None, *(n.id for n in mine[:-1])]
        marked = {n.recipient for n in mine if row.troubles.get(Medium(n.medium)) in CLOSING}
        assert closed & {n.recipient for n in mine} == marked, (position, row)
        assert failures[case_id] == sum(state != "sent" for _, state in states), "its history says each"
