"""Finding the case whose application number somebody types."""

from domain.numbers import parse_application_number
from pipeline.refusal import RefusedError
from store.models import Case
from store.unit_of_work import UnitOfWork


def read_number(number: str) -> str:
    """The application number as it is kept. Raises PermanentError for one that is mistyped."""
    known = parse_application_number(number)
    if known is None:
        raise RefusedError("mistyped", number=number)
    return known


def case_of(uow: UnitOfWork, number: str) -> Case:
    """The case as it stands, to be looked at. Raises PermanentError as `locate`."""
    known = read_number(number)
    case = uow.cases.by_number(known)
    if case is None:
        raise _unknown(known)
    return case


def locate(uow: UnitOfWork, number: str) -> int:
    """The key of the case with this number. Raises PermanentError for one that is mistyped or unknown."""
    known = read_number(number)
    found = uow.cases.known([known]).get(known)
    if found is None:
        raise _unknown(known)
    return found.id


def locked(uow: UnitOfWork, number: str) -> Case:
    """The case, which nobody else changes until the transaction ends. Raises PermanentError as `locate`."""
    [case] = uow.cases.locked([locate(uow, number)])
    return case


def _unknown(number: str) -> RefusedError:
    return RefusedError("no_case", number=number)
