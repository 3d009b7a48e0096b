"""What is taken of a drop folder and when, and how it is kept (P1)."""

import fcntl
import hashlib
import os
import stat
import subprocess
import sys
from collections.abc import Callable

import pytest

from connectors.drop_folder import Keep
from domain.errors import ConnectionFailedError
from tests.connectors.drop_folder.dropping import SETTLE, Drop


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


@pytest.mark.parametrize("sidecar", ["FAX1.TXT", "FAX1.Txt", "FAX1.TIF.TXT", "FAX1.txt"])
def test_a_sidecar_is_found_in_any_of_the_usual_letters(drop: Drop, sidecar: str) -> None:
    hand = drop.open(sidecars=(".json", ".txt"))
    drop.put("FAX1.TIF")
    drop.put(sidecar, b"from: 0212 555 00 00")
    hand.take()
    drop.clock.step(seconds=SETTLE)
    [taken] = hand.take().files
    assert (taken.sidecar_name, taken.sidecar) == (sidecar, b"from: 0212 555 00 00")
    hand.done([taken])
    assert drop.names("yeni") == []


def test_a_document_waits_for_a_sidecar_that_is_still_being_written(drop: Drop) -> None:
    hand = drop.open(sidecars=(".json", ".txt"))
    drop.put("a.tif")
    hand.take()
    drop.clock.step(seconds=SETTLE)
    drop.put("a.json", b'{"sender":')
    assert hand.take().files == []
    drop.clock.step(seconds=SETTLE)
    assert [each.sidecar_name for each in hand.take().files] == ["a.json"]


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


LONG = "ş" * 125 + ".tif"
"""No name may be longer than 255 bytes."""


def test_a_name_as_long_as_may_be_comes_twice_a_day(drop: Drop) -> None:
    hand = drop.open(settle_seconds=0)
    for content in (b"scan", b"another"):
        drop.put(LONG, content)
        hand.done(hand.take().files)
    assert drop.names("islemde") == []
    kept = (drop.root / "arsiv").rglob("*.tif")
    assert sorted(path.read_bytes() for path in kept) == [b"another", b"scan"]


def test_a_refused_name_as_long_as_may_be_stops_no_folder(drop: Drop) -> None:
    hand = drop.open(settle_seconds=0, max_file_bytes=4)
    for _ in range(2):
        drop.put(LONG, b"too large")
        drop.put("a.tif")
        assert [each.name for each in hand.take().files] == ["a.tif"]
        hand.done(hand.take().files)
    assert len(drop.names("sorunlu")) == 2


def test_one_file_that_cannot_be_put_away_keeps_no_other_from_it(drop: Drop) -> None:
    hand = drop.open(settle_seconds=0, keep=Keep.REMOVE)
    drop.put("a.tif")
    drop.put("b.tif", b"another")
    files = hand.take().files
    (files[0].path.parent / "in the way").mkdir()
    with pytest.raises(ConnectionFailedError):
        hand.done(files)
    assert [path.name for path in (drop.root / "islemde").rglob("*.tif")] == [files[0].name]
