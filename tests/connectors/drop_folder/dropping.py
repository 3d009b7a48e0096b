"""A drop folder of the tests, and those who put files there."""

from pathlib import Path
from typing import Any

from connectors.drop_folder import DropFolder, DropSettings
from tests.fakes import Clock

SETTLE = 5.0


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
