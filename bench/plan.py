"""How much a run measures."""

from dataclasses import dataclass

BATCH = 64
"""Mails in a batch, of feeders, of workers and of the parts alone."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The sizes of one run; times are seconds, rates a second."""

    part_mails: int
    """What each core parses and classifies."""
    write_batches: int
    """What each core writes."""
    bells: int
    flood_mails: int
    flood_rounds: int
    warm_up_mails: int = 256
    steady_rate: int = 50
    steady_seconds: int
    hook_rate: int = 300
    hook_seconds: int


FULL = Plan(
    part_mails=6_400,
    write_batches=60,
    bells=2_000,
    flood_mails=10_000,
    flood_rounds=3,
    steady_seconds=20,
    hook_seconds=20,
)
QUICK = Plan(
    part_mails=1_280,
    write_batches=16,
    bells=500,
    flood_mails=4_000,
    flood_rounds=1,
    steady_seconds=5,
    hook_seconds=5,
)
TINY = Plan(
    part_mails=64,
    write_batches=1,
    bells=20,
    flood_mails=200,
    flood_rounds=1,
    warm_up_mails=64,
    steady_rate=10,
    steady_seconds=1,
    hook_rate=20,
    hook_seconds=1,
)
"""For the tests: every step once, no figure worth reading."""
