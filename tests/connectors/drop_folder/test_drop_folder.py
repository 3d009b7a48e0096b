"""The drop folder (P1): what is taken and when, what is refused, and what a crash leaves."""

import fcntl
import hashlib
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors.drop_folder import DropFolder, DropSettings, Keep
from domain.errors import NotConfiguredError
from tests.fakes import Clock

SETTLE = 5.0


@pytest.fixture
def clock() -> Clock:
    return Clock()


class Drop:
    """A folder, the program's hand on it, and those who put files there."""

    def __init__(self, root: Path, clock: Clock) -> None:
        self.root, self.clock = root, clock
        self.opened: list[DropFolder] = []
        for name in ("yeni", "islemde", "arsiv", "sorunlu"):
            (root / name).mkdir()

    def open(self, **given: Any) -> DropFolder:
        settings = DropSettings(folder=self.root, **{"settle_seconds": SETTLE} | given)
        self.opened.append(DropFolder(settings, self.clock))
        return self.opened[-1]

    def put(self, name: str, content: bytes = b"scan") -> Path:
        path = self.root / "yeni" / name
        path.write_bytes(content)
        return path

    def names(self, folder: str) -> list[str]:
        return sorted(
            p.name for p in (self.root / folder).rglob("*") if not p.is_dir() and p.name != ".kilit"
        )

    def settle(self, hand: DropFolder) -> list[str]:
        """Look, let the settle time pass, look again: the names that were handed over."""
        first = hand.take().files
        self.clock.step(seconds=SETTLE)
        return [each.name for each in (*first, *hand.take().files)]


@pytest.fixture
def drop(tmp_path: Path, clock: Clock) -> Iterator[Drop]:
    made = Drop(tmp_path, clock)
    yield made
    for each in made.opened:
        each.close()


def test_a_file_is_taken_once_it_has_not_changed_for_the_settle_time(drop: Drop) -> None:
    hand = drop.open()
    drop.put("a.tif", b"half")
    assert hand.take().files == []
    drop.clock.step(seconds=SETTLE)
    drop.put("a.tif", b"half and half")  # its writer was only slow
    assert hand.take().files == []
    drop.clock.step(seconds=SETTLE)
    [taken] = hand.take().files
    assert (taken.name, taken.content) == ("a.tif", b"half and half")
    assert taken.sha256 == hashlib.sha256(b"half and half").hexdigest()
    assert drop.names("yeni") == []


TEMPORARY = ["a.tif.part", "a.tif.tmp", "a.tif.crdownload", ".a.tif", "~$a.pdf", "A.TIF.PART", "a.filepart"]


@pytest.mark.parametrize("name", TEMPORARY)
def test_a_temporary_name_is_never_taken_but_what_it_is_renamed_to_at_once(drop: Drop, name: str) -> None:
    hand = drop.open()
    half = drop.put(name)
    assert drop.settle(hand) == []
    half.rename(half.with_name("a.tif"))
    assert [each.name for each in hand.take().files] == ["a.tif"]


def test_acknowledged_files_are_kept_by_date_and_read_only(drop: Drop) -> None:
    hand = drop.open(settle_seconds=0)
    drop.put("a.tif")
    hand.done(hand.take().files)
    [kept] = (drop.root / "arsiv" / "2026-11-23").iterdir()
    assert (kept.name, kept.read_bytes()) == ("a.tif", b"scan")
    assert stat.S_IMODE(kept.stat().st_mode) & 0o222 == 0
    assert list((drop.root / "islemde").glob("*")) in ([], [drop.root / "islemde" / ".kilit"])


def test_acknowledged_files_are_removed_where_that_is_configured(drop: Drop) -> None:
    hand = drop.open(settle_seconds=0, keep=Keep.REMOVE, sidecars=(".json",))
    drop.put("a.tif")
    drop.put("a.json", b"{}")
    files = hand.take().files
    hand.done(files)
    hand.done(files)  # twice does no harm
    assert [drop.names(each) for each in ("yeni", "islemde", "arsiv", "sorunlu")] == [[], [], [], []]


def test_the_same_name_and_the_same_content_again_are_handed_over_and_kept_beside_each_other(
    drop: Drop,
) -> None:
    hand = drop.open(settle_seconds=0)
    hashes = []
    for content in (b"scan", b"scan", b"another"):
        drop.put("a.tif", content)
        files = hand.take().files
        hashes += [each.sha256 for each in files]
        hand.done(files)
    assert len(hashes) == 3
    assert hashes[0] == hashes[1] != hashes[2]
    assert drop.names("arsiv") == ["a.tif", "a~2.tif", "a~3.tif"]


def test_what_was_not_acknowledged_is_handed_over_again_by_whoever_comes_next(drop: Drop) -> None:
    first = drop.open(settle_seconds=0, sidecars=(".json",))
    drop.put("a.tif")
    drop.put("a.tif.json", b"{}")
    [before] = first.take().files
    first.close()
    [after] = drop.open(sidecars=(".json",)).take().files
    assert (after.name, after.sha256, after.sidecar) == ("a.tif", before.sha256, b"{}")


