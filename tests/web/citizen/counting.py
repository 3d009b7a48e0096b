"""Counts what an answer costs, through real observers: statements, decryptions, commands to Redis."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import redis
from sqlalchemy import event

from config.keyring import Keyring
from tests.servers.valkey import ValkeyServer
from tests.web.serving import Site


class CountingKeyring(Keyring):
    """Counts what it opens."""

    counts: Counter[str]

    def decrypt(self, ciphertext: str) -> str:
        self.counts["decrypt"] += 1
        return super().decrypt(ciphertext)


@contextmanager
def work_of(site: Site, valkey_server: ValkeyServer) -> Iterator[Counter[str]]:
    """Counts the statements, the decryptions and the commands to Redis while the context is open."""
    counts: Counter[str] = Counter()
    keyring = CountingKeyring(site.desk.settings.credential_keys)
    keyring.counts = counts
    desk = site.services.desk

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        counts[statement.split()[0]] += 1

    before, usual = _commands(valkey_server), desk.keyring
    event.listen(desk.engine, "before_cursor_execute", count)
    desk.__dict__["keyring"] = keyring
    try:
        yield counts
    finally:
        desk.__dict__["keyring"] = usual
        event.remove(desk.engine, "before_cursor_execute", count)
        counts["redis"] = _commands(valkey_server) - before


def _commands(valkey_server: ValkeyServer) -> int:
    with redis.Redis.from_url(valkey_server.url()) as client:
        stats = client.info("commandstats")
    return sum(stats[name]["calls"] for name in stats if name.startswith(("cmdstat_eval", "cmdstat_del")))
