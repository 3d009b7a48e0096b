"""The intake page at a desk whose clock only the test moves, and an agent at it."""

from collections.abc import Iterator

import httpx
import pytest
from pydantic import SecretStr

from config.settings import Settings
from pipeline.desk import Desk
from tests.fakes import Bells, Clock
from tests.web.staff import AGENT, OPERATOR, Agent

TOKENS = f"masa-1:agent:{AGENT},masa-2:operator:{OPERATOR}"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(desk_settings: Settings, clock: Clock) -> Iterator[Desk]:
    awake = {"quiet_from": 0, "quiet_until": 0, "staff_tokens": SecretStr(TOKENS)}
    made = Desk(desk_settings.model_copy(update=awake), now=clock, ring=Bells())
    yield made
    made.engine.dispose()


@pytest.fixture
def agent(client: httpx.Client) -> Agent:
    return Agent(client)
