"""`python -m tests.fuzz CHANNEL [--seconds 600]`: guided by coverage, look for bytes that break its parser.

What is found is written below `var/fuzz/CHANNEL` and belongs into `tests/fuzz/found/CHANNEL` with the fix.
Needs atheris (the `dev` extra has it for Linux on x86-64).
"""

import argparse
import sys
from importlib import import_module
from pathlib import Path
from random import Random

import atheris

from domain.vocabulary import Channel
from tests.fuzz.mutate import mutate
from tests.fuzz.seeds import samples

_LONGEST = 1 << 20
_STRUCTURED = 0.7
"""So many of the inputs are made by our own accidents; atheris makes the others."""


def main() -> None:
    """Fuzz until the time is over; exit status 0 when nothing was found."""
    asked = _asked()
    channel = Channel(asked.channel)
    corpus = Path("var/fuzz") / channel.value
    corpus.mkdir(parents=True, exist_ok=True)
    seeds = samples(channel)
    for number, seed in enumerate(seeds):
        (corpus / f"seed-{number:04d}").write_bytes(seed)
    with atheris.instrument_imports(include=["connectors", "domain"]):
        hold = import_module("tests.fuzz.promise").hold
        hold(channel, seeds[0])  # a channel's module is loaded when it is first asked for

    def one(data: bytes) -> None:
        hold(channel, data)

    def accident(data: bytes, most: int, seed: int) -> bytes:
        random = Random(seed)
        if random.random() < _STRUCTURED:
            return mutate(data, random, seeds)[:most]
        return bytes(atheris.Mutate(data, most))

    options = [
        f"-max_total_time={asked.seconds}",
        f"-max_len={_LONGEST}",
        "-timeout=20",
        "-rss_limit_mb=2048",
    ]
    options += [f"-artifact_prefix={corpus}/broke-", "-print_final_stats=1", str(corpus)]
    atheris.Setup([sys.argv[0], *options], one, custom_mutator=accident)
    atheris.Fuzz()


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("channel", choices=[channel.value for channel in Channel])
    parser.add_argument("--seconds", type=int, default=600)
    return parser.parse_args()


if __name__ == "__main__":
    main()
