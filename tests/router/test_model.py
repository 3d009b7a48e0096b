"""Models: what they say, how they are kept, and that a damaged file is never believed."""

import subprocess
import sys

import numpy as np
import pytest
from safetensors.numpy import load, save

from domain.errors import NotConfiguredError
from router.model import Model
from router.training import Sample, digest_of, train
from tests.router.telling import told

TEXTS = {
    "cop": [
        "çöp kutusu dolu",
        "çöpler alınmadı",
        "çöp kamyonu gelmedi",
        "konteyner taştı çöp var",
        "çöp kokuyor",
    ],
    "su": ["su akmıyor", "sular kesik", "su borusu patladı", "suyumuz bulanık akıyor", "su faturası yüksek"],
    "yol": ["yolda çukur var", "asfalt bozuk", "yol çöktü", "cadde delik deşik", "asfalt dökülsün yolumuza"],
}
SAMPLES = [Sample(text, label) for label, texts in TEXTS.items() for text in texts]


@pytest.fixture(scope="module")
def model() -> Model:
    return train(SAMPLES)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Çöpler üç gündür alınmıyor", "cop"),
        ("COPLER ALINMADI", "cop"),
        ("sular akmiyo kac gundur", "su"),
        ("asvalt bozulmus 😡😡", "yol"),
    ],
)
def test_neither_capitals_nor_missing_letters_nor_typing_errors_hide_a_label(
    model: Model, text: str, label: str
) -> None:
    assert told(model, [text])[0][0].label == label


def test_a_text_has_every_label_and_probabilities_add_up(model: Model) -> None:
    [found] = told(model, ["çöp ve su"])
    shares = [each.probability for each in found]
    assert {each.label for each in found} == set(model.labels)
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("text", ["", "!!!", "\x00\ufffd", "x" * 50_000, "a " * 50_000, "\ud800"])
def test_no_text_raises(model: Model, text: str) -> None:
    assert 0 <= told(model, [text])[0][0].probability <= 1


def test_a_batch_gives_what_one_by_one_gives(model: Model) -> None:
    texts = [sample.text for sample in SAMPLES]
    assert told(model, texts) == [told(model, [text])[0] for text in texts]


def test_the_same_samples_in_any_order_give_the_same_bytes(model: Model) -> None:
    assert train(SAMPLES[::-1]).to_bytes() == model.to_bytes()
    assert digest_of(SAMPLES[::-1]) == model.facts.inputs


def test_a_file_brings_back_the_same_model(model: Model) -> None:
    again = Model.from_bytes(model.to_bytes())
    assert (again.version, again.labels, again.facts) == (model.version, model.labels, model.facts)
    assert told(again, ["su kesik"]) == told(model, ["su kesik"])


def test_a_change_of_one_example_changes_the_version(model: Model) -> None:
    other = train([*SAMPLES[:-1], Sample("yol yapılsın", "yol")])
    assert other.version != model.version
    assert other.facts.inputs != model.facts.inputs


def flipped(raw: bytes, at: int) -> bytes:
    return raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]


def test_a_damaged_file_is_refused(model: Model) -> None:
    raw = model.to_bytes()
    step = max(1, len(raw) // 200)
    for damaged in (b"", b"no model", raw[:-1], raw + b"x", raw[: len(raw) // 2]):
        with pytest.raises(NotConfiguredError):
            Model.from_bytes(damaged)
    for at in range(0, len(raw), step):
        with pytest.raises(NotConfiguredError):
            Model.from_bytes(flipped(raw, at))


@pytest.mark.parametrize(
    "change",
    [
        lambda numbers: numbers | {"weights": numbers["weights"][:-1]},
        lambda numbers: numbers | {"scales": numbers["scales"].astype(np.float64)},
        lambda numbers: {name: array for name, array in numbers.items() if name != "content"},
        lambda numbers: numbers | {"content": np.frombuffer(b"[1]", np.uint8)},
        lambda numbers: numbers | {"content": np.frombuffer(b'{"digest": "0"}', np.uint8)},
    ],
)
def test_a_file_of_something_else_is_refused(model: Model, change: object) -> None:
    assert callable(change)
    with pytest.raises(NotConfiguredError):
        Model.from_bytes(save(change(load(model.to_bytes()))))


def test_one_label_is_nothing_to_learn() -> None:
    with pytest.raises(ValueError, match="two labels"):
        train([Sample("su yok", "su"), Sample("yol", "yol", hint=True)])


def test_hints_are_learned_from_but_not_counted() -> None:
    taught = train([*SAMPLES, Sample("kanalizasyon rögar", "su", hint=True)])
    assert taught.facts.counts == {"cop": 5, "su": 5, "yol": 5}
    assert told(taught, ["kanalizasyon"])[0][0].label == "su"


def test_using_a_model_loads_nothing_of_what_trains_them() -> None:
    code = (
        "import sys, pipeline.judgement, router.learned, router.training;"
        "print([name for name in ('sklearn', 'scipy', 'lingua', 'joblib') if name in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