def test_a_crash_between_the_claim_and_its_sidecar_loses_neither(drop: Drop) -> None:
    claim = drop.root / "islemde" / "0123456789abcdef"
    claim.mkdir()
    (claim / "a.tif").write_bytes(b"scan")
    drop.put("a.json", b"{}")
    [taken] = drop.open(sidecars=(".json",)).take().files
    assert (taken.name, taken.sidecar_name, taken.sidecar) == ("a.tif", "a.json", b"{}")
    assert drop.names("yeni") == []


def test_a_claim_without_a_document_is_tidied_away(drop: Drop) -> None:
    (drop.root / "islemde" / "empty").mkdir()
    (drop.root / "islemde" / "alone").mkdir()
    (drop.root / "islemde" / "alone" / "a.json").write_bytes(b"{}")
    assert drop.open(sidecars=(".json",)).take().files == []
    assert drop.names("sorunlu") == ["a.json"]
    assert [p.name for p in (drop.root / "islemde").iterdir()] == [".kilit"]


@pytest.mark.parametrize("kind", ["large", "link"])
def test_a_sidecar_that_cannot_be_read_is_told_and_costs_only_itself(drop: Drop, kind: str) -> None:
    claim = drop.root / "islemde" / "aa"
    claim.mkdir()
    (claim / "a.tif").write_bytes(b"scan")
    if kind == "large":
        (claim / "a.json").write_bytes(b"{" * (2 * 1024 * 1024))
    else:
        (claim / "a.json").symlink_to("/dev/zero")
    drop.put("b.tif", b"other")
    hand = drop.open(settle_seconds=0, sidecars=(".json",))
    haul = hand.take()
    assert [(each.name, each.sidecar) for each in haul.files] == [("a.tif", None), ("b.tif", None)]
    assert "a.json" in str(haul.trouble)


def test_a_document_waits_for_a_sidecar_that_is_still_being_written(drop: Drop) -> None:
    hand = drop.open(sidecars=(".json", ".txt"))
    drop.put("a.tif")
    hand.take()
    drop.clock.step(seconds=SETTLE)
    drop.put("a.json", b'{"sender":')
    assert hand.take().files == []
    drop.clock.step(seconds=SETTLE)
    assert [each.sidecar_name for each in hand.take().files] == ["a.json"]


def refused_link(drop: Drop) -> None:
    (drop.root / "secret").write_bytes(b"not for us")
    (drop.root / "yeni" / "x.tif").symlink_to(drop.root / "secret")


def refused_pipe(drop: Drop) -> None:
    os.mkfifo(drop.root / "yeni" / "x.tif")


# What is put there; whether it lies in sorunlu/ afterwards; what somebody is told.
REFUSED: list[tuple[str, Callable[[Drop], object], bool, str]] = [
    ("a link", refused_link, True, "x.tif: a link or no file at all"),
    ("a pipe", refused_pipe, True, "x.tif: a link or no file at all"),
    ("too large", lambda drop: drop.put("x.tif", b"x" * 101), True, "x.tif: larger than 100 bytes"),
    ("empty for long", lambda drop: drop.put("x.tif", b""), True, "x.tif: empty"),
    ("a folder", lambda drop: (drop.root / "yeni" / "x").mkdir(), False, "x: a folder is not looked into"),
    ("a sidecar alone", lambda drop: drop.put("x.json", b"{}"), False, "x.json: waits"),
    ("half for hours", lambda drop: drop.put("x.part"), False, "x.part: waits"),
]


