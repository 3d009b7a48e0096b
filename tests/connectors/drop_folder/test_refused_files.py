"""What a drop folder refuses, and who is told (P1)."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from connectors.drop_folder import DropFolder, DropSettings
from domain.errors import NotConfiguredError
from tests.connectors.drop_folder.dropping import Drop


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
