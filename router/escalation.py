"""Who hears that the time of a case runs out: its unit, and those above it in the tree."""

from collections.abc import Mapping

from config.taxonomy import DESK_UNIT
from domain.decisions import Unit


def told_units(code: str, units: Mapping[str, Unit]) -> list[str]:
    """The units from a case's own to the top; only those that have an address.

    The desk stands in for one that has none, and hears of what is overdue where nobody stands above. `units`
    has the desk's own. A tree that is no tree ends where it comes back.
    """
    own = code if _reachable(code, units) else DESK_UNIT
    line, parent = [own], units[code].parent if code in units else None
    while parent and parent in units and parent not in line:
        line.append(parent)
        parent = units[parent].parent
    above = [each for each in line[1:] if _reachable(each, units)]
    return [own, *(above or ([DESK_UNIT] if own != DESK_UNIT else []))]


def _reachable(code: str, units: Mapping[str, Unit]) -> bool:
    return code in units and bool(units[code].emails)
