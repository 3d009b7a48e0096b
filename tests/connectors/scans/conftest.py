"""Tesseract's Turkish data, which these tests need."""

import os

import pytest

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
