"""Those who make the mixed day's calls, and what they were answered."""

import socket
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from random import Random
from threading import Lock

import httpx

from tests.kill.mixed_source import Calling
from tests.servers.processes import wait_until

AGAIN = 0.15
"""The share of calls that are made once more after they were answered, as providers do that saw no answer."""
CALLERS = 6
PATIENCE = 120.0


@dataclass
class Callers:
    """Makes calls side by side, each again until it is answered well; but who does not insist calls once."""

    base: str
    random: Random
    answered: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)
    outcomes: Counter[str] = field(default_factory=Counter)
    _host: str = ""
    _port: int = 0
    _client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=30, trust_env=False))
    _gate: Lock = field(default_factory=Lock)
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(CALLERS))
    _calls: list[Future[None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        url = httpx.URL(self.base)
        self._host, self._port = url.host, url.port or 80

    def send(self, source: Calling, numbers: Sequence[int]) -> None:
        """Have a call made that brings these."""
        again = self.random.random() < AGAIN
        keys = [source.key(each) for each in numbers]
        self._calls.append(self._pool.submit(self._call, source.call(numbers), source.insists, keys, again))

    def ended(self) -> int:
        """How many calls are over. Raises what went wrong with one."""
        return sum(each.done() and each.result() is None for each in self._calls)

    def made(self) -> int:
        """How many calls there are so far."""
        return len(self._calls)

    def await_answers(self, count: int) -> None:
        """Return once so many calls are over."""
        wait_until(lambda: self.ended() >= count, "calls to be answered", PATIENCE)

    def finish(self) -> None:
        """Wait for all of them. Raises what went wrong with one."""
        self._pool.shutdown()
        self._client.close()
        assert self.ended() == len(self._calls)

    def _call(self, request: httpx.Request, insists: bool, keys: Sequence[str], again: bool) -> None:
        if not self._is_answered(request, keys) and insists:
            with self._gate:  # one after the other, or the machine is busy with what cannot succeed yet
                wait_until(lambda: self._hears() and self._is_answered(request, keys), "an answer", PATIENCE)
        if not self.answered.issuperset(keys):
            self.lost.update(keys)
        elif again:
            self._is_answered(request, keys)

    def _hears(self) -> bool:
        """Whether anybody listens; asking costs next to nothing."""
        try:
            socket.create_connection((self._host, self._port), timeout=5).close()
        except OSError:
            return False
        return True

    def _is_answered(self, request: httpx.Request, keys: Sequence[str]) -> bool:
        """Whether one try was answered well. Whatever else than "not now" is answered is a fault of ours."""
        target = httpx.URL(self.base + request.url.path)
        headers = {name: value for name, value in request.headers.items() if name != "host"}
        try:
            answer = self._client.request(request.method, target, content=request.read(), headers=headers)
        except httpx.TransportError as error:
            self.outcomes[type(error).__name__] += 1
            return False
        self.outcomes[str(answer.status_code)] += 1
        if answer.status_code in (200, 201, 202, 303):
            self.answered.update(keys)
            return True
        assert answer.status_code == 503, f"{request.url.path}: {answer.status_code} {answer.text[:300]}"
        return False
