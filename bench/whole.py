"""The whole: raw mails from feeders, real workers on a real broker, cases and owed notices committed."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from bench.corpus import mail
from bench.everywhere import fork
from bench.machine import Meter, cores
from bench.stack import Stack
from config.settings import Settings
from pipeline.desk import Desk
from pipeline.ingest import account_for_files, ingest
from pipeline.waiting import until

_START_SECONDS, _FLOOD_SECONDS = 60.0, 240.0


@dataclass(frozen=True, kw_only=True)
class Flood:
    """What one flood came to. `cpu_ms` is processor time a mail by process; `others` the share of the machine
    that programs of others had meanwhile."""

    mails: int
    seconds: float
    cpu_ms: dict[str, float]
    others: float

    @property
    def per_second(self) -> float:
        """Cases a second from the first raw byte to the last commit."""
        return self.mails / self.seconds


def flood(stack: Stack, first: int, mails: int) -> Flood:
    """Feed these mails of the corpus from a process on each core, and wait for their cases.

    Raises RuntimeError when a case or a notice is missing.
    """
    raws = [mail(number) for number in range(first, first + mails)]
    with stack.desk() as desk, desk.engine.connect() as connection:
        accounts = [account_for_files(desk, f"posta{n}").name for n in range(cores())]
        database = connection.execution_options(isolation_level="AUTOCOMMIT")
        before = _counted(database)
        done = _fed(
            stack, dict(zip(accounts, (raws[n :: cores()] for n in range(cores())), strict=True)), database
        )
        cases, receipts = (now - then for now, then in zip(_counted(database), before, strict=True))
    if cases != mails or receipts < mails:
        raise RuntimeError(f"{mails} mails came to {cases} cases and {receipts} receipts")
    return done


def _fed(stack: Stack, shares: dict[str, list[bytes]], database: Connection) -> Flood:
    go, fed, end = fork.Barrier(len(shares) + 1), fork.Semaphore(0), fork.Event()
    feeders = [
        fork.Process(target=_feed, args=(stack.settings, account, raws, go, fed, end))
        for account, raws in shares.items()
    ]
    for feeder in feeders:
        feeder.start()
    until(lambda: go.n_waiting == len(feeders), "the feeders", _START_SECONDS)
    pids = {name: stack.pid(name) for name in stack.programs}
    pids |= {f"feeder {n}": feeder.pid or 0 for n, feeder in enumerate(feeders)}
    meter = Meter(tuple(pids.values()))
    go.wait()
    until(lambda: fed.get_value() == len(feeders) and not _waiting(database), "cases", _FLOOD_SECONDS)
    done = _came_to(meter, pids, sum(map(len, shares.values())))
    end.set()
    for feeder in feeders:
        feeder.join()
    return done


def _came_to(meter: Meter, pids: dict[str, int], mails: int) -> Flood:
    seconds = meter.wall()
    cpu = {name: meter.cpu(pid) * 1000 / mails for name, pid in pids.items()}
    return Flood(mails=mails, seconds=seconds, cpu_ms=cpu, others=meter.others())


def _feed(settings: Settings, account: str, raws: list[bytes], go: Any, fed: Any, end: Any) -> None:
    desk = Desk(settings)
    into = account_for_files(desk, account)
    desk.blobs.put_many([b"warm"])
    go.wait()
    for _ in ingest(desk, into, raws):
        pass
    fed.release()
    end.wait()  # until its processor time has been read
    desk.engine.dispose()


def _waiting(database: Connection) -> bool:
    return bool(database.scalar(text("SELECT EXISTS (SELECT FROM messages WHERE state <> 'done')")))


def _counted(database: Connection) -> tuple[int, int]:
    cases = database.scalar(text("SELECT count(*) FROM cases"))
    receipts = database.scalar(text("SELECT count(*) FROM notifications WHERE template = 'received'"))
    return int(cases or 0), int(receipts or 0)
