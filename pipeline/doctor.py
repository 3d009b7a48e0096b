"""What is configured, what is reachable, what to fix: one finding a part, worst news included."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import partial

from config.settings import ISTANBUL
from domain.errors import DeskError, NotConfiguredError
from domain.vocabulary import CrmPause
from notifier.smtp import SmtpTransport, account_from
from pipeline.channels import overview, test
from pipeline.crm.looking import subscriber_rows
from pipeline.desk import Desk
from pipeline.doorbell import ping
from pipeline.model_shelf import load_models
from pipeline.refusal import RefusedError
from pipeline.spool import spool_of
from pipeline.taxonomy_review import stored_problems
from pipeline.virus import ping as scanner_answers
from pipeline.vitals import last_round
from store.engine import require_writes
from store.migrate import is_current

SILENT_CLOCK = timedelta(minutes=15)
"""Three rounds of a clock: one that is busy may leave one out."""
LOW_DISK_BYTES = 2 * 1024**3


class Mark(StrEnum):
    """How a part is doing."""

    OK = "ok"
    HINT = "hint"
    FAULT = "fault"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One line of the examination; `key` names its sentence in the catalogue, `detail` is the error."""

    part: str
    key: str
    mark: Mark
    detail: str = ""


def examine(desk: Desk) -> Iterator[Finding]:
    """Look at every part in turn. Never raises."""
    settings = desk.settings
    database = _tried("database", "database", lambda: _schema(desk))
    yield database
    yield _tried("redis", "redis", lambda: ping(settings.redis))
    yield _tried("blobs", "blobs", lambda: _blobs(desk))
    yield _disk(desk)
    if waiting := spool_of(desk).calls_aside():
        yield Finding(part="spool_aside", key="spool_aside", mark=Mark.FAULT, detail=str(waiting))
    if settings.smtp_host:
        yield _tried("smtp", "smtp", lambda: SmtpTransport(account_from(settings), desk.now).check())
    else:
        yield Finding(part="smtp", key="smtp_missing", mark=_missing(desk))
    if settings.clamd:
        yield _tried("clamd", "clamd", lambda: scanner_answers(settings.clamd))
    if not settings.operator_email:
        yield Finding(part="operator_email", key="operator_missing", mark=Mark.HINT)
    if database.mark is Mark.OK:
        yield _tried("taxonomy", "taxonomy", lambda: _taxonomy(desk))
        yield _tried("model", "model", lambda: _model(desk))
        yield from _clock(desk)
        yield from _accounts(desk)
        yield from _crms(desk)


def _missing(desk: Desk) -> Mark:
    return Mark.HINT if desk.settings.development else Mark.FAULT


def _tried(part: str, key: str, attempt: Callable[[], object]) -> Finding:
    try:
        attempt()
    except (DeskError, OSError) as error:
        cause = error.__cause__ if isinstance(error, RefusedError) and error.__cause__ else error
        return Finding(part=part, key=f"{key}_failed", mark=Mark.FAULT, detail=str(cause))
    return Finding(part=part, key=f"{key}_fine", mark=Mark.OK)


def _schema(desk: Desk) -> None:
    if not is_current(desk.engine):
        raise NotConfiguredError("the schema is older or newer than this program: run `beyazmasa migrate`")
    require_writes(desk.engine)


def _taxonomy(desk: Desk) -> None:
    if found := stored_problems(desk):
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        raise NotConfiguredError(found[0] + more)


def _model(desk: Desk) -> None:
    with desk.uow() as uow:
        load_models(desk, uow, uow.trained_models.version_in_force())


def _blobs(desk: Desk) -> None:
    [name] = desk.blobs.put_many([b"doctor"])
    desk.blobs.get(name)
    desk.blobs.remove(name)


def _disk(desk: Desk) -> Finding:
    folder = desk.settings.var_dir.absolute()
    free = shutil.disk_usage(next(each for each in (folder, *folder.parents) if each.exists())).free
    mark = Mark.OK if free > LOW_DISK_BYTES else Mark.FAULT
    key = "disk_fine" if mark is Mark.OK else "disk_low"
    return Finding(part="disk", key=key, mark=mark, detail=f"{free / 1024**3:.1f} GiB")


def _clock(desk: Desk) -> Iterator[Finding]:
    try:
        with desk.uow() as uow:
            at = last_round(uow)
    except DeskError:
        return  # it went away since its own finding, as the next one says
    if at is None:
        return  # it never ran here, or is at work
    silent = desk.now() - at > SILENT_CLOCK
    key, mark = ("clock_silent", Mark.FAULT) if silent else ("clock_fine", Mark.OK)
    yield Finding(part="clock", key=key, mark=mark, detail=f"{at.astimezone(ISTANBUL):%d.%m.%Y %H:%M}")


def _accounts(desk: Desk) -> Iterator[Finding]:
    try:
        accounts = [account for account, _ in overview(desk)]
    except DeskError as error:  # it went away since its own finding
        yield Finding(part="database", key="database_failed", mark=Mark.FAULT, detail=str(error))
        return
    if not any(account.channel == "sms" for account in accounts):
        yield Finding(part="sms", key="sms_missing", mark=_missing(desk))
    for account in accounts:
        part = f"{account.channel}/{account.name}"
        if not account.enabled:
            yield Finding(part=part, key="account_off", mark=Mark.HINT)
        else:
            yield _tried(part, "account", partial(test, desk, account))


def _crms(desk: Desk) -> Iterator[Finding]:
    try:
        rows = subscriber_rows(desk)
    except DeskError as error:
        yield Finding(part="database", key="database_failed", mark=Mark.FAULT, detail=str(error))
        return
    for row in rows:
        part = f"crm/{row['name']}"
        if row["paused_why"] == CrmPause.OPERATOR:
            yield Finding(part=part, key="account_off", mark=Mark.HINT)
        elif row["error"] or row["aside"]:
            yield Finding(part=part, key="crm_failed", mark=Mark.FAULT, detail=row["error"] or "")
        else:
            yield Finding(part=part, key="account_fine", mark=Mark.OK)
