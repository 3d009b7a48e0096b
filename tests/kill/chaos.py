"""What happens to a desk on a bad day: any of its processes is killed, its servers flushed or restarted."""

import os
import signal
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from random import Random

import psutil
import redis

from tests.kill.crew import Crew
from tests.servers.processes import wait_until


class Blow(StrEnum):
    """One bad thing."""

    WEB = "kill the web process"
    WORKER = "kill a worker"
    WORKER_MASTER = "kill the workers' master"
    DOCUMENTS = "kill the documents' worker"
    CONNECTORS = "kill the connectors"
    FETCHER = "kill the reader of a mailbox"
    NOTIFIER = "kill the notifier's worker"
    NOTIFIER_MASTER = "kill the notifier's master"
    CLOCK = "kill the clock"
    FLUSH = "flush Valkey"
    VALKEY = "kill Valkey"
    POSTGRES = "kill PostgreSQL"
    POSTGRES_RESTART = "restart PostgreSQL"


ROUNDS = int(os.environ.get("KILL_ROUNDS", "1"))
"""How often everything dies: what a round costs is above all processes that start again."""
DAY = [
    *([Blow.WORKER, Blow.FETCHER, Blow.NOTIFIER] * 2),
    *(Blow.WORKER_MASTER, Blow.CONNECTORS, Blow.NOTIFIER_MASTER, Blow.CLOCK, Blow.FLUSH),
    *(Blow.DOCUMENTS, Blow.VALKEY, Blow.POSTGRES, Blow.POSTGRES_RESTART),
] * ROUNDS
NOTIFIER_BLOWS = frozenset({Blow.NOTIFIER, Blow.NOTIFIER_MASTER, Blow.POSTGRES, Blow.POSTGRES_RESTART})
"""Blows that can fall between a gateway's answer and our commit."""


@dataclass
class Chaos:
    """Strikes a crew in an order and at moments that the seed decides."""

    crew: Crew
    random: Random
    struck: Counter[Blow] = field(default_factory=Counter)

    def order(self, day: Sequence[Blow] = DAY) -> list[Blow]:
        """A bad day's blows, shuffled."""
        return self.random.sample(day, len(day))

    def strike(self, blow: Blow) -> None:
        """Do it, as soon as there is somebody to do it to."""
        wait_until(partial(self._hit, blow), blow)
        self.struck[blow] += 1

    def _hit(self, blow: Blow) -> bool:
        try:
            return self._blows()[blow]()
        except (psutil.NoSuchProcess, redis.RedisError):
            return False

    def _blows(self) -> dict[Blow, Callable[[], bool]]:
        return {
            Blow.WEB: partial(self._kill, "web"),
            Blow.WORKER: partial(self._kill_child, "worker"),
            Blow.WORKER_MASTER: partial(self._kill, "worker"),
            Blow.DOCUMENTS: partial(self._kill_child, "documents"),
            Blow.CONNECTORS: partial(self._kill, "connectors"),
            Blow.FETCHER: partial(self._kill_child, "connectors"),
            Blow.NOTIFIER: partial(self._kill_child, "notifier"),
            Blow.NOTIFIER_MASTER: partial(self._kill, "notifier"),
            Blow.CLOCK: partial(self._kill, "clock"),
            Blow.FLUSH: self._flush,
            Blow.VALKEY: partial(self._kill, "valkey"),
            Blow.POSTGRES: partial(self._kill, "postgres"),
            Blow.POSTGRES_RESTART: partial(self._kill, "postgres", signal.SIGINT),
        }

    def _kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> bool:
        process = self.crew.program(name)
        if process is None:
            return False
        process.send_signal(number)
        return True

    def _kill_child(self, name: str) -> bool:
        children = self.crew.children(name)
        if not children:
            return False
        self.random.choice(children).kill()
        return True

    def _flush(self) -> bool:
        with redis.Redis.from_url(self.crew.settings.redis) as client:
            return bool(client.flushall())


def let_the_dead_hands_go(crew: Crew) -> None:
    """One last death of the notifier: whatever is in hand then is in dead hands, and time passes over it."""
    _kill_all(crew, "notifier")
    crew.rows("UPDATE notifications SET claimed_at = claimed_at - interval '1 hour' WHERE state = 'sending'")


def let_the_dead_readers_go(crew: Crew) -> None:
    """The same for the documents' workers: what they have in hand is lent to them for some ten minutes."""
    _kill_all(crew, "documents")
    crew.rows("UPDATE messages SET next_try_at = received_at WHERE state = 'received'")


def _kill_all(crew: Crew, name: str) -> None:
    def processes() -> list[psutil.Process]:
        master = crew.program(name)
        return [master, *crew.children(name)] if master else []

    wait_until(lambda: bool(processes()), name)
    victims = processes()
    for process in victims:
        process.kill()
    psutil.wait_procs(victims, timeout=30)
