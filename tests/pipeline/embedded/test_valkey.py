"""The embedded Valkey: private, logged to disk, one at a time, nothing evicted."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from domain.errors import NotConfiguredError
from pipeline.embedded.valkey import Doorbell, answers, serve
from tests.servers.valkey import ValkeyServer


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ValkeyServer]:
    server = ValkeyServer(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ("port", "0"),
        ("appendonly", "yes"),
        ("appendfsync", "everysec"),
        ("save", ""),
        ("maxmemory-policy", "noeviction"),
    ],
)
def test_it_is_set_up_to_keep_what_it_is_given(server: ValkeyServer, option: str, expected: str) -> None:
    with redis.Redis.from_url(server.url(), decode_responses=True) as client:
        assert client.config_get(option) == {option: expected}


def test_nobody_but_its_owner_reaches_it(server: ValkeyServer, tmp_path: Path) -> None:
    run = tmp_path / "run"
    assert stat.S_IMODE(run.stat().st_mode) == 0o700
    assert stat.S_IMODE((run / "valkey.sock").stat().st_mode) == 0o700


def test_a_killed_server_comes_back_with_what_it_acknowledged(server: ValkeyServer) -> None:
    with redis.Redis.from_url(server.url()) as client:
        client.rpush("queue", *range(500))
    server.kill()
    assert not answers(server.url())
    server.start()
    with redis.Redis.from_url(server.url()) as client:
        assert client.llen("queue") == 500


def test_a_second_server_on_the_same_data_is_refused(server: ValkeyServer, tmp_path: Path) -> None:
    with pytest.raises(NotConfiguredError, match="already running"):
        serve(Doorbell(data=tmp_path / "valkey", socket=tmp_path / "run" / "valkey.sock"))
    assert answers(server.url())


def test_a_url_nobody_listens_at_does_not_answer(tmp_path: Path) -> None:
    assert not answers(f"unix://{tmp_path}/none.sock")
