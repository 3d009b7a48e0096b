"""The broker: dramatiq on Redis, as a doorbell.

A message says "there is work" and nothing else; every state is a row. `url=` keeps redis-py from repeating
an enqueue whose answer was lost, the socket timeout outlives a stalled server, and the heartbeat settings
bring a killed worker's messages back within half a minute.
"""

from dramatiq.brokers.redis import RedisBroker
from dramatiq.middleware import AgeLimit, Callbacks, ShutdownNotifications, TimeLimit

from pipeline.orphans import EndWithParent

SOCKET_TIMEOUT = 30
ACTOR_TIME_LIMIT_MS = 5 * 60 * 1000


def make_broker(redis_url: str, *, socket_timeout: float = SOCKET_TIMEOUT) -> RedisBroker:
    """A broker on this server. No Retries middleware: a retry is a due time in a row."""
    joint = "&" if "?" in redis_url else "?"
    return RedisBroker(  # type: ignore[no-untyped-call]  # dramatiq leaves this one untyped
        url=f"{redis_url}{joint}socket_timeout={socket_timeout}&socket_connect_timeout=5",
        middleware=[
            AgeLimit(max_age=10 * 60 * 1000),
            TimeLimit(time_limit=ACTOR_TIME_LIMIT_MS),
            ShutdownNotifications(),
            Callbacks(),
            EndWithParent(),
        ],
        heartbeat_timeout=30_000,
        maintenance_chance=1_000_000,
    )
