"""Takes people out of the database and leaves the statistics: what becomes of each column, by what SQL."""

from store.erasing.repository import EraserRepository

__all__ = ["EraserRepository"]
