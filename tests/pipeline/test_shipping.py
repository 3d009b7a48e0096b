"""The shipped models belong to the examples and topics beside them."""

import pytest

from pipeline.model_shelf import SHIPPED_FOLDER, ShippedName, shipped_model
from pipeline.shipping import inputs

LARGEST = 20_000_000


@pytest.mark.parametrize("name", ShippedName)
def test_a_shipped_model_was_trained_on_what_is_in_the_tree(name: ShippedName) -> None:
    assert shipped_model(name).facts.inputs == inputs()[name], "run `make model` and commit config/model"


def test_the_shipped_models_are_small() -> None:
    assert sum(path.stat().st_size for path in SHIPPED_FOLDER.iterdir()) < LARGEST
