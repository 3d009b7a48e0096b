"""What the router's tests share: the shipped data, loaded once."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from config.cues import load_cues
from config.places import load_places
from config.taxonomy import Taxonomy, load_taxonomy
from router.classifier import KeywordClassifier
from router.places import PlaceFinder

SAMPLES = Path(__file__).parent / "samples"


@pytest.fixture(scope="session")
def taxonomy() -> Taxonomy:
    return load_taxonomy()


@pytest.fixture(scope="session")
def finder() -> PlaceFinder:
    return PlaceFinder(load_places())


@pytest.fixture(scope="session")
def classifier(taxonomy: Taxonomy, finder: PlaceFinder) -> KeywordClassifier:
    return KeywordClassifier(taxonomy.topics, load_cues(), finder)


@pytest.fixture(scope="session")
def samples() -> list[dict[str, Any]]:
    files = (SAMPLES / f"{name}.toml" for name in ("streets", "city", "people"))
    return [sample for file in files for sample in tomllib.loads(file.read_text("utf-8"))["samples"]]


@pytest.fixture(scope="session")
def danger() -> dict[str, list[dict[str, str]]]:
    return tomllib.loads((SAMPLES / "danger.toml").read_text("utf-8"))
