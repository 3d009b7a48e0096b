"""Models of more labels than an inner layer has columns: they learn, tell why, and are kept like others."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from safetensors.numpy import load, save

from domain.errors import NotConfiguredError
from router.inner_layer import COLUMNS
from router.model import Model
from router.training import Sample, train
from tests.router.telling import told

NAMES = ["".join(letters) for letters in product("kmst", "aeiou", "lnrz", "aeiou", "kmst")][::9][
    : COLUMNS + 14
]
AROUND = ("{} bozuk", "sokakta {} var", "{} ne zaman gelecek", "yine {}")
SAMPLES = [Sample(text.format(name), name) for name in NAMES for text in AROUND]


@pytest.fixture(scope="module")
def model() -> Model:
    return train(SAMPLES)


def test_many_labels_are_learned_through_fewer_columns(model: Model) -> None:
    assert len(model.labels) > COLUMNS
    assert model.numbers["weights"].shape == (len(model.vocabulary.names), COLUMNS)
    found = told(model, [f"bizim {name} hâlâ aynı" for name in NAMES])
    assert np.mean([first.label == name for (first, *_), name in zip(found, NAMES, strict=True)]) >= 0.95


def test_company_changes_no_digit(model: Model) -> None:
    texts = [sample.text for sample in SAMPLES[:80]]
    assert told(model, texts) == [told(model, [text])[0] for text in texts]


def test_a_word_says_of_a_label_what_a_text_lacks_without_it(model: Model) -> None:
    name, label = NAMES[5], model.labels.index(NAMES[5])
    words = ["sokakta", name, "var"]
    words_told = model.scorer.telling([words, words], [label, -1], 0.0)
    assert max(words_told[0], key=words_told[0].__getitem__) == name
    assert words_told[1] == {}
    alone = model.scorer.sums([[name]]).scores[0][0, label] - model.numbers["constants"][label]
    length = float(np.sqrt(model.vocabulary.text([name]).square))
    assert words_told[0][name] / length == pytest.approx(alone, rel=1e-4)


def test_what_speaks_for_all_labels_alike_speaks_for_none(model: Model) -> None:
    assert np.abs(model.numbers["layer"].mean(axis=1)).max() < 1e-5


def test_the_same_samples_give_the_same_bytes_and_a_file_the_same_model(model: Model) -> None:
    assert train(SAMPLES[::-1]).to_bytes() == model.to_bytes()
    again = Model.from_bytes(model.to_bytes())
    assert again.version == model.version
    found, before = told(again, [NAMES[3]])[0][0], told(model, [NAMES[3]])[0][0]
    assert found.label == before.label == NAMES[3]
    assert found.probability == pytest.approx(before.probability, abs=1e-5)


@pytest.mark.parametrize("lost", ["layer", "scales"])
def test_a_file_without_its_layer_is_refused(model: Model, lost: str) -> None:
    numbers = load(model.to_bytes())
    del numbers[lost]
    with pytest.raises(NotConfiguredError):
        Model.from_bytes(save(numbers))


def test_a_layer_that_does_not_fit_is_refused_whatever_its_digest_says(model: Model) -> None:
    narrow = {**model.numbers, "layer": model.numbers["layer"][:-1]}
    with pytest.raises(NotConfiguredError, match="do not fit"):
        Model.from_bytes(replace(model, numbers=narrow).to_bytes())
