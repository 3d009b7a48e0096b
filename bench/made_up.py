"""Cases of made-up months with their histories, written by the database itself: a million in a minute or two.

Topics, districts and channels come as often as on a desk: a few of them most of the time. Some cases are
passed on, given time, or opened again, so that a month's report has to read their history.
"""

from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, text

from config.taxonomy import DESK_UNIT

CHANNELS = [
    "call_centre", "whatsapp", "mobile", "webform", "email", "sms", "cimer", "x", "contact_point", "post",
]  # fmt: skip
TOPICS = [
    "su-kesintisi", "yol-ana-arter", "otobus-gecikmesi", "altyapi-kazisi", "su-borusu-patlagi", "kayip-esya",
    "kaldirim-ana-arter", "kanal-tikanikligi", "sokak-aydinlatma", "su-basinci", "yol-cokmesi",
    "rogar-kapagi", "yagmur-suyu-mazgal", "trafik-isigi-ariza", "su-sayaci", "metro-istasyonu",
    "kanal-kokusu", "su-faturasi",
]  # fmt: skip
CLOSED = 0.985
LINES = 2
"""Lines of history that say nothing of where a case stands: its notices."""
_STATEMENTS = [
    text(part)
    for part in Path(__file__).with_name("made_up.sql").read_text(encoding="utf-8").split(";\n")
    if part.strip()
]
_ALONE = (
    text("SET LOCAL statement_timeout = 0"),
    text("SET LOCAL session_replication_role = replica"),  # its keys refer to what is there
)


def fill(
    connection: Connection, cases: int, since: datetime, until: datetime, now: datetime, *, seed: float,
    after: int = 0,
) -> None:  # fmt: skip
    """Write so many cases opened between two aware times, as they stand at a third; keys follow `after`.

    The database must know units and topics; `seed` is between -1 and 1. Nothing is committed.
    """
    given = {
        "since": since, "span": until - since, "cases": cases, "after": after, "channels": CHANNELS,
        "topics": TOPICS, "closed": CLOSED,
        "desk": DESK_UNIT, "now": now, "year": str(since.year), "lines": LINES,
    }  # fmt: skip
    for statement in _ALONE:
        connection.execute(statement)
    connection.execute(text("SELECT setseed(:seed)"), {"seed": seed})
    for statement in _STATEMENTS:
        connection.execute(statement, {name: given[name] for name in statement.compile().params})
