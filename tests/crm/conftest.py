"""What the tests of outside CRMs share: a desk with cases, a clock that is stepped, a receiver."""

from collections.abc import Iterator

import pytest

from tests.crm.calling import client, site
from tests.crm.fixtures import cases, crm_template, desk, shared
from tests.fakes import Clock
from tests.servers.crm import CrmReceiver

__all__ = ["cases", "client", "crm_template", "desk", "shared", "site"]


@pytest.fixture
def clock() -> Clock:
    """Monday noon in Istanbul."""
    return Clock()


@pytest.fixture
def receiver() -> Iterator[CrmReceiver]:
    """An outside CRM's receiver on a free port."""
    with CrmReceiver() as started:
        yield started
