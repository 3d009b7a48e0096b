"""What the blob store promises: whole or not there, once however often it comes, and said when damaged."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from domain.errors import ConnectionFailedError, UnreadableMessageError
from store.blobs import DiskBlobs


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_more_than_fit_at_once_come_back_as_they_were(tmp_path: Path) -> None:
    blobs = DiskBlobs(tmp_path)
    contents = [f"özgün {number}".encode() * number for number in range(600)]
    names = blobs.put_many(contents)
    assert names == [hashlib.sha256(content).hexdigest() for content in contents]
    assert [blobs.get(name) for name in names] == contents


def test_the_same_content_is_kept_once(tmp_path: Path) -> None:
    blobs = DiskBlobs(tmp_path)
    first = blobs.put_many([b"a", b"b", b"a"])
    assert DiskBlobs(tmp_path).put_many([b"b", b"a"]) == [first[1], first[0]]
    assert len(files(tmp_path)) == 2


def test_a_disk_that_refuses_leaves_nothing_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(ConnectionFailedError, match="No space left"):
        DiskBlobs(tmp_path).put_many([b"a" * 5000, b"b"])
    assert files(tmp_path) == []


KILLED = """
import os, signal, sys
from pathlib import Path
from store.blobs import DiskBlobs
os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)
DiskBlobs(Path(sys.argv[1])).put_many([b"what a citizen wrote"])
"""


def test_what_a_killed_process_left_half_is_gone_after_a_day(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)
    [half] = files(tmp_path)
    DiskBlobs(tmp_path).put_many([b"a"])
    assert half.exists(), "somebody may still write at it"
    os.utime(half, (0, 0))
    DiskBlobs(tmp_path).put_many([b"b"])
    assert not half.exists()
    assert len(files(tmp_path)) == 2


def test_what_the_system_takes_in_pieces_is_kept_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, content: write(descriptor, bytes(content[:1000])))
    blobs = DiskBlobs(tmp_path)
    [name] = blobs.put_many([b"x" * 4321])
    assert blobs.get(name) == b"x" * 4321


@pytest.mark.parametrize(
    ("label", "harm"),
    [
        ("cut short", lambda path: path.write_bytes(b"whol")),
        ("changed", lambda path: path.write_bytes(b"hole")),
        ("removed", lambda path: path.unlink()),
    ],
)
def test_a_blob_that_is_not_what_it_was_is_refused(label: str, harm: object, tmp_path: Path) -> None:
    blobs = DiskBlobs(tmp_path)
    [name] = blobs.put_many([b"whole"])
    assert callable(harm)
    harm(files(tmp_path)[0])
    with pytest.raises(UnreadableMessageError):
        blobs.get(name)


def test_removing_what_is_not_there_is_no_error(tmp_path: Path) -> None:
    blobs = DiskBlobs(tmp_path)
    [name] = blobs.put_many([b"a"])
    blobs.remove(name)
    blobs.remove(name)
    assert files(tmp_path) == []
