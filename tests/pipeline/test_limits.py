"""Counting attempts: in Redis for all processes, alone while Redis is out, and without anybody's address."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import redis

from pipeline.limits import Limits, Rule, counting_url
from tests.servers.valkey import ValkeyServer

TWICE = Rule(name="twice", times=2, window=timedelta(hours=1))
OTHER = Rule(name="other", times=1, window=timedelta(hours=1))
KEY = b"a key of the tests"


def outcomes(limits: Limits, who: str, times: int, rule: Rule = TWICE) -> list[bool]:
    return [limits.hit(rule, who) for _ in range(times)]


def test_processes_count_together(valkey_url: str) -> None:
    one, other = Limits(valkey_url, KEY), Limits(valkey_url, KEY)
    assert [one.hit(TWICE, "a"), other.hit(TWICE, "a"), one.hit(TWICE, "a"), other.hit(TWICE, "a")] == [
        True, True, False, False,
    ]  # fmt: skip


def test_everybody_and_every_rule_is_counted_apart(valkey_url: str) -> None:
    limits = Limits(valkey_url, KEY)
    assert outcomes(limits, "a", 3) == [True, True, False]
    assert outcomes(limits, "b", 3) == [True, True, False]
    assert outcomes(limits, "a", 2, OTHER) == [True, False]


def test_the_forgiven_start_anew(valkey_url: str) -> None:
    limits = Limits(valkey_url, KEY)
    outcomes(limits, "a", 3)
    limits.forgive(TWICE, "a")
    assert outcomes(limits, "a", 3) == [True, True, False]


def test_redis_holds_neither_an_address_nor_anything_in_the_broker_s_database(valkey_url: str) -> None:
    Limits(valkey_url, KEY).hit(TWICE, "tel:+905320000001")
    with redis.Redis.from_url(valkey_url) as broker, redis.Redis.from_url(_database_1(valkey_url)) as counts:
        assert broker.dbsize() == 0
        (name,) = counts.keys()
        assert b"532" not in name
        assert counts.ttl(name) > 0


def test_while_redis_is_out_a_process_counts_for_itself_and_together_again_after(
    valkey_server: ValkeyServer, valkey_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.limits._REST_SECONDS", 0.0)
    limits, other = Limits(valkey_url, KEY), Limits(valkey_url, KEY)
    valkey_server.kill()
    try:
        assert outcomes(limits, "a", 3) == [True, True, False]
        limits.forgive(TWICE, "a")
        assert outcomes(limits, "a", 3) == [True, True, False]
    finally:
        valkey_server.restart()
    assert outcomes(other, "b", 2) == [True, True]
    assert outcomes(limits, "b", 1) == [False]


def test_what_may_be_used_once_belongs_to_the_first_who_claims_it_in_any_process(valkey_url: str) -> None:
    one, other = Limits(valkey_url, KEY), Limits(valkey_url, KEY)
    assert one.claim("a", "mine", TWICE.window)
    assert [other.claim("a", "theirs", TWICE.window), other.claim("a", "mine", TWICE.window)] == [False, True]
    assert other.claim("b", "theirs", TWICE.window)
    with redis.Redis.from_url(_database_1(valkey_url)) as counts:
        names = counts.keys()
        assert all(0 < counts.ttl(name) <= 3600 for name in names)
        assert not any(b"theirs" in counts.get(name) for name in names)


def test_of_many_who_claim_at_once_one_gets_it(valkey_url: str) -> None:
    limits = Limits(valkey_url, KEY)
    with ThreadPoolExecutor(8) as threads:
        got = list(threads.map(lambda n: limits.claim("a", str(n), TWICE.window), range(40)))
    assert got.count(True) == 1


def test_while_redis_is_out_a_process_keeps_claims_itself_until_they_are_over(
    valkey_server: ValkeyServer, valkey_url: str
) -> None:
    limits = Limits(valkey_url, KEY)
    valkey_server.kill()
    try:
        assert [limits.claim("a", who, TWICE.window) for who in ("mine", "theirs", "mine")] == [
            True,
            False,
            True,
        ]
        assert [limits.claim("b", who, timedelta(0)) for who in ("mine", "theirs")] == [True, True]
    finally:
        valkey_server.restart()


URLS = [
    ("a socket", "unix:///run/valkey.sock?db=0", "redis+unix:///run/valkey.sock?db=1"),
    ("a socket without a number", "unix:///run/a%20b.sock", "redis+unix:///run/a%20b.sock?db=1"),
    ("a host", "redis://:pass%40word@cache.example:6379/0", "redis://:pass%40word@cache.example:6379?db=1"),
    ("a host without a number", "rediss://cache.example", "rediss://cache.example?db=1"),
    ("a broker in database 1", "redis://cache.example/1", "redis://cache.example?db=0"),
    (
        "options",
        "redis://cache.example/0?ssl_cert_reqs=none",
        "redis://cache.example?ssl_cert_reqs=none&db=1",
    ),
]


@pytest.mark.parametrize(("broker", "counts"), [row[1:] for row in URLS], ids=[row[0] for row in URLS])
def test_counts_live_on_the_broker_s_server_in_a_database_of_their_own(broker: str, counts: str) -> None:
    assert counting_url(broker) == counts


def _database_1(url: str) -> str:
    return url.replace("db=0", "db=1")
