"""Which notices follow from what happened. They are only owed here; `notify` sends them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from config.taxonomy import Taxonomy
from domain.decisions import Unit
from domain.messages import InboundMessage
from domain.notices import Notification
from domain.urn import Urn, can_receive_sms, letter_urn, phone_urn
from domain.vocabulary import CaseState, Confidentiality, Medium, Priority, Template
from notifier.policy import ONCE_A_WINDOW, Route, choose_route, may_answer, may_invite
from notifier.rendering import MEDIA
from notifier.rhythm import GATHERED
from pipeline.delivery import leaves_at, token_id
from pipeline.desk import Desk
from pipeline.personal import masked
from pipeline.register import addresses, citizens_of
from pipeline.surges import Spared
from pipeline.unit_mails import mails_to_unit, waits_until
from pipeline.unreachable import to_operator
from pipeline.work import Fresh, Owed
from router.assignment import ReviewReason
from store.records import Claimed, KnownCase
from store.unit_of_work import UnitOfWork
from store.wishes import Wishes

POSTAL_ADDRESS, ASKED_FOR = "postal_address", "notify_citizen"
"""Headers of a message: where a letter reaches its sender, and that a feed's account wants them told."""


def owe_for_new_case(
    desk: Desk,
    uow: UnitOfWork,
    fresh: Sequence[Fresh],
    rows: Sequence[Mapping[str, Any]],
    taxonomy: Taxonomy,
    spared: Spared,
    owed: Owed,
    now: datetime,
) -> None:
    """The receipt to each citizen who can be reached, and the case to its unit, unless that is spared it."""
    wishes = uow.wishes.of([u for f in fresh for u in addresses(f.claimed.message)])
    for each, row in zip(fresh, rows, strict=True):
        receipt = to_citizen(
            desk,
            each.claimed,
            first_word(row),
            row["id"],
            Priority(row["priority"]),
            wishes,
            now,
            confidentiality=Confidentiality(row["confidentiality"]),
        )
        _invite(uow, each.claimed, row["id"], now, reached=bool(receipt))
        correlation = each.claimed.correlation_id
        owed += [(row["id"], correlation, notice) for notice in receipt]
        told = owed_by_routing(desk, row, taxonomy, now)
        less = spared.get(row["id"], ())
        owed += [(row["id"], correlation, notice) for notice in told if notice.template not in less]


def first_word(row: Mapping[str, Any]) -> Template:
    """What a citizen is told of a new case: the receipt, or with it that somebody else is responsible."""
    return Template.OUT_OF_SCOPE if row["state"] == CaseState.REJECTED else Template.RECEIVED


def owed_to_citizen(
    desk: Desk, uow: UnitOfWork, each: Claimed, row: Mapping[str, Any], taxonomy: Taxonomy, now: datetime,
    *, turn: str,
) -> list[Notification]:  # fmt: skip
    """What the sender of a case's first message is told of where a person routed it: to which body outside
    (law 3071, art. 5), or that it is closed and who is responsible instead. `turn` as `owed_by_routing`."""
    topic = taxonomy.topics.get(row["topic"] or "")
    if row["state"] == CaseState.ASSIGNED and taxonomy.units[row["unit"]].external:
        template = Template.FORWARDED
    elif row["state"] == CaseState.REJECTED and topic and topic.answer:
        template = Template.OUT_OF_SCOPE
    else:
        return []
    wishes = uow.wishes.of(addresses(each.message))
    degree, priority = Confidentiality(row["confidentiality"]), Priority(row["priority"])
    owed = to_citizen(desk, each, template, row["id"], priority, wishes, now, confidentiality=degree)
    return [replace(notice, dedupe_key=f"{notice.dedupe_key}{turn}") for notice in owed]


def owed_by_routing(
    desk: Desk, row: Mapping[str, Any], taxonomy: Taxonomy, now: datetime, *, turn: str = ""
) -> list[Notification]:
    """What follows from where a case, as its row stands, was routed: by the program or by a person.

    `turn`, of letters, digits and hyphens, tells one routing of a case from its next: each owes notices of
    its own.
    """
    if row["state"] == CaseState.ASSIGNED:  # what is the desk's own matter it answers by mail like any unit
        return _to_unit(desk, row, taxonomy.units[row["unit"]], now, turn)
    if ReviewReason.NO_ADDRESS in row["reasons"]:
        return _for_silent_unit(desk, row, taxonomy.units[row["unit"]], now)
    return []


def owe_message_added(
    desk: Desk, uow: UnitOfWork, each: Claimed, case: KnownCase, owed: Owed, now: datetime
) -> None:
    """The word to a citizen that a further message joined the case; in a chat's window once (W8)."""
    wishes = uow.wishes.of(addresses(each.message))
    notices = to_citizen(desk, each, Template.MESSAGE_ADDED, case.id, Priority.NORMAL, wishes, now)
    fresh = [kept for notice in notices if (kept := _once_a_window(uow, case.id, notice, owed))]
    owed += [(case.id, each.correlation_id, notice) for notice in fresh]


def _once_a_window(uow: UnitOfWork, case_id: int, notice: Notification, owed: Owed) -> Notification | None:
    by_chat = notice.medium is Medium.CHAT and notice.template in ONCE_A_WINDOW and notice.account_id
    window = uow.windows.of(str(notice.recipient), notice.account_id or 0) if by_chat else None
    if window is None:
        return notice
    # The sender's address is locked while a batch is handled: nobody else owes this one meanwhile.
    key = f"{notice.template}:{case_id}:{notice.recipient}:{window.opened_at.isoformat()}"
    told = any(each.dedupe_key == key for _, _, each in owed) or key in uow.notifications.owed([key])
    return None if told else replace(notice, dedupe_key=key)


