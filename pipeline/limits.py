"""How often somebody may do something: counted in Redis for all web processes together.

Counts live in a database of their own on the broker's server. While Redis is out, this process counts for
itself. Who is counted is kept as a keyed hash only: Redis holds no address and no number. What may be used
once is claimed there as well.
"""

import hashlib
import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import cast
from urllib.parse import parse_qsl, urlencode, urlsplit

from limits import RateLimitItem, RateLimitItemPerSecond
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from pipeline.claims import OwnClaims, SharedClaims
from pipeline.desk import Desk
from pipeline.log import get_logger

_TIMEOUT_SECONDS = 0.5
_REST_SECONDS = 5.0
"""For so long Redis is not asked again after it failed."""
_log = get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """At most `times` within any `window`; `name` keeps the counts of different rules apart."""

    name: str
    times: int
    window: timedelta

    @property
    def item(self) -> RateLimitItem:
        """The rule as the library takes it."""
        return RateLimitItemPerSecond(self.times, int(self.window.total_seconds()), namespace=self.name)


class Limits:
    """Counts attempts by rule and by who makes them."""

    def __init__(self, redis_url: str, key: bytes) -> None:
        self._key = key
        storage = RedisStorage(
            counting_url(redis_url),
            wrap_exceptions=True,
            socket_timeout=_TIMEOUT_SECONDS,
            socket_connect_timeout=_TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), 0),  # type: ignore[arg-type]  # handed on to redis-py as it is
        )
        self._shared = MovingWindowRateLimiter(storage)
        self._own = MovingWindowRateLimiter(MemoryStorage())
        self._shared_claims = SharedClaims(cast(Redis, storage.get_connection()))
        self._own_claims = OwnClaims()
        self._rests_until = 0.0

    def hit(self, rule: Rule, who: str) -> bool:
        """Count one attempt; whether it is allowed. One that is not allowed does not prolong the wait."""
        key = self._hashed(who)
        return self._counted(lambda limiter: limiter.hit(rule.item, key))

    def forgive(self, rule: Rule, who: str) -> None:
        """Forget somebody's attempts."""
        key = self._hashed(who)

        def clear(limiter: MovingWindowRateLimiter) -> bool:
            limiter.clear(rule.item, key)
            return True

        self._counted(clear)

    def claim(self, what: str, who: str, window: timedelta) -> bool:
        """Whether `what` is `who`'s: within the window it belongs to the first to claim it.

        Nobody is refused because Redis is out: the same thing may then be claimed once in each process.
        """
        claimed = f"claim:{self._hashed(what)}", self._hashed(who), int(window.total_seconds())
        return self._asked(
            lambda: self._shared_claims.claim(*claimed), lambda: self._own_claims.claim(*claimed)
        )

    def _counted(self, count: Callable[[MovingWindowRateLimiter], bool]) -> bool:
        return self._asked(lambda: count(self._shared), lambda: count(self._own))

    def _asked(self, shared: Callable[[], bool], own: Callable[[], bool]) -> bool:
        if time.monotonic() >= self._rests_until:
            try:
                return shared()
            except (StorageError, RedisError) as error:
                self._rests_until = time.monotonic() + _REST_SECONDS
                _log.warning("limits_count_alone", error=type(error).__name__)
        return own()

    def _hashed(self, who: str) -> str:
        return hmac.new(self._key, who.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:32]


def limits_of(desk: Desk) -> Limits:
    """The limits of a desk."""
    return Limits(desk.settings.redis, desk.settings.session_key.get_secret_value().encode())


def counting_url(redis_url: str) -> str:
    """The same server's database 1, or 0 where the broker has 1, as the library reads it."""
    parts = urlsplit(redis_url)
    query = dict(parse_qsl(parts.query))
    by_socket = parts.scheme == "unix"
    broker = query.pop("db", "") or ("" if by_socket else parts.path.strip("/"))
    query["db"] = "0" if broker == "1" else "1"
    place = f"+unix://{parts.netloc}{parts.path}" if by_socket else f"://{parts.netloc}"
    return f"{'redis' if by_socket else parts.scheme}{place}?{urlencode(query)}"
