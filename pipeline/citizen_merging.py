"""An operator says that two rows of the register are one person, or that they are not after all.

The program itself joins people by equal addresses only, never by a name (SERVICE rule 1.2). A merge moves the
other one's cases and addresses and remembers which, so that undoing it gives back exactly those, with what
came from those addresses since. Merges may be undone in any order.
"""

from collections.abc import Mapping
from datetime import datetime

from pipeline.citizens import refuse_erased, refuse_merged
from pipeline.desk import Desk
from pipeline.refusal import RefusedError
from store.models import Citizen, CitizenMerge
from store.unit_of_work import UnitOfWork


def merge_citizens(desk: Desk, keep: int, other: int, *, why: str, actor: str) -> CitizenMerge:
    """Make the other one's cases and addresses the kept one's; twice does it once. Returns the record.

    Raises RefusedError: unknown, same, erased, merged, identities.
    """
    with desk.uow() as uow:
        people = uow.merges.hold([keep, other])
        known = uow.merges.active(other)
        if known and known.kept_id == keep:
            return known
        _refuse_unfit(uow, people, keep, other)
        merge = _merge(uow, people[keep], people[other], actor, why, desk.now())
        uow.commit()
    return merge


def unmerge_citizen(desk: Desk, other: int, *, why: str, actor: str) -> CitizenMerge:
    """Give a merged person back what was theirs. Returns the record of the merge, which is undone.

    Raises RefusedError: not_merged, or merged_cases where a case of one is merged into a case of the other.
    """
    with desk.uow() as uow:
        line = _line(uow, other)
        people = uow.merges.hold([other, *(link.kept_id for link in line)])
        if _line(uow, other) != line:
            raise RefusedError("changed_meanwhile")
        _give_back(uow, people, line)
        across = uow.merges.merged_across(other, line[-1].kept_id)
        if across:
            raise RefusedError("merged_cases", number=across[0], into=across[1])
        uow.merges.undo(line[0], actor, why, desk.now())
        uow.commit()
    return line[0]


def _refuse_unfit(uow: UnitOfWork, people: Mapping[int, Citizen], keep: int, other: int) -> None:
    if keep == other:
        raise RefusedError("same")
    for each in (keep, other):
        if each not in people:
            raise RefusedError("unknown", citizen=each)
        refuse_erased(uow, people[each])
        refuse_merged(people[each])
    if uow.register.identity(keep) and uow.register.identity(other):
        raise RefusedError("identities", one=keep, two=other)


def _merge(
    uow: UnitOfWork, kept: Citizen, gone: Citizen, actor: str, why: str, now: datetime
) -> CitizenMerge:
    keep, other = kept.id or 0, gone.id or 0
    cases, contacts = uow.merges.move_all(other, keep)
    merge = CitizenMerge(
        kept_id=keep, other_id=other, at=now, actor=actor, why=why, cases=cases, contacts=contacts,
        name_given=kept.name is None and gone.name is not None,
        identity_given=uow.merges.move_identity(other, keep),
    )  # fmt: skip
    if merge.name_given:
        kept.name, kept.folded_name = gone.name, gone.folded_name
    gone.merged_into = keep
    uow.merges.save(kept, gone)
    uow.merges.add(merge)
    return merge


def _line(uow: UnitOfWork, other: int) -> list[CitizenMerge]:
    """The merge of a person, then that of whom they were merged into, and so on; the last one's kept person
    has everything."""
    line: list[CitizenMerge] = []
    while link := uow.merges.active(line[-1].kept_id if line else other):
        line.append(link)
    if not line:
        raise RefusedError("not_merged", citizen=other)
    return line


def _give_back(uow: UnitOfWork, people: Mapping[int, Citizen], line: list[CitizenMerge]) -> None:
    merge, holder = line[0], line[-1].kept_id
    gone = people[merge.other_id]
    cases, contacts = uow.merges.give_back(merge, holder)
    for later in line[1:]:  # what they moved on is no longer theirs to give back
        later.cases = [each for each in later.cases if each not in cases]
        later.contacts = [each for each in later.contacts if each not in contacts]
    if all(link.identity_given for link in line):
        uow.merges.move_identity(holder, merge.other_id)
    for link in line:
        if not link.name_given:
            break
        kept = people[link.kept_id]
        if kept.name == gone.name:
            kept.name, kept.folded_name = None, None
    gone.merged_into = None
    uow.merges.save(gone, *line, *people.values())
