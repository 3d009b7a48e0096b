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
from pipeline.model_shelf import ShippedName, shipped_model
from router.classifier import KeywordClassifier
from router.learned import LearnedClassifier, Models
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
def make_learned(finder: PlaceFinder) -> Callable[[Mapping[str, Topic]], LearnedClassifier]:
    """Makes a classifier of the shipped models over some topics."""
    models = Models(
        topics=shipped_model(),
        kinds=shipped_model(ShippedName.KINDS),
        verdicts=shipped_model(ShippedName.VERDICTS),
    )
    return lambda topics: LearnedClassifier(topics, load_cues(), finder, models)


@pytest.fixture(scope="session")
def learned(
    taxonomy: Taxonomy, make_learned: Callable[[Mapping[str, Topic]], LearnedClassifier]
) -> LearnedClassifier:
    return make_learned(taxonomy.topics)


@pytest.fixture(scope="session")
def samples() -> list[dict[str, Any]]:
    files = (SAMPLES / f"{name}.toml" for name in ("streets", "city", "people"))
    return [sample for file in files for sample in tomllib.loads(file.read_text("utf-8"))["samples"]]


@pytest.fixture(scope="session")
def danger() -> dict[str, list[dict[str, str]]]:
    return tomllib.loads((SAMPLES / "danger.toml").read_text("utf-8"))
