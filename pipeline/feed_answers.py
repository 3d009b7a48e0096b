"""Answer files: what became of each reference, written for the institution each night and on demand (P3).

A file holds every reference whose state changed since the last one. It gets its name by a rename once it is
whole, and the same night's file has the same name: a clock that dies between file and commit writes it again.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from config.settings import ISTANBUL
from config.whole_files import write_whole
from connectors.feeds.marks import FED
from connectors.feeds.settings import FeedSettings
from domain.cases import CLOSED
from domain.errors import ConnectionFailedError, DeskError, NotConfiguredError
from domain.vocabulary import CaseState, Direction
from pipeline.desk import Desk
from pipeline.feeds import settings_of
from pipeline.health import record_failure, record_success
from pipeline.log import get_logger
from store.feeds import Standing
from store.records import Account
from store.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from connectors.feeds.answers import Answer

OVERLAP = timedelta(minutes=15)
"""How far each file looks back behind the last one: what was being written then was not seen yet. A line may
so come twice; its reference tells."""
_READABLE = 0o666
"""As the umask allows: whoever uploads the file is another user."""
_log = get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Written:
    """An answer file: None where there was nothing to tell."""

    path: Path | None
    answers: int


def write_now(desk: Desk, account: Account, since: datetime | None = None) -> Written:
    """Write the answers since the last file, or, again, since an aware time that is given.

    Only the former counts as telling. Raises NotConfiguredError without a folder, and ConnectionFailedError
    when it cannot be written or another process is writing it.
    """
    now = desk.now()
    with desk.uow() as uow:
        state = uow.feeds.claim(account.id)
        if state is None:
            raise ConnectionFailedError("another process is writing this feed's answers: try again")
        name = f"{account.name}-{now.astimezone(ISTANBUL):%Y-%m-%d-%H%M%S}"
        written = _write(desk, uow, account, name, since or _since(state.told_through))
        uow.feeds.settle(account.id, night=None, told_through=None if since else now)
        uow.commit()
    return written


def write_nightly(desk: Desk) -> None:
    """Write each feed's answers once a night, however many clocks run; one that fails waits and is told."""
    local = desk.now().astimezone(ISTANBUL)
    with desk.uow() as uow:
        behind = uow.feeds.behind(sorted(FED), local.date())
        accounts = [found for each in behind if (found := uow.accounts.get(each))]
    for account in accounts:
        with suppress(DeskError):  # its health says what is wrong with it
            _write_night(desk, account, local)


def _write_night(desk: Desk, account: Account, local: datetime) -> None:
    if local.hour < _settings(desk, account).answer_hour or _is_left_alone(desk, account):
        return
    try:
        with desk.uow() as uow:
            written = _claimed_night(desk, uow, account, local.date())
            uow.commit()
    except DeskError as error:
        record_failure(desk, account, Direction.OUTBOUND, error)
        raise
    if written:
        record_success(desk, account, Direction.OUTBOUND)
        _log.info("feed_answered", account=account.name, answers=written.answers)


def _claimed_night(desk: Desk, uow: UnitOfWork, account: Account, night: date) -> Written | None:
    state = uow.feeds.claim(account.id, night=night)
    if state is None:
        return None
    now = desk.now()
    written = _write(desk, uow, account, f"{account.name}-{night:%Y-%m-%d}", _since(state.told_through))
    uow.feeds.settle(account.id, night=night, told_through=now)
    return written


def _is_left_alone(desk: Desk, account: Account) -> bool:
    with desk.uow() as uow:
        health = uow.health.get(account.id, Direction.OUTBOUND)
    return bool(health and health.not_before and health.not_before > desk.now())


def _since(told_through: datetime | None) -> datetime | None:
    return told_through - OVERLAP if told_through else None


def _settings(desk: Desk, account: Account) -> FeedSettings:
    settings = settings_of(desk, account)
    if not isinstance(settings, FeedSettings):
        raise NotConfiguredError(f"{account.name!r} is no feed")
    return settings


def _write(desk: Desk, uow: UnitOfWork, account: Account, name: str, since: datetime | None) -> Written:
    settings = _settings(desk, account)
    if settings.answer_folder is None:
        raise NotConfiguredError(f"{account.name} has no answer_folder: beyazmasa channel set {account.name}")
    from connectors.feeds.answers import packed, write_answers  # a clock without feeds needs no spreadsheets

    answers = _answers(uow.feeds.standings(account.id, account.channel, since))
    if not answers:
        return Written(path=None, answers=0)
    file = f"{name}.{settings.answer_format}"
    content = write_answers(answers, settings.mapping, settings.answer_format)
    if settings.answer_zip:
        file, content = f"{name}.zip", packed(file, content)
    path = settings.answer_folder / file
    try:
        write_whole(path, content, mode=_READABLE)
    except OSError as error:
        raise ConnectionFailedError(f"{path} cannot be written: {error.strerror}") from error
    return Written(path=path, answers=len(answers))


def _answers(standings: Sequence[Standing]) -> "list[Answer]":
    from connectors.feeds.answers import Answer

    found = []
    for each in standings:
        state = CaseState(each.state)
        closed = state in CLOSED
        found.append(
            Answer(
                reference=each.reference,
                number=each.number,
                state=state,
                changed_at=each.changed_at,
                unit=each.unit,
                answer=(each.answer or "") if closed else "",
                answered_at=each.answered_at if closed else None,
            )
        )
    return found
