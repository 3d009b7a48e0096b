"""The doorbell on a real Valkey: it wakes, it never fills the broker, it never raises."""

import redis

from domain.vocabulary import Queue
from pipeline.doorbell import ENOUGH, Doorbell
from tests.servers.processes import wait_until
from tests.servers.valkey import ValkeyServer


def test_a_flood_of_rings_leaves_a_few_bells(valkey_url: str) -> None:
    doorbell = Doorbell(valkey_url)
    for _ in range(5 * ENOUGH):
        doorbell.ring(Queue.INBOUND)
    doorbell.ring(Queue.NOTIFY)
    with redis.Redis.from_url(valkey_url) as client:
        assert client.llen("dramatiq:inbound") == ENOUGH
        assert client.llen("dramatiq:notify") == 1


def test_a_bell_that_was_heard_is_replaced(valkey_url: str) -> None:
    doorbell = Doorbell(valkey_url)
    for _ in range(ENOUGH):
        doorbell.ring(Queue.INBOUND)
    with redis.Redis.from_url(valkey_url) as client:
        client.lpop("dramatiq:inbound")
        doorbell.ring(Queue.INBOUND)
        assert client.llen("dramatiq:inbound") == ENOUGH


def test_a_broker_that_is_gone_and_back_costs_no_error(valkey_server: ValkeyServer, valkey_url: str) -> None:
    doorbell = Doorbell(valkey_url)
    doorbell.ring(Queue.INBOUND)
    valkey_server.kill()
    try:
        doorbell.ring(Queue.INBOUND)
    finally:
        valkey_server.restart()

    def heard() -> bool:
        doorbell.ring(Queue.INBOUND)
        with redis.Redis.from_url(valkey_url) as client:
            return int(client.llen("dramatiq:inbound")) > 0

    wait_until(heard, "a bell")