@pytest.mark.parametrize(("label", "put", "moved", "told"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_cannot_be_taken_is_told_as_long_as_it_lies_there_and_holds_up_nobody(
    drop: Drop, label: str, put: Callable[[Drop], object], moved: bool, told: str
) -> None:
    hand = drop.open(max_file_bytes=100, sidecars=(".json",))
    put(drop)
    drop.put("good.tif")
    assert drop.settle(hand) == ["good.tif"]
    drop.clock.step(hours=2)
    trouble = hand.take().trouble
    assert trouble is None or told in str(trouble) or "x.tif: lies in sorunlu/" in str(trouble)
    again = hand.take()
    assert [each.name for each in again.files] == ["good.tif"]
    assert ("x.tif: lies in sorunlu/" if moved else told) in str(again.trouble)
    assert bool(drop.names("sorunlu")) is moved
    hand.done(again.files)
    for folder in ("yeni", "sorunlu"):
        for path in (drop.root / folder).iterdir():
            path.rmdir() if path.is_dir() else path.unlink()
    assert hand.take().trouble is None


def test_an_empty_name_may_only_be_reserved(drop: Drop) -> None:
    hand = drop.open()
    drop.put("a.tif", b"")
    assert drop.settle(hand) == []
    drop.put("a.tif", b"scan")
    assert drop.settle(hand) == ["a.tif"]


@pytest.mark.parametrize("lock", [fcntl.flock, fcntl.lockf], ids=["flock", "posix"])
def test_a_file_that_its_writer_has_locked_is_left_alone(drop: Drop, lock: Callable[..., None]) -> None:
    hand = drop.open(settle_seconds=0)
    path = drop.put("a.tif")
    code = (
        "import fcntl, sys; f = open(sys.argv[1], 'r+b');"
        f" fcntl.{lock.__name__}(f, fcntl.LOCK_EX); print('locked', flush=True); sys.stdin.read()"
    )
    writer = subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert writer.stdout is not None
    assert writer.stdout.readline() == b"locked\n"
    assert hand.take().files == []
    drop.clock.step(hours=2)
    assert "a.tif: waits" in str(hand.take().trouble)
    writer.communicate(b"")
    assert [each.name for each in hand.take().files] == ["a.tif"]


def test_a_file_that_is_written_to_after_it_was_taken_comes_again_as_another(drop: Drop) -> None:
    hand = drop.open(settle_seconds=0)
    with drop.put("a.tif").open("ab") as writer:
        [first] = hand.take().files
        writer.write(b" and more")
        writer.flush()
        hand.done([first])
    [second] = hand.take().files
    assert (second.name, second.content) == ("a.tif", b"scan and more")
    hand.done([second])
    assert drop.names("arsiv") == ["a.tif"]


def test_a_batch_is_held_to_its_size_and_says_what_is_left(drop: Drop) -> None:
    hand = drop.open(settle_seconds=0, batch_files=2, batch_bytes=10)
    for number in range(5):
        path = drop.put(f"{number}.tif")
        os.utime(path, (1_000_000 - number, 1_000_000 - number))
    seen = []
    while (haul := hand.take()).files:
        assert len(haul.files) <= 2
        seen += [(each.name, haul.left) for each in haul.files]
        hand.done(haul.files)
    assert seen == [("4.tif", 3), ("3.tif", 3), ("2.tif", 1), ("1.tif", 1), ("0.tif", 0)]


def test_names_of_any_bytes_are_taken(drop: Drop) -> None:
    hand = drop.open(settle_seconds=0)
    raw = os.fsencode(drop.root / "yeni") + b"/\xfe dilek\xe7e.tif"
    with open(raw, "wb") as file:  # noqa: PTH123  # a name that is no text
        file.write(b"scan")
    [taken] = hand.take().files
    hand.done([taken])
    assert taken.content == b"scan"


def test_a_folder_is_read_by_one_only(drop: Drop) -> None:
    first, second = drop.open(), drop.open()
    first.take()
    with pytest.raises(NotConfiguredError, match="another account or host"):
        second.take()
    first.close()
    assert second.take().files == []


def test_a_folder_that_is_not_there_is_told_and_read_once_it_is(drop: Drop, tmp_path: Path) -> None:
    hand = DropFolder(DropSettings(folder=tmp_path / "mount", settle_seconds=0), drop.clock)
    drop.opened.append(hand)
    for attempt in (hand.take, hand.check):
        with pytest.raises(NotConfiguredError, match="is no folder"):
            attempt()
    (tmp_path / "mount").mkdir()
    hand.check()
    assert hand.take().files == []
    assert sorted(p.name for p in (tmp_path / "mount").iterdir()) == ["arsiv", "islemde", "sorunlu", "yeni"]


def test_checking_refuses_a_folder_whose_parts_cannot_be_moved(drop: Drop) -> None:
    (drop.root / "arsiv").rmdir()
    (drop.root / "arsiv").symlink_to("/dev/shm")  # another file system
    if os.stat("/dev/shm").st_dev == drop.root.stat().st_dev:  # noqa: PTH116
        pytest.skip("this machine has one file system")
    with pytest.raises(NotConfiguredError, match="one file system"):
        drop.open().check()


POLLER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from connectors.drop_folder import DropFolder, DropSettings
hand = DropFolder(DropSettings(folder=Path(sys.argv[1]), settle_seconds=0), lambda: datetime.now(UTC))
for each in hand.take().files:
    print(each.sha256, flush=True)
print("taken", flush=True)
sys.stdin.read()
"""


def test_a_poller_that_is_killed_leaves_everything_to_the_next(drop: Drop) -> None:
    wanted = {hashlib.sha256(drop.put(f"{n}.tif", b"scan %d" % n).read_bytes()).hexdigest() for n in range(9)}
    poller = subprocess.Popen(
        [sys.executable, "-c", POLLER, str(drop.root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert poller.stdout is not None
    claimed = set()
    while (line := poller.stdout.readline().decode().strip()) != "taken":
        claimed.add(line)
    os.kill(poller.pid, signal.SIGKILL)
    poller.wait()
    poller.stdout.close()
    assert poller.stdin is not None
    poller.stdin.close()
    hand = drop.open(settle_seconds=0)  # its lock is free at once
    again = hand.take().files
    hand.done(again)
    assert claimed == {each.sha256 for each in again} == wanted
    assert len(drop.names("arsiv")) == 9
