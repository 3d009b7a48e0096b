"""The desk of the pages' tests, whose interfaces know the development key."""

import pytest

from pipeline import channels
from pipeline.desk import Desk
from pipeline.seed import DEVELOPMENT_KEY, MOBILE_ACCOUNT
from tests.web.api.app import SECOND_KEY

KEYS = f"development:{DEVELOPMENT_KEY} other:{SECOND_KEY}"


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """A desk whose account is sealed with its own key: the copied database's is another desk's."""
    channels.change(desk, channels.find(desk, MOBILE_ACCOUNT), {"app_keys": KEYS})
    return desk
