"""The three models that decide together, as one artefact with one version.

They are trained, tried, activated and rolled back together: what a version decides is the same for ever.
"""

import hashlib
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from safetensors.numpy import load, save

from router.model import Model
from router.model_file import refusing_damage

_VERSION_LENGTH = 16


@dataclass(frozen=True, kw_only=True)
class Models:
    """What has been learned: topics, kinds, and what is no case at all."""

    topics: Model
    kinds: Model
    verdicts: Model

    @cached_property
    def version(self) -> str:
        """Digest of what all of them hold: equal sets have equal versions."""
        versions = " ".join(model.version for model in self._parts().values())
        return hashlib.sha256(versions.encode()).hexdigest()[:_VERSION_LENGTH]

    def to_bytes(self) -> bytes:
        """All of them as one safetensors file of files. Equal sets give equal bytes."""
        return save({name: np.frombuffer(m.to_bytes(), np.uint8) for name, m in self._parts().items()})

    @classmethod
    def from_bytes(cls, raw: bytes) -> "Models":
        """The set in a file's bytes. Raises NotConfiguredError for anything damaged or not ours."""
        with refusing_damage():
            stored = load(raw)
            return cls(**{part.name: Model.from_bytes(stored[part.name].tobytes()) for part in fields(cls)})

    def _parts(self) -> dict[str, Model]:
        return {part.name: getattr(self, part.name) for part in fields(self)}
