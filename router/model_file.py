"""The file of a trained model: numbers and a JSON text in the safetensors format, under one digest.

Nothing in it is code: a file from anywhere can be read without running what somebody put into it. The text is
one of the arrays, since the format's own metadata can be read from a file alone, not from bytes.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from domain.errors import NotConfiguredError
from router.moods import SIGNS

Numbers = Mapping[str, NDArray[Any]]
"""A model's arrays by name."""
_TYPES = {
    "weights": np.dtype(np.int8),
    "scales": np.dtype(np.float32),
    "constants": np.dtype(np.float32),
    "thresholds": np.dtype(np.float32),
    "rarity": np.dtype(np.float32),
}
_MORE = {"signs": np.dtype(np.float32), "layer": np.dtype(np.float32)}
"""What a model has beside that has learned from moods, or through an inner layer."""
_CONTENT = "content"
_DIGEST_LENGTH = 16
_DIGEST = "digest"


def write(content: Mapping[str, Any], numbers: Numbers) -> bytes:
    """The file's bytes, the same for the same content."""
    text = _text({**content, _DIGEST: digest(content, numbers)})
    stored = {**numbers, _CONTENT: np.frombuffer(text, np.uint8)}
    return save({name: np.ascontiguousarray(array) for name, array in stored.items()})


def read(raw: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Content and numbers of a file. Raises NotConfiguredError when it is damaged, or none of ours."""
    with refusing_damage():
        numbers = load(raw)
        content = json.loads(numbers.pop(_CONTENT).tobytes())
        if content.pop(_DIGEST) != digest(content, numbers):
            raise ValueError("its content does not match its digest")
        types = {name: array.dtype for name, array in numbers.items()}
        if not _TYPES.items() <= types.items() <= (_TYPES | _MORE).items():
            raise ValueError("it does not hold the numbers of a model")
        _check_shapes(content, numbers)
        return content, numbers


def digest(content: Mapping[str, Any], numbers: Numbers) -> str:
    """What tells one content from every other, in hexadecimal digits."""
    found = hashlib.sha256(_text(content))
    for name in sorted(numbers):
        array = np.ascontiguousarray(numbers[name])
        found.update(f"{name} {array.dtype} {array.shape}".encode())
        found.update(array.tobytes())
    return found.hexdigest()[:_DIGEST_LENGTH]


@contextmanager
def refusing_damage() -> Iterator[None]:
    """Turns whatever a damaged file causes into NotConfiguredError."""
    try:
        yield
    except (SafetensorError, ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise NotConfiguredError(f"this is no usable model: {error}") from error


def _check_shapes(content: Mapping[str, Any], numbers: Numbers) -> None:
    labels, features = len(content["labels"]), content["features"].count("\n") + 1
    columns = len(numbers.get("layer", content["labels"]))
    shapes = {
        "weights": (features, columns),
        "scales": (columns,),
        "rarity": (features,),
        "signs": (len(SIGNS), labels),
        "layer": (columns, labels),
    }
    for name, array in numbers.items():
        if array.shape != shapes.get(name, (labels,)):
            raise ValueError(f"its {name} do not fit its labels and features")


def _text(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
