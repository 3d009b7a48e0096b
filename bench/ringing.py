"""The part that rings: bells from the program through Valkey to a worker that does nothing else."""

import time
from unittest.mock import patch

import redis

from bench.limit import Part
from bench.machine import Meter
from bench.plan import BATCH
from bench.stack import Stack
from domain.vocabulary import Queue
from pipeline.desk import Desk
from pipeline.waiting import until

_LISTENER = "dramatiq bench.listener --queues inbound --processes 1 --threads 1"
_HEARING_SECONDS = 60.0


def measure_ring(stack: Stack, bells: int) -> Part:
    """What a bell costs until it is heard, shared by the mails of a batch."""
    listener = stack.start("listener", _LISTENER)
    with stack.desk() as desk:
        _ring(desk, stack, 1)
        meter = Meter((stack.pid("valkey"), listener))
        own = _ring(desk, stack, bells)
    heard = meter.cpu(stack.pid("valkey")) + meter.cpu(listener)
    stack.stop("listener")
    return Part(name="ring", own=own / (bells * BATCH), servers=heard / (bells * BATCH))


def _ring(desk: Desk, stack: Stack, bells: int) -> float:
    """Processor seconds of ringing so often; returns when all were heard."""
    began = time.process_time()
    with patch("pipeline.doorbell.ENOUGH", bells + 1):  # each of them is to be heard
        for _ in range(bells):
            desk.doorbell.ring(Queue.INBOUND)
    spent = time.process_time() - began
    with redis.Redis.from_url(stack.settings.redis) as client:
        until(lambda: client.llen(f"dramatiq:{Queue.INBOUND}") == 0, "the listener", _HEARING_SECONDS)
    return spent
