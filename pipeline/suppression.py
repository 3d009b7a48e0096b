"""Why a notice does not leave although nothing failed."""

from domain.errors import PermanentError
from domain.vocabulary import Priority, Template
from notifier.updates import DECLINABLE
from notifier.visibility import STAFF_TEMPLATES
from store.records import DueNotice
from store.unit_of_work import UnitOfWork


class SuppressedError(PermanentError):
    """The notice must not leave: the text says why."""


class ClosedAddressError(SuppressedError):
    """The notice must not leave to this address; another one may be open to it."""


DECLINED = "declined by its recipient"
CLOSED = "the address is closed to notices"
OVER = "it is closed by now"
MOVED = "its unit does not work on it any more"
LOOP = "too many automatic notices to this address"
_NEVER_CLOSED = STAFF_TEMPLATES | {Template.OPTED_OUT, Template.VERIFICATION_CODE}


def refuse_closed(uow: UnitOfWork, notice: DueNotice) -> None:
    """Raise ClosedAddressError where nothing may go to the notice's address."""
    if notice.template in _NEVER_CLOSED:
        return
    own = uow.wishes.of_one(notice.recipient)
    if own and own.closed:
        raise ClosedAddressError(CLOSED)


def refuse_declined(uow: UnitOfWork, notice: DueNotice) -> None:
    """Raise SuppressedError where the notice's citizen can do without it: by whatever way it would have
    reached them, and in whatever company."""
    if notice.template not in DECLINABLE or notice.priority == Priority.LIFE_SAFETY:
        return
    wishes = uow.wishes.of({notice.recipient, *(urn for _, urn in notice.values.get("ways", []))})
    if any(notice.template in each.declined for each in wishes.values()):
        raise SuppressedError(DECLINED)
