"""A drop folder of this test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.connectors.drop_folder.dropping import Drop
from tests.fakes import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def drop(tmp_path: Path, clock: Clock) -> Iterator[Drop]:
    made = Drop(tmp_path, clock)
    yield made
    for each in made.opened:
        each.close()