def _invite(uow: UnitOfWork, each: Claimed, case_id: int, now: datetime, *, reached: bool) -> None:
    """Ask a public post's author, once a thread, to write in private, where nothing else reaches them."""
    message = each.message
    if reached or not may_invite(message.channel, private=message.private) or not may_answer(message.verdict):
        return
    thread = message.references[0] if message.references else message.external_id
    notice = Notification(
        medium=Medium.PUBLIC,
        recipient=Urn("public", message.external_id),
        template=Template.PUBLIC_INVITATION,
        due_at=now,
        dedupe_key=f"{Template.PUBLIC_INVITATION}:{each.account_id}:{thread}:{message.sender or ''}",
        account_id=each.account_id,
    )
    uow.notifications.owe(case_id, each.correlation_id, notice)


def owe_opt_out(desk: Desk, uow: UnitOfWork, each: Claimed, owed: Owed, now: datetime) -> None:
    """Stop notices to the sender, with one last word that says so."""
    notices = to_citizen(desk, each, Template.OPTED_OUT, None, Priority.NORMAL, {}, now)
    owed += [(None, each.correlation_id, notice) for notice in notices]
    citizens_of(uow, [each.message], now)
    uow.citizens.stop(str(each.message.sender), now)


def owe_refusal(desk: Desk, uow: UnitOfWork, each: Claimed, owed: Owed, now: datetime) -> None:
    """The word to a sender that a mail was too large to be taken, and how else to reach the desk."""
    wishes = uow.wishes.of(addresses(each.message))
    notices = to_citizen(desk, each, Template.TOO_LARGE, None, Priority.NORMAL, wishes, now)
    told = {"subject": masked(each.message.subject or ""), "received_at": each.received_at.isoformat()}
    refusals = [replace(n, values={**n.values, **told}) for n in notices if n.medium is Medium.EMAIL]
    owed += [(None, each.correlation_id, notice) for notice in refusals]


def to_citizen(
    desk: Desk,
    each: Claimed,
    template: Template,
    case_id: int | None,
    priority: Priority,
    wishes: Mapping[str, Wishes],
    now: datetime,
    *,
    confidentiality: Confidentiality = Confidentiality.PUBLIC,
) -> list[Notification]:
    """The notice to the sender of a message, by the best way that its channel's policy and their `wishes`
    allow; none where nothing reaches them. Its key is the message's."""
    message = each.message
    ways = [way for way in _ways(message, wishes, confidentiality) if way[0] in MEDIA[template]]
    if not ways or not may_answer(message.verdict):
        return []
    medium, recipient = ways[0]
    inbound_id = message.headers.get("message_id")
    known = wishes.get(str(recipient))
    return [
        Notification(
            medium=medium,
            recipient=recipient,
            template=template,
            due_at=leaves_at(desk.settings, medium, priority, now, known.quiet if known else None),
            dedupe_key=f"{template}:{each.id}",
            values={"ways": [[way, str(urn)] for way, urn in ways], "message": each.id},
            priority=priority,
            account_id=each.account_id if recipient == message.sender else None,
            message_id=token_id(desk, "c", f"{case_id or 0}-{each.id}") if medium is Medium.EMAIL else None,
            in_reply_to=inbound_id,
            references=(*message.references[-10:], *([inbound_id] if inbound_id else [])),
        )
    ]


def _ways(message: InboundMessage, wishes: Mapping[str, Wishes], confidentiality: Confidentiality) -> Route:
    known = [wishes[urn] for urn in addresses(message) if urn in wishes]
    preferred = next((wish.preferred_medium for wish in known if wish.preferred_medium), None)
    return choose_route(
        message.channel,
        message.sender,
        message.contacts,
        private=message.private,
        confidentiality=confidentiality,
        postal=letter_urn(message.sender_name, message.headers.get(POSTAL_ADDRESS, "")),
        asked_for=message.headers.get(ASKED_FOR) == "yes",
        unusable={Urn.parse(wish.urn) for wish in known if wish.closed},
        preferred=Medium(preferred) if preferred else None,
    )


def _to_unit(desk: Desk, row: Mapping[str, Any], unit: Unit, now: datetime, turn: str) -> list[Notification]:
    priority = Priority(row["priority"])
    until = waits_until(unit, priority, row["due_at"], now)
    notices = mails_to_unit(
        desk,
        Template.ROUTED_TO_UNIT,
        row["id"],
        unit,
        priority,
        now,
        turn=turn,
        values={GATHERED: unit.rhythm} if until else {},
        due_at=until,
    )
    if priority is Priority.LIFE_SAFETY:
        notices += _alerts(row, unit, now, turn)
    return notices


def _for_silent_unit(desk: Desk, row: Mapping[str, Any], unit: Unit, now: datetime) -> list[Notification]:
    priority = Priority(row["priority"])
    alerts = _alerts(row, unit, now) if priority is Priority.LIFE_SAFETY else []
    return [*alerts, *to_operator(desk, row["id"], priority, "", now)]


def _alerts(row: Mapping[str, Any], unit: Unit, now: datetime, turn: str = "") -> list[Notification]:
    numbers = [urn for urn in map(phone_urn, unit.phones) if urn and can_receive_sms(urn)]
    return [
        Notification(
            medium=Medium.SMS,
            recipient=urn,
            template=Template.UNIT_ALERT,
            due_at=now,
            dedupe_key=f"{Template.UNIT_ALERT}:{row['id']}:{unit.code}:{urn.path}{turn}",
            priority=Priority.LIFE_SAFETY,
            automatic=False,
        )
        for urn in numbers
    ]
