"""Tesseract's Turkish data, which these tests need."""

import os

import pytest

from connectors.ocr import engine
from connectors.ocr.language import data_folder
from domain.errors import NotConfiguredError


@pytest.fixture(scope="session")
def turkish() -> None:
    """Skips where the data is not installed, and fails in CI."""
    try:
        data_folder()
    except NotConfiguredError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))


@pytest.fixture(autouse=True)
def measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `make cover` see the child that reads, too, which inherits nothing of ours otherwise."""
    known = tuple(name for name in os.environ if name.startswith("COVERAGE_"))
    monkeypatch.setattr(engine, "_PASSED_ON", engine._PASSED_ON + known)
