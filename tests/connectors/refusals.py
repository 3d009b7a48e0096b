"""How a refusal is told apart from others: by its class alone, and by how long it asks to wait."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from domain.errors import DeskError


def refused_as(
    attempt: Callable[[], object], expected: type[DeskError], wait: timedelta | None, words: str = ""
) -> DeskError:
    """The error of an attempt: of this very class, with these words, asking for exactly this wait or none."""
    with pytest.raises(DeskError) as error:
        attempt()
    assert type(error.value) is expected
    assert getattr(error.value, "retry_after", None) == wait
    assert words in str(error.value)
    return error.value
