"""What the router's tests share: the shipped data, loaded once."""

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from config.cues import load_cues
from config.places import load_places
from config.taxonomy import Taxonomy, load_taxonomy
from domain.decisions import Topic
from pipeline.judgement import make_classifier
from pipeline.model_shelf import shipped_models
from router.contracts import Classifier
from router.places import PlaceFinder
from tests.router.keywords import KeywordClassifier

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
def make_learned() -> Callable[[Mapping[str, Topic]], Classifier]:
    """Makes a classifier of the shipped models over some topics."""
    return lambda topics: make_classifier(topics, shipped_models())


@pytest.fixture(scope="session")
def learned(taxonomy: Taxonomy, make_learned: Callable[[Mapping[str, Topic]], Classifier]) -> Classifier:
    return make_learned(taxonomy.topics)


@pytest.fixture(scope="session")
def samples() -> list[dict[str, Any]]:
    files = (SAMPLES / f"{name}.toml" for name in ("streets", "city", "people"))
    return [sample for file in files for sample in tomllib.loads(file.read_text("utf-8"))["samples"]]


@pytest.fixture(scope="session")
def danger() -> dict[str, list[dict[str, str]]]:
    return tomllib.loads((SAMPLES / "danger.toml").read_text("utf-8"))
