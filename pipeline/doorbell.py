"""Rings for work. A bell that nobody heard is no loss: the clock rings again."""

import time
from functools import cached_property

from dramatiq import Message
from dramatiq.brokers.redis import RedisBroker
from dramatiq.errors import ConnectionClosed
from redis import Redis
from redis.exceptions import RedisError, ResponseError

from domain.errors import ConnectionFailedError
from domain.vocabulary import Queue
from pipeline.broker import make_broker
from pipeline.log import get_logger

ACTORS = {Queue.INBOUND: "process", Queue.DOCUMENTS: "read", Queue.NOTIFY: "notify", Queue.CRM: "deliver"}
ENOUGH = 8
"""Bells of a queue that nobody has heard yet. Who hears one works, or rings again, until nothing waits: more
of them would wake nobody, and a flood, or a queue whose workers are down, must not fill the broker."""
_TIMEOUT_SECONDS = 2.0
_REST_SECONDS = 2.0
"""For so long nobody tries to ring after a failure: who rings may be answering a caller, or hold rows."""
_PROBE = "dramatiq:probe"
"""Beside the broker's own keys, where whoever may ring may write."""
_log = get_logger(__name__)


class Doorbell:
    """Enqueues one contentless message a ring, unless enough of them wait."""

    def __init__(self, redis_url: str) -> None:
        self._url = redis_url
        self._rests_until = 0.0

    @cached_property
    def _broker(self) -> RedisBroker:
        broker = make_broker(self._url, socket_timeout=_TIMEOUT_SECONDS)
        for queue in Queue:
            broker.declare_queue(queue)
        return broker

    def ring(self, queue: Queue) -> None:
        """Wake a worker of the queue. Never raises, and holds nobody up while the broker hangs."""
        if time.monotonic() < self._rests_until:
            return
        message: Message[None] = Message(
            queue_name=queue, actor_name=ACTORS[queue], args=(), kwargs={}, options={}
        )
        try:
            if self._unheard(queue) < ENOUGH:
                self._broker.enqueue(message)
        except (RedisError, ConnectionClosed) as error:
            self._rests_until = time.monotonic() + _REST_SECONDS
            _log.warning("doorbell_unheard", queue=queue, error=type(error).__name__)

    def _unheard(self, queue: Queue) -> int:
        # A bell that is in the list now will be heard after the caller's commit, which came before this look.
        return int(self._broker.client.llen(f"{self._broker.namespace}:{queue}"))


def ping(redis_url: str) -> None:
    """Return when the broker's server takes bells. Raises ConnectionFailedError when it does not answer, or
    only reads: a replica, or one whose memory is full, answers all the same."""
    try:
        with Redis.from_url(redis_url, socket_timeout=3, socket_connect_timeout=3) as client:
            client.set(_PROBE, "", ex=60)
    except ResponseError as error:
        raise ConnectionFailedError(f"Redis refuses what is written: {error}") from error
    except RedisError as error:
        raise ConnectionFailedError(f"Redis does not answer: {type(error).__name__}") from error
