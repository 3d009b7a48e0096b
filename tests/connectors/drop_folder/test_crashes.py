"""What a crash leaves in a drop folder, and who takes it up (P1)."""

import hashlib
import os
import signal
import subprocess
import sys

from tests.connectors.drop_folder.dropping import Drop


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
