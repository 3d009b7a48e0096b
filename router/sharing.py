"""Which of several units that share a topic gets the next case."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from domain.decisions import Unit

NO_LOAD: Mapping[str, int] = MappingProxyType({})


def lightest(codes: Sequence[str], units: Mapping[str, Unit], load: Mapping[str, int]) -> str:
    """The unit with the fewest open cases (`load`) for its capacity; of equal ones the first named.

    A unit that does not exist or can carry nothing is chosen only where there is no other.
    """
    return min(codes, key=lambda code: _filled(units.get(code), load.get(code, 0)))


def _filled(unit: Unit | None, open_cases: int) -> float:
    return open_cases / unit.capacity if unit and unit.capacity > 0 else float("inf")
