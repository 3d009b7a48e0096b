"""What may be used once, and by whom it was: the first to claim it has it, whoever claims it again."""

import time
from threading import Lock

from redis import Redis


class SharedClaims:
    """Claims that all processes know; they lie in Redis until their time is over."""

    def __init__(self, client: Redis) -> None:
        self._client = client

    def claim(self, what: str, who: str, seconds: int) -> bool:
        """Whether `what` is `who`'s, now or since an earlier call. Raises RedisError.

        A claim never changes its owner, so that what is read after a lost race is who won it.
        """
        return (
            bool(self._client.set(what, who, nx=True, ex=seconds)) or self._client.get(what) == who.encode()
        )


class OwnClaims:
    """The same for one process alone; what is over is forgotten at the next claim."""

    def __init__(self) -> None:
        self._owners: dict[str, tuple[str, float]] = {}
        self._lock = Lock()

    def claim(self, what: str, who: str, seconds: int) -> bool:
        """Whether `what` is `who`'s, now or since an earlier call."""
        now = time.monotonic()
        with self._lock:
            self._owners = {key: owner for key, owner in self._owners.items() if owner[1] > now}
            return self._owners.setdefault(what, (who, now + seconds))[0] == who
