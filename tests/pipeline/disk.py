"""A disk that takes nothing for a while."""

from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.desk import Desk


@contextmanager
def refusing_disk(desk: Desk) -> Iterator[None]:
    """Let no original be written inside; what was written before is there again afterwards."""
    blobs = desk.settings.var_dir / "blobs"
    away = blobs.with_name("blobs-away")
    blobs.mkdir(parents=True, exist_ok=True)
    blobs.rename(away)
    blobs.write_text("in the way")
    try:
        yield
    finally:
        blobs.unlink()
        away.rename(blobs)
