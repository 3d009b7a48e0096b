"""Istanbul's clock, by which the desk's days and hours go."""

from datetime import UTC, datetime, timedelta

from config.settings import ISTANBUL


def day_begins(now: datetime) -> datetime:
    """When the day of an aware time began in Istanbul, in UTC."""
    local = now.astimezone(ISTANBUL)
    return local.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def next_at(hour: int, now: datetime) -> datetime:
    """When Istanbul's clock shows this full hour next after an aware time, in UTC."""
    local = now.astimezone(ISTANBUL)
    today = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    return (today if today > local else today + timedelta(days=1)).astimezone(UTC)
