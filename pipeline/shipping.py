"""Trains the models that come with the program from the shipped examples, topics and cues: `make model`.

It takes a minute or two. The same inputs give the same files, and a test compares their digests.
"""

from collections.abc import Callable, Mapping

from config.cues import load_cues
from config.examples import load_examples
from config.taxonomy import load_taxonomy
from pipeline.model_shelf import SHIPPED_FOLDER, ShippedName
from router.curriculum import (
    hints,
    kind_samples,
    topic_samples,
    train_kinds,
    train_topics,
    train_verdicts,
    verdict_samples,
)
from router.model import Model
from router.training import digest_of


def inputs() -> Mapping[ShippedName, str]:
    """The digest of what each shipped model must have been trained on (`router.model.Facts.inputs`)."""
    examples, topics = load_examples(), load_taxonomy().topics
    return {
        ShippedName.TOPICS: digest_of([*topic_samples(examples.topics, topics), *hints(topics)]),
        ShippedName.KINDS: digest_of(kind_samples(examples)),
        ShippedName.VERDICTS: digest_of(verdict_samples(examples)),
    }


def build() -> Mapping[ShippedName, Model]:
    """The shipped models, trained anew."""
    examples, topics, cues = load_examples(), load_taxonomy().topics, load_cues()
    trainers: Mapping[ShippedName, Callable[[], Model]] = {
        ShippedName.TOPICS: lambda: train_topics(topic_samples(examples.topics, topics), topics, cues),
        ShippedName.KINDS: lambda: train_kinds(kind_samples(examples), cues),
        ShippedName.VERDICTS: lambda: train_verdicts(verdict_samples(examples)),
    }
    return {name: trainer() for name, trainer in trainers.items()}


def main() -> None:
    """Write the shipped models, and say what they are worth on held-out folds."""
    SHIPPED_FOLDER.mkdir(exist_ok=True)
    for name, model in build().items():
        raw = model.to_bytes()
        (SHIPPED_FOLDER / f"{name}.safetensors").write_bytes(raw)
        told = ", ".join(f"{figure} {value:.3f}" for figure, value in model.facts.figures.items())
        print(f"{name} {model.version}: {len(raw):,} bytes; {told}")  # noqa: T201 - a tool of the build


if __name__ == "__main__":
    main()
