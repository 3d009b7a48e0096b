"""What the desk's database says of this run: every row behind the mark that was there when it began."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, text

from pipeline.desk import Desk
from store.records import Account

if TYPE_CHECKING:
    from demo.stage import Handed

_RUN = "m.id > :mark AND m.account_id IN :accounts"
_CASES = f"SELECT m.case_id FROM messages m WHERE {_RUN} AND m.case_id > :case_mark"  # noqa: S608


@dataclass(frozen=True, kw_only=True)
class Row:
    """One stored message as far as the run looks at it."""

    account: str
    state: str
    case_id: int | None
    words: str


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """Looks only; `mark` and `case_mark` are the last keys from before the run."""

    desk: Desk
    names: Mapping[int, str]
    mark: int
    case_mark: int

    @classmethod
    def begun(cls, desk: Desk, accounts: Mapping[str, Account]) -> "Ledger":
        """The ledger of a run that begins now, over these accounts."""
        with desk.engine.connect() as connection:
            marks = [
                int(connection.execute(text(f"SELECT coalesce(max(id), 0) FROM {table}")).scalar_one())  # noqa: S608
                for table in ("messages", "cases")
            ]
        names = {account.id: account.name for account in accounts.values()}
        return cls(desk=desk, names=names, mark=marks[0], case_mark=marks[1])

    def rows(self) -> list[Row]:
        """Every message of the run."""
        found = self.ask(f"SELECT m.account_id, m.state, m.case_id, m.text FROM messages m WHERE {_RUN}")  # noqa: S608
        return [
            Row(account=self.names[account], state=state, case_id=case_id, words=plain(words))
            for account, state, case_id, words in found
        ]

    def case_of(self, handed: "Handed") -> int | None:
        """The case of what was handed over, None as long as there is none."""
        words = plain(handed.words)
        mine = (row for row in self.rows() if row.account == handed.account and words in row.words)
        return next((row.case_id for row in mine if row.case_id), None)

    def number_of(self, handed: "Handed") -> str | None:
        """The number of that case."""
        return self._one("SELECT number FROM cases WHERE id = :case", handed)

    def receipt_of(self, handed: "Handed") -> str | None:
        """The Message-ID of the receipt that was mailed for it."""
        statement = (
            "SELECT message_id FROM notifications WHERE case_id = :case AND template = 'received' "
            "AND medium = 'email' AND state IN ('sent', 'delivered')"
        )
        return self._one(statement, handed)

    def ask(self, statement: str, **given: object) -> Sequence[Any]:
        """The rows of a question about the run."""
        asked = text(statement)
        if ":accounts" in statement:
            asked = asked.bindparams(bindparam("accounts", expanding=True))
            given |= {"accounts": sorted(self.names)}
        marks = {"mark": self.mark, "case_mark": self.case_mark}
        given |= {name: value for name, value in marks.items() if f":{name}" in statement}
        with self.desk.engine.connect() as connection:
            return connection.execute(asked, given).fetchall()

    def _one(self, statement: str, handed: "Handed") -> str | None:
        case = self.case_of(handed)
        found = self.ask(statement, case=case) if case else []
        return str(found[0][0]) if found else None

    # the table at the end

    def by_channel(self) -> dict[str, dict[str, int]]:
        """For each channel: received, cases, follow_ups, set_aside, quarantined, review."""
        found = self.ask(
            f"""SELECT m.channel, count(*),
              count(DISTINCT m.case_id) FILTER (WHERE m.case_id > :case_mark AND e.kind = 'opened'),
              count(*) FILTER (WHERE e.kind = 'message_added'),
              count(*) FILTER (WHERE m.state = 'done' AND m.case_id IS NULL),
              count(*) FILTER (WHERE m.state = 'quarantined'),
              count(DISTINCT m.case_id) FILTER (WHERE c.state = 'in_review' AND e.kind = 'opened')
            FROM messages m LEFT JOIN cases c ON c.id = m.case_id
            LEFT JOIN case_events e ON e.case_id = m.case_id AND e.kind IN ('opened', 'message_added')
              AND e.detail->>'message' = m.id::text
            WHERE {_RUN} GROUP BY m.channel ORDER BY m.channel"""  # noqa: S608
        )
        names = ("received", "cases", "follow_ups", "set_aside", "quarantined", "review")
        return {row[0]: dict(zip(names, row[1:], strict=True)) for row in found}

    def links(self) -> dict[str, int]:
        """How many of the run's cases were linked with an earlier one, by kind of link."""
        statement = (
            f"SELECT kind, count(DISTINCT case_id) FROM case_links WHERE case_id IN ({_CASES}) GROUP BY kind"  # noqa: S608
        )
        return {str(kind): int(times) for kind, times in self.ask(statement)}

    def notices(self) -> dict[str, dict[str, int]]:
        """How many notices there are in each state, by medium."""
        found: dict[str, dict[str, int]] = {}
        for medium, state, times in self.ask(
            f"""SELECT n.medium, n.state, count(*) FROM notifications n
            WHERE n.correlation_id IN (SELECT m.correlation_id FROM messages m WHERE {_RUN})
            GROUP BY n.medium, n.state ORDER BY n.medium, n.state"""  # noqa: S608
        ):
            found.setdefault(medium, {})[state] = times
        return found

    def due_notices(self) -> int:
        """How many notices could leave now and have not."""
        statement = f"""SELECT count(*) FROM notifications n WHERE (n.state = 'sending'
            OR (n.state = 'owed' AND n.due_at <= :now AND n.attempts = 0))
            AND n.correlation_id IN (SELECT m.correlation_id FROM messages m WHERE {_RUN})"""  # noqa: S608
        return int(self.ask(statement, now=self.desk.now())[0][0])

    def seconds(self) -> list[float]:
        """For each case how long it took from its message's acceptance, in ascending order."""
        found = self.ask(
            f"""SELECT extract(epoch FROM e.at - m.received_at) FROM messages m
            JOIN case_events e ON e.case_id = m.case_id AND e.kind = 'opened'
              AND e.detail->>'message' = m.id::text WHERE {_RUN} ORDER BY 1"""  # noqa: S608
        )
        return [float(row[0]) for row in found]


def plain(words: str) -> str:
    """Words without what a mail program or a form does to their spaces."""
    return " ".join(words.split())
