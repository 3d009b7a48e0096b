"""The part that writes: the rows and originals of accept and of process, straight into the store.

Nothing is parsed, decided, claimed, looked up or locked here: it is the writing that nobody can leave out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from bench.corpus import mail
from bench.everywhere import on_every_core
from bench.limit import Part
from bench.machine import Meter, cores
from bench.plan import BATCH
from bench.recording import Written, record
from bench.stack import Stack
from bench.thinking import parsed
from domain.messages import InboundMessage
from pipeline.desk import Desk
from pipeline.ingest import account_for_files
from store.records import Arrival, Outcome

_RECORDED = 8


def recordings(stack: Stack, batches: int) -> list[Written]:
    """What some batches of mails write. No worker may run meanwhile: it would take them."""
    with stack.desk() as desk:
        account = account_for_files(desk).id
        return [
            record(desk, account, parsed([mail(start + n) for n in range(BATCH)]))
            for start in range(0, BATCH * min(batches, _RECORDED), BATCH)
        ]


def measure_write(stack: Stack, recorded: Sequence[Written], batches: int, turn: int) -> Part:
    """What writing a mail costs, in batches on every core; each `turn` writes as if for others."""
    prepared: list[Written] = []
    own = Desk(stack.settings)  # connects only in the processes

    def prepare(number: int) -> None:
        some = [recorded[n % len(recorded)].again(f"{turn}-{number}-{n}") for n in range(batches + 1)]
        prepared.extend(some)
        write_batch(own, prepared.pop(), own.now())

    meter = Meter((stack.pid("postgres"),))
    spent = on_every_core(lambda _: _write_all(own, prepared), prepare)
    servers = meter.cpu(stack.pid("postgres"))
    written = batches * cores() * BATCH
    return Part(name="write", own=spent / written, servers=servers / (written + cores() * BATCH))


def _write_all(desk: Desk, some: Sequence[Written]) -> None:
    for written in some:
        write_batch(desk, written, desk.now())


def write_batch(desk: Desk, written: Written, now: datetime) -> None:
    """Write one batch as accept does and then as process does, in a transaction each."""
    hashes = iter(desk.blobs.put_many(list(_contents(written.arrivals))))
    arrivals = [replace(arrival, raw_sha256=next(hashes)) for arrival in written.arrivals]
    arrivals = [replace(a, attachment_sha256=[next(hashes) for _ in a.attachment_sha256]) for a in arrivals]
    with desk.uow() as uow:
        message_ids = uow.messages.add(arrivals, now)
        uow.commit()
    with desk.uow() as uow:
        case_ids = uow.cases.new_ids(len(written.cases))
        numbers = uow.cases.new_numbers(now.year, len(written.cases))
        citizen_ids = uow.citizens.add(written.names, now)
        case = dict(zip((row["id"] for row in written.cases), case_ids, strict=True))
        who = dict(zip(written.citizen_ids, citizen_ids, strict=True))
        uow.citizens.add_contacts({urn: who.get(owner or 0) for urn, owner in written.contacts.items()}, now)
        uow.cases.open_many(
            [
                row | {"id": case_id, "number": number, "citizen_id": who.get(row["citizen_id"])}
                for row, case_id, number in zip(written.cases, case_ids, numbers, strict=True)
            ]
        )
        uow.cases.record([row | {"case_id": case[row["case_id"]]} for row in written.events])
        uow.notifications.owe_fresh([(case[c], correlation, n) for c, correlation, n in written.owed])
        uow.queue.finish(
            [Outcome(message_id=m, case_id=c) for m, c in zip(message_ids, case_ids, strict=True)]
        )
        uow.commit()


def _contents(arrivals: Sequence[Arrival]) -> Iterator[bytes]:
    items = [arrival.item for arrival in arrivals]
    yield from (item.raw for item in items)
    for item in items:
        assert isinstance(item, InboundMessage)
        yield from (a.content or b"" for a in item.attachments)
