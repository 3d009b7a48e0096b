"""A desk with an account of every kind, and the day on which they all bring something."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from config.accounts import seal
from pipeline.awaiting import web_address
from tests.kill.chaos import Blow, Chaos
from tests.kill.crew import Crew
from tests.kill.mixed_asked import Cimer, Fax, Netgsm, Post, TelegramAsked, XAccount
from tests.kill.mixed_callers import Callers
from tests.kill.mixed_calls import App, Bip, Facebook, Form, House, TelegramCalls, Verimor, WhatsApp
from tests.kill.mixed_source import Asked, Calling, Source

DAY = (
    *(Blow.WEB, Blow.WORKER, Blow.NOTIFIER, Blow.FETCHER, Blow.DOCUMENTS, Blow.CLOCK),
    *(Blow.WEB, Blow.WORKER_MASTER, Blow.NOTIFIER_MASTER, Blow.FETCHER, Blow.FLUSH, Blow.POSTGRES),
)
"""In any order; the connectors as a whole die at its end."""
SIZES: Mapping[type[Source], int] = {
    WhatsApp: 24, Facebook: 24, Verimor: 24, TelegramCalls: 24, Bip: 24, House: 24, Form: 16, App: 16,
    Netgsm: 24, XAccount: 14, TelegramAsked: 24, Post: 3, Fax: 2, Cimer: 24,
}  # fmt: skip
"""How many people write by what."""


@contextmanager
def all_sources(folder: Path) -> Iterator[list[Source]]:
    """Every provider and folder, running."""
    with ExitStack() as running:
        beside = {each: (folder,) if issubclass(each, Post | Cimer) else () for each in SIZES}
        yield [running.enter_context(each(*beside[each])) for each in SIZES]


def add_accounts(crew: Crew, sources: Sequence[Source]) -> None:
    """Give the desk an account of each that it has not anyway."""
    with crew.desk.uow() as uow:
        for each in sources:
            if (given := each.settings()) is not None:
                key = crew.desk.keyring
                settings, secrets = seal(given, key)
                uow.accounts.add(each.channel, each.name, settings, secrets, key.key_id, crew.desk.now())
        uow.commit()


def live_through(chaos: Chaos, sources: Sequence[Source]) -> Callers:
    """All of them write all day long; between two portions something dies, while calls are being made."""
    callers = Callers(web_address(chaos.crew.settings), chaos.random)
    blows = chaos.order(DAY)
    for turn, blow in enumerate(blows):
        for source in chaos.random.sample(sources, len(sources)):
            _write(callers, source, _share(SIZES[type(source)], turn, len(blows)))
        callers.await_answers(chaos.random.randint(callers.ended(), callers.made()))
        chaos.strike(blow)
    callers.finish()
    # Who starts again asks at once, and need not wait for its minute to be over.
    chaos.strike(Blow.CONNECTORS)
    return callers


def _write(callers: Callers, source: Source, numbers: range) -> None:
    if isinstance(source, Calling):
        for start in range(0, len(numbers), source.several):
            callers.send(source, numbers[start : start + source.several])
    elif isinstance(source, Asked) and numbers:
        source.arrive(numbers)


def _share(size: int, turn: int, turns: int) -> range:
    """The numbers of those who write in this turn."""
    return range(1 + size * turn // turns, 1 + size * (turn + 1) // turns)
