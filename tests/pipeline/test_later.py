"""A developer's desk may live later than the world, and no other may."""

from datetime import timedelta

import pytest

from config.settings import Environment, Settings
from domain.errors import PermanentError
from pipeline.later import ahead_of, clock_of, move_on, utc_now

TWO_DAYS = timedelta(hours=48)


def ahead(settings: Settings) -> timedelta:
    """By how much a clock is ahead, to the minute."""
    return timedelta(minutes=round((clock_of(settings)() - utc_now()).total_seconds() / 60))


def test_every_clock_of_the_desk_sees_each_move(settings: Settings) -> None:
    running = clock_of(settings)
    assert ahead(settings) == timedelta(0)
    assert move_on(settings, TWO_DAYS) == TWO_DAYS
    assert timedelta(hours=47) < running() - utc_now() < timedelta(hours=49)
    assert move_on(settings, timedelta(hours=1)) == ahead(settings) == timedelta(hours=49)
    assert running() - utc_now() > TWO_DAYS


@pytest.mark.parametrize("by", [timedelta(0), timedelta(hours=-1), timedelta(days=367)])
def test_it_never_goes_back_nor_too_far(settings: Settings, by: timedelta) -> None:
    with pytest.raises(PermanentError):
        move_on(settings, by)
    assert ahead(settings) == timedelta(0)


def test_production_reads_the_systems_clock_whatever_the_file_says(settings: Settings) -> None:
    move_on(settings, TWO_DAYS)
    production = settings.model_copy(update={"environment": Environment.PRODUCTION})
    assert clock_of(production) is utc_now
    assert ahead_of(production) == timedelta(0)
    with pytest.raises(PermanentError):
        move_on(production, TWO_DAYS)


@pytest.mark.parametrize("content", [b"", b"two days", "iki gün".encode(), b"9" * 40, b"\xff\x00"])
def test_a_file_that_says_nothing_moves_no_clock(settings: Settings, content: bytes) -> None:
    move_on(settings, TWO_DAYS)
    (settings.var_dir / "gosteri" / "saat").write_bytes(content)
    assert ahead(settings) == timedelta(0)
