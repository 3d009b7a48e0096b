"""Hands a person what the desk keeps of them: an archive of data, a summary to be read, and their files."""

import hashlib
import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

from config.whole_files import flush_folder
from domain.errors import UnreadableMessageError
from domain.vocabulary import RegisterLook
from notifier.own_data_paper import file_names, paper
from notifier.pdf import render_pdf
from pipeline.citizens import known, refuse_erased, refuse_merged
from pipeline.desk import Desk
from pipeline.own_data import OwnData, own_data
from pipeline.refusal import RefusedError

SUMS = "SHA256SUMS"
_READABLE_BY_OWNER = 0o600


def export_citizen(desk: Desk, citizen_id: int, to: Path, *, actor: str, why: str) -> dict[str, int]:
    """Write a person's own data as a ZIP file that only its owner may read; recorded as a look.

    Returns how many cases, messages and files are in it. Raises RefusedError (unknown, merged, erased,
    file_there), OSError for the disk, and UnreadableMessageError for a file that is damaged in the store.
    """
    if to.exists():
        raise RefusedError("file_there", file=to)
    with desk.uow() as uow:
        person = known(uow, citizen_id)
        refuse_merged(person)
        refuse_erased(uow, person)
        uow.register.looked(RegisterLook.EXPORT, actor, why, [citizen_id], desk.now())
        uow.commit()  # who looks is recorded, also when the writing fails
        data = own_data(desk, uow, person)
    _write(desk, data, to)
    counted = {name: len(data.values[name]) for name in ("cases", "messages", "notices")}
    return counted | {"files": len(data.files)}


def _write(desk: Desk, data: OwnData, to: Path) -> None:
    half = to.with_name(f".{to.name}.half")
    half.unlink(missing_ok=True)  # of a process that died
    descriptor = os.open(half, os.O_CREAT | os.O_EXCL | os.O_RDWR, _READABLE_BY_OWNER)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                _fill(archive, _contents(desk, data))
            file.flush()
            os.fsync(file.fileno())
        half.rename(to)
    except BaseException:
        half.unlink(missing_ok=True)
        raise
    flush_folder(to.parent)


def _fill(archive: zipfile.ZipFile, contents: Iterator[tuple[str, bytes]]) -> None:
    sums = []
    for name, content in contents:
        archive.writestr(name, content)
        sums.append(f"{hashlib.sha256(content).hexdigest()}  {name}\n")
    archive.writestr(SUMS, "".join(sums))


def _contents(desk: Desk, data: OwnData) -> Iterator[tuple[str, bytes]]:
    """One file after the other: a person's originals may be many, and large."""
    names = file_names()
    told = json.dumps(data.values, ensure_ascii=False, indent=2, default=str)
    yield names["data"], told.encode()
    summary = paper(data.values, desk.now())
    yield names["summary"], render_pdf("own_data", summary, folder=desk.settings.notice_folder)
    for name, sha256 in data.files:
        try:
            yield name, desk.blobs.get(sha256)
        except UnreadableMessageError as error:
            raise UnreadableMessageError(f"{name}: {error}") from error
