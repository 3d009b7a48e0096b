"""One run: the parts alone, the whole in a flood, then everything at a steady load with webhooks on top."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bench.accuracy import measure_accuracy
from bench.calls import Answers
from bench.limit import Part, composed_limit
from bench.loads import free_port, load_with_calls, night, start_everything, steady_load, warm_up
from bench.machine import cores
from bench.memory import peak_rss_mb
from bench.plan import Plan
from bench.recording import Written
from bench.ringing import measure_ring
from bench.stack import Stack
from bench.thinking import measure_classify, measure_parse
from bench.whole import Flood, flood
from bench.writing import measure_write, recordings

Told = Callable[[str], None]
"""Is told which step begins."""
_FLOOD_BEGINS_AT = 1_000_000  # mails that no other step has had
_WARM_CALLS = 50


@dataclass(frozen=True, kw_only=True)
class Round:
    """The parts alone and, right after them, the whole: no machine is equally fast for long."""

    parts: list[Part]
    flood: Flood

    @property
    def limit(self) -> float:
        """Cases a second that the parts allow."""
        return composed_limit(self.parts, cores())

    @property
    def share(self) -> float:
        """What the whole reaches of that."""
        return self.flood.per_second / self.limit


@dataclass
class Measured:
    """What a run found out; seconds are sorted."""

    rounds: list[Round] = field(default_factory=list)
    to_case: list[float] = field(default_factory=list)
    to_case_under_calls: list[float] = field(default_factory=list)
    answers: Answers = field(default_factory=Answers)
    memory_mb: dict[str, float] = field(default_factory=dict)
    accuracy: dict[str, float] = field(default_factory=dict)

    @property
    def typical(self) -> Round:
        """The round with the median share; of two in the middle the one with the smaller."""
        middle = median(-each.share for each in self.rounds)
        return min(self.rounds, key=lambda each: abs(-each.share - middle))


def steps(plan: Plan) -> int:
    """How many steps a run tells of."""
    return 6 + 4 * plan.flood_rounds


def run(plan: Plan, folder: Path, told: Told) -> Measured:
    """Measure everything. The folder is made for its servers and removed."""
    measured = Measured()
    told("accuracy")
    measured.accuracy = measure_accuracy()
    with Stack(folder / "flood") as stack:
        _measure_rounds(plan, stack, measured, told)
    with Stack(folder / "loads", WEB_PORT=str(free_port()), **night()) as stack:
        _measure_loads(plan, stack, measured, told)
    return measured


def _measure_rounds(plan: Plan, stack: Stack, measured: Measured, told: Told) -> None:
    told("ring")  # while no worker runs that would hear it; it costs next to nothing
    ring = measure_ring(stack, plan.bells)
    told("warm up")
    recorded = recordings(stack, plan.write_batches)
    # The first files in a folder cost five times as much: these count nowhere.
    measure_write(stack, recorded, plan.write_batches, turn=-1)
    stack.start("worker")
    flood(stack, _FLOOD_BEGINS_AT, plan.warm_up_mails)
    for turn in range(plan.flood_rounds):
        parts = [*_measure_parts(plan, stack, recorded, turn, told), ring]
        told("the whole")
        first = _FLOOD_BEGINS_AT + plan.warm_up_mails + turn * plan.flood_mails
        measured.rounds.append(Round(parts=parts, flood=flood(stack, first, plan.flood_mails)))
    measured.memory_mb = peak_rss_mb(stack)


def _measure_parts(
    plan: Plan, stack: Stack, recorded: Sequence[Written], turn: int, told: Told
) -> Iterator[Part]:
    told("parse")
    yield measure_parse(plan.part_mails)
    told("classify")
    yield measure_classify(plan.part_mails)
    told("write")
    yield measure_write(stack, recorded, plan.write_batches, turn)


def _measure_loads(plan: Plan, stack: Stack, measured: Measured, told: Told) -> None:
    told("start everything")
    calls = start_everything(stack, _WARM_CALLS + plan.hook_rate * plan.hook_seconds)
    warm_up(stack, calls[:_WARM_CALLS], plan)
    told("steady load")
    measured.to_case = steady_load(stack, plan)
    told("webhooks")
    measured.answers, measured.to_case_under_calls = load_with_calls(stack, calls[_WARM_CALLS:], plan)
    found = peak_rss_mb(stack)
    measured.memory_mb = found | {"worker": max(found["worker"], measured.memory_mb["worker"])}
