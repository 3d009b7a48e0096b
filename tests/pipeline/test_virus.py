"""Files are scanned by a real clamd before their message goes on; without it that waits but briefly (G12)."""

import io
import socket
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest

from domain.errors import ConnectionFailedError, DeskError, NotConfiguredError
from domain.messages import Attachment
from domain.vocabulary import MessageState, ScanState, Template
from notifier.rendering import render
from pipeline.accept import Intake, accept
from pipeline.attachments import AWAY
from pipeline.desk import Desk
from pipeline.read import read_batch
from pipeline.virus import TOO_LARGE, scan
from store.models import MessageAttachment, NotificationRow
from tests.fakes import Clock, add_account, make_message, process_all
from tests.pipeline.looking import case_of, send_all
from tests.servers.clamd import LARGEST, MARK, VIRUS, Clamd, running

BAD = b"MZ\x90 " + MARK


@pytest.fixture
def clamd(require_server: Callable[[str], Path]) -> Iterator[Clamd]:
    program = require_server("clamd")
    # a folder of its own, since a socket's path must be short
    with tempfile.TemporaryDirectory(prefix="clamd") as folder, running(program, Path(folder)) as server:
        yield server


def zipped(content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("belge.exe", content)
    return packed.getvalue()


FILES = [
    ("an honest file", b"\xff\xd8\xff a photo", ScanState.CLEAN, None),
    ("an empty file", b"", ScanState.CLEAN, None),
    ("a virus", BAD, ScanState.INFECTED, f"{VIRUS}.UNOFFICIAL"),
    ("a virus in an archive", zipped(BAD), ScanState.INFECTED, f"{VIRUS}.UNOFFICIAL"),
    ("a virus after a chunk's end", b"x" * 5000 + BAD, ScanState.INFECTED, f"{VIRUS}.UNOFFICIAL"),
    ("more than it takes", b"x" * (LARGEST + 10_000), ScanState.UNSCANNED, TOO_LARGE),
]


def test_what_the_scanner_says_of_files(clamd: Clamd) -> None:
    for label, content, state, why in FILES:
        for address in (clamd.address, clamd.tcp_address):
            found = scan(address, content)
            assert (found.state, found.why) == (state, why), label


def test_a_scanner_that_is_away_or_mute_is_an_outage(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    for address in (f"unix:{tmp_path}/nobody.sock", f"127.0.0.1:{port}"):
        with pytest.raises(ConnectionFailedError, match="away"):
            scan(address, b"x")
    with pytest.raises(NotConfiguredError):
        scan("127.0.0.1:clamd", b"x")


ANSWERS = [b"", b"stream: \n", b"HTTP/1.1 400 Bad Request\n", b"\xff\xfe\n"]


@pytest.mark.parametrize("answer", ANSWERS, ids=["none", "half", "another-server", "no-text"])
def test_nonsense_is_an_outage_and_never_clean(answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = Thread(target=answer_once, args=(server, answer))
        thread.start()
        with pytest.raises(DeskError):
            scan(f"127.0.0.1:{server.getsockname()[1]}", b"x")
        thread.join()


def answer_once(server: socket.socket, answer: bytes) -> None:
    connection, _ = server.accept()
    with connection:
        while not connection.recv(4096).endswith(b"\0\0\0\0"):
            pass
        connection.sendall(answer)


def take_in(desk: Desk, *contents: bytes) -> int:
    files = [
        Attachment(name=f"{n}.bin", media_type="application/octet-stream", content=content)
        for n, content in enumerate(contents)
    ]
    [added] = accept(desk, Intake(items=[(add_account(desk), make_message(attachments=files))]))
    return added


def files_of(desk: Desk, message_id: int) -> list[MessageAttachment]:
    with desk.uow() as uow:
        return uow.messages.attachments([message_id])


def state(desk: Desk, message_id: int) -> str:
    with desk.uow() as uow:
        found = uow.messages.get(message_id)
    assert found is not None
    return found.state


def notices(desk: Desk, template: Template) -> list[NotificationRow]:
    from sqlmodel import select

    with desk.uow() as uow:
        rows = uow.session.exec(select(NotificationRow)).all()
    return [row for row in rows if row.template == template]


def test_an_infected_file_is_withheld_its_message_goes_on_and_operators_are_told(
    desk: Desk, clamd: Clamd
) -> None:
    desk.settings.clamd, desk.settings.operator_email = clamd.address, "nobetci@buyuksehir.example"
    added = take_in(desk, b"harmless", BAD)
    assert process_all(desk) == 0, "nothing goes on before its files were looked at"
    read_batch(desk)
    process_all(desk)
    good, bad = files_of(desk, added)
    assert (good.scan, good.sha256 is not None, good.withheld_sha256) == (ScanState.CLEAN, True, None)
    assert (bad.scan, bad.sha256) == (ScanState.INFECTED, None)
    assert desk.blobs.get(bad.withheld_sha256 or "") == BAD, "the original is kept apart"
    assert VIRUS in (bad.note or "")
    assert case_of(desk, added) is not None
    [told] = notices(desk, Template.FILE_WITHHELD)
    words = render(Template.FILE_WITHHELD, "email", told.values)  # type: ignore[arg-type]
    assert "1.bin" in words.text
    assert VIRUS in words.text
    send_all(desk)
    with desk.uow() as uow:
        assert all(BAD.decode("latin-1") not in str(entry) for entry in uow.outbox.latest(50))


def test_a_scanner_that_is_away_holds_a_message_up_for_some_minutes_only(
    desk: Desk, clock: Clock, tmp_path: Path
) -> None:
    desk.settings.clamd = f"unix:{tmp_path}/nobody.sock"
    added = take_in(desk, b"harmless")
    for _ in range(9):
        read_batch(desk)
        assert state(desk, added) == MessageState.RECEIVED
        clock.step(minutes=1)
    clock.step(minutes=1)
    read_batch(desk)
    process_all(desk)
    [file] = files_of(desk, added)
    assert (file.scan, file.note) == (ScanState.UNSCANNED, f"unscanned: {AWAY}")
    assert file.sha256 is not None
    assert state(desk, added) == MessageState.DONE


def test_a_scanner_that_comes_back_in_time_is_asked(desk: Desk, clock: Clock, clamd: Clamd) -> None:
    desk.settings.clamd = clamd.address
    clamd.stop()
    added = take_in(desk, BAD)
    read_batch(desk)
    assert state(desk, added) == MessageState.RECEIVED
    clamd.start()
    clock.step(minutes=1)
    read_batch(desk)
    assert state(desk, added) == MessageState.READY
    assert files_of(desk, added)[0].scan == ScanState.INFECTED


def test_without_a_scanner_nothing_waits(desk: Desk) -> None:
    added = take_in(desk, BAD)
    process_all(desk)
    assert state(desk, added) == MessageState.DONE
    assert files_of(desk, added)[0].scan is None
