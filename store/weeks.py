"""How the program's decisions of past weeks turned out, by what people said of them afterwards."""

from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

from store.review_records import TopicWeek, Week

_ISTANBUL = "AT TIME ZONE 'Europe/Istanbul'"
_CHANGED = "(topic IS DISTINCT FROM previous_topic OR not_a_case IS NOT NULL)"
"""A person found the topic wrong; a change of the unit or the place alone says nothing against it."""
_LAST_WORDS = (
    "(SELECT DISTINCT ON (case_id) * FROM reviews WHERE undone_at IS NULL AND at >= :since"
    " ORDER BY case_id, id DESC) AS said"
)
_CASES = text(
    f"SELECT CAST(date_trunc('week', opened_at {_ISTANBUL}) AS date) AS monday, count(*) AS cases,"  # noqa: S608
    " avg(confidence) AS confidence FROM cases WHERE opened_at >= :since GROUP BY monday ORDER BY monday"
)
_REVIEWS = text(
    f"SELECT CAST(date_trunc('week', at {_ISTANBUL}) AS date) AS monday, previous_topic AS topic,"  # noqa: S608
    f" count(*) AS reviewed, count(*) FILTER (WHERE {_CHANGED}) AS corrected,"
    f" sum(1 - confidence) AS expected FROM {_LAST_WORDS} GROUP BY monday, previous_topic"
    " ORDER BY monday, topic"
)
_COUNTED = text(
    f"SELECT count(*) AS reviewed, count(*) FILTER (WHERE {_CHANGED}) AS corrected,"  # noqa: S608
    f" coalesce(sum(1 - confidence), 0) AS expected FROM {_LAST_WORDS}"
)


class WeekRepository:
    """Weeks begin on Mondays in Istanbul."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def cases(self, since: datetime) -> list[Week]:
        """The cases opened since then, by week, and how confident the program was on average."""
        return [Week(**row._mapping) for row in self._session.execute(_CASES, {"since": since})]

    def reviews(self, since: datetime) -> list[TopicWeek]:
        """What people said since then, each case's last word, by week and the topic the program had found."""
        return [TopicWeek(**row._mapping) for row in self._session.execute(_REVIEWS, {"since": since})]

    def reviewed(self, since: datetime) -> TopicWeek:
        """The same over all weeks and topics together."""
        row = self._session.execute(_COUNTED, {"since": since}).one()
        return TopicWeek(monday=None, topic=None, **row._mapping)
