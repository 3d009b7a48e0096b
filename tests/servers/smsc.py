"""A message centre for the tests: Perl's Net::SMPP on a loopback port, told what to do, asked what it saw."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from threading import Condition, Thread
from typing import Any

import pytest

from tests.servers.processes import find_program

SYSTEM_ID, PASSWORD = "masa1530", "sifre-77"
CITIZEN, DESK = "905320000001", "1530"
_SCRIPT = Path(__file__).with_name("smsc.pl")
_PATIENCE = 20.0


class MessageCentre:
    """The running peer. `events` is all that it told, oldest first."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self._news = Condition()
        self._tags = count(1)
        self._process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "perl", str(_SCRIPT), SYSTEM_ID, PASSWORD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        Thread(target=self._listen, daemon=True).start()
        self.port: int = self.saw("listening")["port"]

    def saw(self, event: str, times: int = 1, **like: Any) -> dict[str, Any]:
        """The so-manieth event of a kind; waits for it. Fails when it does not come."""
        with self._news:
            if not self._news.wait_for(lambda: len(self._of(event, like)) >= times, _PATIENCE):
                pytest.fail(f"waited in vain for {event} {like}; saw {self.events[-20:]}")
            return self._of(event, like)[times - 1]

    def all(self, event: str, **like: Any) -> list[dict[str, Any]]:
        """The events of a kind up to now."""
        self.do("nothing")
        return self._of(event, like)

    def deliver(self, content: bytes, **more: Any) -> str:
        """Deliver a message to the receiver, or to the next that binds; returns its tag."""
        tlvs = {name: value.hex() for name, value in more.pop("tlvs", {}).items()}
        given = {"source": CITIZEN, "destination": DESK, "content": content.hex(), "tlvs": tlvs}
        return self.do("deliver", **given | more)

    def rules(self, **rules: Any) -> None:
        """How to behave: `binds` and `submits` are statuses to answer with next, `mute` answers no enquiry,
        `hold` answers no submission until released."""
        self.do("rules", rules=rules)

    def do(self, what: str, **more: Any) -> str:
        """Give an order and wait until it was carried out; returns its tag."""
        tag = f"t{next(self._tags)}"
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"do": what, "tag": tag, **more}).encode() + b"\n")
        self._process.stdin.flush()
        self.saw("done", tag=tag)
        return tag

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()

    def _of(self, event: str, like: dict[str, Any]) -> list[dict[str, Any]]:
        return [e for e in self.events if e["event"] == event and all(e.get(k) == v for k, v in like.items())]

    def _listen(self) -> None:
        assert self._process.stdout
        try:
            for line in self._process.stdout:
                with self._news:
                    self.events.append(json.loads(line))
                    self._news.notify_all()
        except ValueError:
            return  # it was closed


@contextmanager
def running_smsc() -> Iterator[MessageCentre]:
    """A message centre that runs. Where Net::SMPP is not installed the test is skipped, and fails in CI."""
    if not _installed():
        reason = "Perl's Net::SMPP is not installed: `make test` installs it where it may"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    centre = MessageCentre()
    try:
        yield centre
    finally:
        centre.close()


def _installed() -> bool:
    perl = find_program("perl")
    return (
        bool(perl) and subprocess.run([str(perl), "-MNet::SMPP", "-e1"], capture_output=True).returncode == 0
    )
