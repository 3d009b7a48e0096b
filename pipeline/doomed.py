"""Removes files that an erasure let go of, once nothing refers to them."""

from pipeline.desk import Desk

AT_ONCE = 200
UNTOUCHED_SECONDS = 900.0
"""A content that was put within so long may be about to be referred to: its transaction is not over yet."""


def remove_doomed(desk: Desk) -> int:
    """Remove what is doomed and nobody's any more, and let go of what is others', too; returns how many files
    are gone. What was put a moment ago waits for the clock. Raises ConnectionFailedError for the disk."""
    after, total = "", 0
    while found := _some(desk, after):
        total += sum(_settle(desk, *each) for each in found)
        after = found[-1][0]
    return total


def _some(desk: Desk, after: str) -> list[tuple[str, int | None, bool]]:
    with desk.uow() as uow:
        return uow.eraser.doomed(after, AT_ONCE)


def _settle(desk: Desk, sha256: str, erasure: int | None, referred: bool) -> bool:
    if not (referred or desk.blobs.remove(sha256, untouched_for=UNTOUCHED_SECONDS)):
        return False
    with desk.uow() as uow:
        mine = uow.eraser.settle(sha256) and not referred
        if mine and erasure is not None:
            uow.erasures.count(erasure, {"blobs": 1})
        uow.commit()
    return mine
