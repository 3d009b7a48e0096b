"""Deliveries as they are stored by `accept`, and found again."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select, text, update
from sqlmodel import Session, col

from domain.messages import Attachment, InboundMessage, Unreadable
from domain.text import storable
from domain.vocabulary import MessageState, Step
from store.bulk import copy_rows, insert_missing
from store.erasing.plan import erased_id
from store.erasing.statements import doom
from store.message_rows import attachment_row, message_row, text_or_none
from store.models import Message, MessageAttachment, NotificationRow, Quarantined
from store.records import Arrival, Completed, Picture, Rhythm

_ERASED = text(
    "SELECT asked.account, asked.own"  # noqa: S608
    " FROM unnest(CAST(:accounts AS bigint[]), CAST(:owns AS text[])) AS asked(account, own)"
    " JOIN messages m ON m.account_id = asked.account"
    f" AND m.external_id IN (asked.own, {erased_id('asked.own')}) AND m.raw_sha256 = ''"
)
_SEALED = text(
    "SELECT id, headers ->> :name AS sealed FROM messages WHERE id > :after AND headers ->> :name IS NOT NULL"
    " ORDER BY id LIMIT :limit"
)
_RESEAL = text(
    "UPDATE messages m SET headers = jsonb_set(m.headers, ARRAY[CAST(:name AS text)], to_jsonb(fresh.after))"
    " FROM unnest(CAST(:ids AS bigint[]), CAST(:before AS text[]), CAST(:after AS text[]))"
    " AS fresh(id, before, after) WHERE m.id = fresh.id AND m.headers ->> :name = fresh.before"
)
_DOOM_AGAIN = doom("SELECT unnest(CAST(:hashes AS text[])) AS sha256")


class MessageRepository:
    """Message rows and their attachments."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, arrivals: Sequence[Arrival], now: datetime) -> dict[int, str]:
        """Store what is new, with attachments; unreadable items go to quarantine. Returns the new rows' ids
        in order, each with its correlation id.

        A second delivery is recognised by (account, external id) and changes nothing, also when its first was
        erased meanwhile.
        """
        if not arrivals:
            return {}
        by_key = {(a.account_id, storable(a.item.external_id)): a for a in arrivals}
        erased = self._erased(by_key, now)
        by_key = {key: arrival for key, arrival in by_key.items() if key not in erased}
        if not by_key:
            return {}
        found = insert_missing(
            self._session,
            Message,
            [message_row(arrival, now) for arrival in by_key.values()],
            unique="one_row_per_delivery",
            returning="id, account_id, external_id",
        )
        added = {row.id: by_key[row.account_id, row.external_id] for row in found}
        self._add_attachments(added)
        self._quarantine(added, now)
        return {message_id: added[message_id].correlation_id for message_id in sorted(added)}

    def _erased(self, arrivals: Mapping[tuple[int, str], Arrival], now: datetime) -> set[tuple[int, str]]:
        """Which of these deliveries were erased before. What they brought again is doomed at once."""
        given = {"accounts": [account for account, _ in arrivals], "owns": [one for _, one in arrivals]}
        erased = {(row.account, row.own) for row in self._session.execute(_ERASED, given)}
        again = [arrivals[key] for key in erased]
        if again:
            hashes = [one for each in again for one in (each.raw_sha256, *each.attachment_sha256)]
            self._session.execute(_DOOM_AGAIN, {"hashes": hashes, "erasure": None, "now": now})
        return erased

    def _add_attachments(self, added: Mapping[int, Arrival]) -> None:
        rows = [
            attachment_row(message_id, attachment, arrival.attachment_sha256[position])
            for message_id, arrival in added.items()
            if isinstance(arrival.item, InboundMessage)
            for position, attachment in enumerate(arrival.item.attachments)
        ]
        copy_rows(self._session, MessageAttachment, rows)

    def _quarantine(self, added: Mapping[int, Arrival], now: datetime) -> None:
        for message_id, arrival in added.items():
            if isinstance(arrival.item, Unreadable):
                self._session.add(
                    Quarantined(
                        message_id=message_id,
                        step=Step.ACCEPT,
                        error=storable(arrival.item.error),
                        traceback=storable(arrival.item.traceback),
                        created_at=now,
                    )
                )

    def replace(self, message_id: int, arrival: Arrival, now: datetime) -> None:
        """Fill a quarantined row with what its original means now, ready for `process`."""
        row = message_row(arrival, now)
        kept = ("account_id", "external_id", "channel", "correlation_id", "received_at")
        values = {name: value for name, value in row.items() if name not in kept}
        self._session.execute(update(Message).where(col(Message.id) == message_id).values(**values))
        self._session.flush()
        self._add_attachments({message_id: arrival})

    def complete(self, arrival: Arrival) -> Completed:
        """Put what an arrival says in place of what its delivery, which is stored, said so far.

        It stays where it is on its way; a worker that has it in hand is waited for. An arrival that is
        unreadable changes nothing."""
        item = arrival.item
        statement = select(Message).where(
            col(Message.account_id) == arrival.account_id,
            col(Message.external_id) == storable(item.external_id),
        )
        message = self._session.scalars(statement.with_for_update()).one()
        changed = isinstance(item, InboundMessage) and message.text != storable(item.text)
        if isinstance(item, InboundMessage) and changed:
            message.text, message.personal_spans = storable(item.text), None
            message.raw_sha256, message.raw_size = arrival.raw_sha256, len(item.raw)
            self._session.flush()
        return Completed(id=message.id or 0, case_id=message.case_id, changed=changed)

    def get(self, message_id: int) -> Message | None:
        """The row, or None."""
        return self._session.get(Message, message_id)

    def of_case(self, case_id: int) -> list[Message]:
        """The deliveries that belong to a case, oldest first."""
        statement = select(Message).where(col(Message.case_id) == case_id).order_by(col(Message.id))
        return list(self._session.scalars(statement))

    def attachments(self, message_ids: Sequence[int]) -> list[MessageAttachment]:
        """The files of these messages, in the order they came."""
        statement = select(MessageAttachment).where(col(MessageAttachment.message_id).in_(message_ids))
        return list(self._session.scalars(statement.order_by(col(MessageAttachment.id))))

    def file_of_case(self, attachment_id: int, case_id: int) -> MessageAttachment | None:
        """A file of one of the case's messages, or None."""
        statement = (
            select(MessageAttachment)
            .join(Message, col(Message.id) == col(MessageAttachment.message_id))
            .where(col(MessageAttachment.id) == attachment_id, col(Message.case_id) == case_id)
        )
        return self._session.scalars(statement).one_or_none()

    def cases_replied_to(self, account_id: int, sender: str, references: Sequence[str]) -> list[int]:
        """The cases that a sender's message on an account refers to by the provider's own ids.

        Those are the sender's earlier deliveries there, and our notices to it.
        """
        earlier = select(col(Message.case_id)).where(
            col(Message.account_id) == account_id,
            col(Message.external_id).in_(references),
            col(Message.sender) == sender,
        )
        notices = select(col(NotificationRow.case_id)).where(
            col(NotificationRow.gateway_id).in_(references), col(NotificationRow.recipient) == sender
        )
        found = self._session.execute(earlier.union(notices)).scalars()
        return sorted(case_id for case_id in found if case_id is not None)

    def cases_with_content(self, keys: Sequence[str]) -> dict[str, int]:
        """For each content that has a case already, the first such case."""
        statement = text(  # IS NOT NULL as in the partial index
            "SELECT content_key, min(case_id) AS case_id FROM messages WHERE content_key = ANY(:keys)"
            " AND content_key IS NOT NULL AND case_id IS NOT NULL GROUP BY content_key"
        )
        found = self._session.execute(statement, {"keys": list(keys)})
        return {row.content_key: row.case_id for row in found}

    def sealed(self, name: str, after: int, limit: int) -> list[tuple[int, str]]:
        """(id, ciphertext) of the messages behind this id that carry a header of this name."""
        rows = self._session.execute(_SEALED, {"name": name, "after": after, "limit": limit})
        return [(row.id, row.sealed) for row in rows]

    def reseal(self, name: str, ciphertexts: Mapping[int, tuple[str, str]]) -> int:
        """Put other ciphertexts in the place of these, (before, after) by message; returns how many headers
        still held the one before."""
        before, after = ([pair[side] for pair in ciphertexts.values()] for side in (0, 1))
        given = {"name": name, "ids": list(ciphertexts), "before": before, "after": after}
        return int(self._session.execute(_RESEAL, given).rowcount)  # type: ignore[attr-defined]

    def count_by_account(self, account_id: int) -> int:
        """How many deliveries an account has brought."""
        statement = select(func.count()).where(col(Message.account_id) == account_id)
        return int(self._session.scalar(statement) or 0)

    def rhythms(self, since: datetime) -> list[Rhythm]:
        """How many messages each account brought since then, and when the last one came."""
        rows = self._session.execute(
            select(col(Message.account_id), func.count(), func.max(col(Message.received_at)))
            .where(col(Message.received_at) >= since)
            .group_by(col(Message.account_id))
        )
        return [Rhythm(account_id=row[0], messages=row[1], last_at=row[2]) for row in rows]

    def missing_files(self, message_id: int) -> list[MessageAttachment]:
        """The attachments of a message whose content is still to be fetched."""
        statement = select(MessageAttachment).where(
            col(MessageAttachment.message_id) == message_id,
            col(MessageAttachment.sha256).is_(None),
            col(MessageAttachment.source).is_not(None),
            col(MessageAttachment.scan).is_(None),
        )
        return list(self._session.scalars(statement))

    def fill_words(self, message_id: int, item: InboundMessage, pictures: Sequence[Picture]) -> None:
        """Record what was read on a message's scans, with pictures of what could not be; only while it waits
        for that, so that doing it twice does it once."""
        found = self._session.execute(
            update(Message)
            .where(col(Message.id) == message_id, col(Message.state) == MessageState.RECEIVED)
            .values(
                text=storable(item.text),
                subject=text_or_none(item.subject),
                sender_name=text_or_none(item.sender_name),
                contacts=[storable(str(urn)) for urn in item.contacts],
                headers={storable(key): storable(value) for key, value in item.headers.items()},
            )
            .returning(col(Message.id))
        )
        if found.first() is None:
            return
        files = [Attachment(name=each.name, media_type="image/png", content=None) for each in pictures]
        rows = [
            attachment_row(message_id, file, each.sha256) | {"size": each.size}
            for file, each in zip(files, pictures, strict=True)
        ]
        copy_rows(self._session, MessageAttachment, rows)

    def fill_file(self, attachment_id: int, *, sha256: str | None, size: int, note: str | None) -> None:
        """Record where a file's content is kept now, or why there is none."""
        self._session.execute(
            update(MessageAttachment)
            .where(col(MessageAttachment.id) == attachment_id, col(MessageAttachment.sha256).is_(None))
            .values(sha256=sha256, size=size, note=note)
        )
