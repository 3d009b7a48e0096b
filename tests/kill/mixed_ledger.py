"""The books of a mixed day: what was acknowledged against rows and cases, what is owed against what left."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from tests.kill import ledger
from tests.kill.crew import Crew
from tests.kill.mixed_asked import Cimer, Folder
from tests.kill.mixed_callers import Callers
from tests.kill.mixed_day import SIZES
from tests.kill.mixed_source import Calling, Source, key_of

_ROWS = (
    "SELECT a.name, m.text, m.raw_sha256, m.case_id, m.state,"
    " m.external_id LIKE 'file:%%' AS is_file FROM messages m"
    " JOIN channel_accounts a ON a.id = m.account_id"
)
_RECEIPTS = (
    "SELECT m.text, m.raw_sha256, n.recipient FROM notifications n JOIN messages m ON m.case_id = n.case_id"
    " WHERE n.template = 'received'"
)
_CHATS = "SELECT recipient FROM notifications WHERE medium IN ('chat', 'sms') AND carried_by IS NULL"


def acknowledged(sources: Sequence[Source], callers: Callers) -> set[str]:
    """What must be there: every call that was answered, and whatever came to a source that is asked."""
    asked = {
        each.key(number)
        for each in sources
        if not isinstance(each, Calling)
        for number in range(1, 1 + SIZES[type(each)])
    }
    return asked | callers.answered


def check_rows(crew: Crew, sources: Sequence[Source], callers: Callers) -> None:
    """Whatever was acknowledged is one row and one case, and nothing else is there."""
    rows = crew.rows(_ROWS)
    stored = Counter(_key(row) for row in rows if not row["is_file"])
    wanted = Counter(acknowledged(sources, callers))
    assert not wanted - stored, f"acknowledged and lost: {wanted - stored}"
    more = stored - wanted - Counter(callers.lost)
    assert not more, f"stored twice, or never sent: {more}"
    assert {row["state"] for row in rows} == {"done"}
    assert len({row["case_id"] for row in rows if row["case_id"]}) == stored.total()
    files = Counter(row["raw_sha256"] for row in rows if row["is_file"])
    assert files == Counter(file for each in sources if isinstance(each, Cimer) for file in each.files)
    left = [path for each in sources if isinstance(each, Folder) for path in each.waiting()]
    assert left == [], "files that nobody put away"
    ledger.check_cases(crew, distinct=stored.total(), but=[ledger.ONE_RECEIPT, ledger.NO_CASE])


def check_receipts(crew: Crew, sources: Sequence[Source]) -> None:
    """Each citizen who can be reached is owed one receipt, at their own address, and nobody else is."""
    owed = Counter((_key(row), row["recipient"]) for row in crew.rows(_RECEIPTS))
    stored = {_key(row) for row in crew.rows(_ROWS)}
    everybody = [(each, number) for each in sources for number in range(1, 1 + SIZES[type(each)])]
    wanted = Counter(
        (each.key(number), str(recipient))
        for each, number in everybody
        if each.key(number) in stored and (recipient := each.recipient(number)) is not None
    )
    assert owed == wanted, f"missing: {wanted - owed}, too much: {owed - wanted}"


def left_twice(crew: Crew, sources: Sequence[Source]) -> int:
    """How many notices too many left by the stand-ins. Every one owed left at least once, and none else."""
    owed = Counter(row["recipient"] for row in crew.rows(_CHATS))
    left = sum((each.left() for each in sources), Counter[str]())
    assert not owed - left, f"owed and never sent: {owed - left}"
    assert set(left) == set(owed), f"sent and never owed: {set(left) - set(owed)}"
    return (left - owed).total()


def _key(row: dict[str, Any]) -> str:
    return key_of(row["text"]) or row["raw_sha256"]
