"""Erases a person from the register and from all that is kept of them, and leaves the statistics (law 6698).

Cases stay with number, topic, district, times and states; nobody can tell whose they were. Each batch is one
transaction that also counts what it did and names the files that are to go, so that a run that was killed is
simply repeated. The report holds numbers only.
"""

from collections.abc import Sequence

from domain.numbers import security_number
from notifier.letter import letters_of
from pipeline.citizens import known, refuse_merged
from pipeline.desk import Desk
from pipeline.doomed import remove_doomed
from pipeline.refusal import RefusedError
from store.models import Erasure
from store.reports import our_id
from store.unit_of_work import UnitOfWork

AT_ONCE = 100
_UNKEPT = "blobs_doomed"


def erase_citizen(
    desk: Desk, citizen_id: int, *, why: str, actor: str, even_open: bool = False
) -> dict[str, object]:
    """Erase a person with all that was merged into them; done twice it finishes, or only reports.

    Returns the report. Raises RefusedError: unknown, merged, open_cases, or waiting where messages of theirs
    are still to be looked at.
    """
    erasure = _begin(desk, citizen_id, why, actor, even_open=even_open)
    if erasure.finished_at is None:
        while _erase_some_cases(desk, citizen_id, erasure):
            pass
        while _erase_some_messages(desk, citizen_id, erasure):
            pass
        _finish(desk, citizen_id, erasure)
    remove_doomed(desk)
    return report_of(desk, citizen_id)


def report_of(desk: Desk, citizen_id: int) -> dict[str, object]:
    """What an erasure came to. Raises RefusedError where nobody began one."""
    with desk.uow() as uow:
        erasure = uow.erasures.begun(citizen_id)
        if erasure is None:
            raise RefusedError("not_erased", citizen=citizen_id)
        shown = ("at", "actor", "why", "finished_at")
        waiting = uow.erasures.doomed(erasure.id or 0)
        return {
            "citizen": citizen_id,
            **{name: getattr(erasure, name) for name in shown},
            **{name: number for name, number in erasure.counts.items() if name != _UNKEPT},
            "blobs_waiting": waiting,
        }


def _begin(desk: Desk, citizen_id: int, why: str, actor: str, *, even_open: bool) -> Erasure:
    with desk.uow() as uow:
        family = uow.eraser.family(citizen_id)
        uow.merges.hold(family)
        refuse_merged(known(uow, citizen_id))
        if begun := uow.erasures.begun(citizen_id):
            return begun
        if not even_open:
            _refuse_unfinished(uow, family)
        erasure = uow.erasures.begin(citizen_id, actor, why, desk.now())
        uow.commit()
    return erasure


def _refuse_unfinished(uow: UnitOfWork, family: Sequence[int]) -> None:
    if numbers := uow.eraser.open_cases(family):
        raise RefusedError("open_cases", numbers=numbers)
    if waiting := uow.eraser.waiting(uow.eraser.addresses_of(family)):
        raise RefusedError("waiting", messages=waiting)


def _erase_some_cases(desk: Desk, citizen_id: int, erasure: Erasure) -> int:
    with desk.uow() as uow:
        cases = uow.eraser.cases_of(uow.eraser.family(citizen_id), AT_ONCE)
        if cases:
            erase_cases(desk, uow, cases, erasure, wholly=True)
            uow.commit()
    return len(cases)


def erase_cases(desk: Desk, uow: UnitOfWork, cases: Sequence[int], erasure: Erasure, *, wholly: bool) -> None:
    """Take the people out of cases that the caller holds. Addresses that only these messages name go as well,
    those that want no notices only if `wholly`: that has to be remembered where nobody asked for more."""
    for notice in uow.eraser.letters(cases):
        for path in letters_of(desk.settings.letters, our_id(notice)):
            path.unlink(missing_ok=True)
    fresh = [desk.keyring.encrypt(security_number()) for _ in cases]
    counts = uow.eraser.erase_cases(cases, fresh, erasure.id or 0, desk.now(), wholly=wholly)
    uow.erasures.count(erasure.id or 0, counts)


def _erase_some_messages(desk: Desk, citizen_id: int, erasure: Erasure) -> int:
    with desk.uow() as uow:
        urns = uow.eraser.addresses_of(uow.eraser.family(citizen_id))
        messages = uow.eraser.messages_from(urns, AT_ONCE)
        if messages:
            counts = uow.eraser.erase_messages(messages, erasure.id or 0, desk.now(), wholly=True)
            uow.erasures.count(erasure.id or 0, counts)
            uow.commit()
    return len(messages)


def _finish(desk: Desk, citizen_id: int, erasure: Erasure) -> None:
    while True:
        with desk.uow() as uow:
            family = uow.eraser.family(citizen_id)
            uow.merges.hold(family)
            urns = uow.eraser.addresses_of(family)
            late = uow.eraser.cases_of(family, 1) or uow.eraser.messages_from(urns, 1)
            if not late:
                counts = uow.eraser.erase_people(family, urns, erasure.id or 0, desk.now())
                uow.erasures.count(erasure.id or 0, counts)
                uow.erasures.finish(erasure.id or 0, desk.now())
                uow.commit()
                return
        # They wrote once more meanwhile: that goes as well.
        _erase_some_cases(desk, citizen_id, erasure)
        _erase_some_messages(desk, citizen_id, erasure)
