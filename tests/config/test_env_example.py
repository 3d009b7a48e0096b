"""`.env.example` is the list of settings a deployment is made from: none missing, none wrong."""

import re
from pathlib import Path

import pytest
from dotenv import dotenv_values

from config.settings import Settings

EXAMPLE = Path(__file__).parents[2] / ".env.example"


def uncommented(tmp_path: Path) -> Path:
    path = tmp_path / "env"
    path.write_text(re.sub(r"(?m)^#(?=[A-Z_]+=)", "", EXAMPLE.read_text()))
    return path


def test_it_names_every_setting_and_no_other(tmp_path: Path) -> None:
    assert set(dotenv_values(uncommented(tmp_path))) == {name.upper() for name in Settings.model_fields}


def test_uncommented_as_it_stands_it_changes_nothing(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(Settings.model_config, "env_file", uncommented(tmp_path))
    assert Settings() == settings


def test_copied_as_it_stands_it_sets_nothing() -> None:
    assert dotenv_values(EXAMPLE) == {}
