"""The allowed steps in the life of a case, in one table."""

from domain.vocabulary import CaseState, Confidentiality, Priority

_S = CaseState
TRANSITIONS: dict[CaseState, frozenset[CaseState]] = {
    _S.RECEIVED: frozenset({_S.IN_REVIEW, _S.ASSIGNED, _S.REJECTED}),
    _S.IN_REVIEW: frozenset({_S.ASSIGNED, _S.RESOLVED, _S.REJECTED}),
    _S.ASSIGNED: frozenset({_S.IN_REVIEW, _S.RESOLVED, _S.REJECTED}),
    _S.RESOLVED: frozenset({_S.REOPENED}),
    _S.REJECTED: frozenset({_S.REOPENED}),
    _S.REOPENED: frozenset({_S.IN_REVIEW, _S.ASSIGNED, _S.RESOLVED, _S.REJECTED}),
}
CLOSED = frozenset({_S.RESOLVED, _S.REJECTED})
WITH_UNIT = frozenset({_S.ASSIGNED, _S.REOPENED})
"""The states in which a unit works on the case."""


def may_become(current: CaseState, wanted: CaseState) -> bool:
    """Whether a case may step from its current state to the wanted one."""
    return wanted in TRANSITIONS[current]


def more_urgent(one: Priority, other: Priority) -> Priority:
    """The more urgent of two priorities."""
    return min(one, other, key=tuple(Priority).index)


def more_discreet(*degrees: Confidentiality | str) -> Confidentiality:
    """The strictest of these degrees; public for none."""
    known = map(Confidentiality, degrees)
    return max(known, key=tuple(Confidentiality).index, default=Confidentiality.PUBLIC)
