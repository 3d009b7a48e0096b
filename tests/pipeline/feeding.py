"""Feeds of the tests of the pipeline: accounts, files, and what became of their rows."""

from pathlib import Path
from typing import Any

from sqlmodel import col, select

from domain.vocabulary import Channel
from pipeline.channels import add, find
from pipeline.connecting import build_connector
from pipeline.desk import Desk
from pipeline.feeds import Imported, import_file
from pipeline.fetch import fetch_once
from store.models import Case, Message, NotificationRow, Quarantined
from store.records import Account
from tests.connectors.feeds.make_samples import COLUMNS, ROWS, SAMPLES, delimited
from tests.fakes import Clock, process_all

THREE = ["2026-000101", "2026-000102", "2026-000103"]
"""The references in the samples."""


def feed(desk: Desk, channel: Channel = Channel.CIMER, name: str = "kurum", **given: object) -> Account:
    """An account of a fed channel."""
    return add(desk, channel, name, {key: str(value) for key, value in given.items()})


def row(reference: str, **changed: str) -> tuple[str, ...]:
    """A row of its own; columns are named without their blanks."""
    values = dict(zip(COLUMNS, ROWS[0], strict=True)) | {"Başvuru No": reference, "Telefon": "", "Konu": ""}
    return tuple((values | {name.replace("_", " "): text for name, text in changed.items()}).values())


def batch(*rows: tuple[str, ...]) -> bytes:
    """A file with these rows."""
    return delimited(";", rows).encode("windows-1254")


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def take_in(desk: Desk, account: Account, content: bytes, name: str = "toplu.csv") -> Imported:
    """Import a file and process everything."""
    done = import_file(desk, find(desk, account.name), name, content)
    process_all(desk)
    return done


def drop(folder: Path, name: str, content: bytes) -> None:
    """Put a file where people put it."""
    (folder / "yeni").mkdir(parents=True, exist_ok=True)
    (folder / "yeni" / name).write_bytes(content)


def poll_all(desk: Desk, account: Account, clock: Clock) -> None:
    """Poll until nothing is left, twice over so that what was dropped has settled."""
    connector: Any = build_connector(desk, account)
    for _ in range(2):
        while fetch_once(desk, account, connector, None):
            pass
        clock.step(seconds=10)
    while fetch_once(desk, account, connector, None):
        pass
    connector.close()
    process_all(desk)


def cases(desk: Desk) -> dict[str, Case]:
    """Every case that came of a feed, by its reference."""
    statement = select(Case).where(col(Case.external_reference).is_not(None))
    with desk.uow() as uow:
        return {str(case.external_reference): case for case in uow.session.scalars(statement)}


def messages(desk: Desk) -> list[Message]:
    with desk.uow() as uow:
        return list(uow.session.scalars(select(Message).order_by(col(Message.id))))


def quarantined(desk: Desk) -> list[Quarantined]:
    """What waits in quarantine, oldest first."""
    with desk.uow() as uow:
        return [entry for entry, _ in uow.quarantine.waiting()]


def notices(desk: Desk, template: str) -> list[NotificationRow]:
    with desk.uow() as uow:
        found = uow.session.scalars(select(NotificationRow).where(col(NotificationRow.template) == template))
        return list(found)
