"""The desks of the interfaces' tests."""

from tests.web.api.fixtures import calm, desk

__all__ = ["calm", "desk"]
