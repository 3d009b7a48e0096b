"""The register of citizens as operators use it: searched, shown, given an identity number.

Whoever looks is recorded with what for (law 6698, art. 12: who holds personal data audits its use). What was
typed is not recorded, it would be personal data itself.
"""

from collections.abc import Sequence
from typing import Any

from domain.personal import PersonalSpan, mask
from domain.text import storable, words
from domain.urn import Urn, mail_urn, phone_urn
from domain.vocabulary import Confidentiality, PersonalData, RegisterLook
from pipeline.desk import Desk
from pipeline.refusal import RefusedError
from router.checksums import is_identity_number
from store.models import Citizen, CitizenIdentity, CitizenMerge
from store.register import CaseLine, Found
from store.unit_of_work import UnitOfWork

MOST_FOUND, MOST_SHOWN = 50, 200
_SHORTEST = 2
"""Letters of a word of a name: of one letter there are too many."""
_PHONE_SCHEMES = ("tel", "sms", "whatsapp", "bip", "fax")


def search_citizens(
    desk: Desk, query: str, *, actor: str, why: str, full: bool = False
) -> list[dict[str, Any]]:
    """The people that a phone in any spelling, an address, an identity number or words of a name find, at
    most `MOST_FOUND`. Addresses are masked unless asked for in `full`.

    Raises RefusedError where the query is nothing to search by.
    """
    with desk.uow() as uow:
        found = {each.id: each for each in _found(desk, uow, storable(query).strip())}
        uow.register.looked(RegisterLook.SEARCH, actor, why, list(found), desk.now())
        uow.commit()
    return [_row(each, full=full) for each in found.values()]


def citizen_file(desk: Desk, citizen_id: int, *, actor: str, why: str, full: bool = False) -> dict[str, Any]:
    """A person with their newest cases, merges and who looked at them. The identity number is never shown
    but in `full`, what a restricted case is about to its named reviewers alone. Raises RefusedError for an
    unknown one."""
    with desk.uow() as uow:
        person = known(uow, citizen_id)
        uow.register.looked(RegisterLook.SHOW, actor, why, [citizen_id], desk.now())
        uow.commit()
        return {
            "citizen": {
                **_row(person, full=full),
                "identity_number": _identity(desk, uow, citizen_id, full=full),
                "created_at": person.created_at,
                "erased_at": person.erased_at,
            },
            "cases": [_line(desk, each, actor) for each in uow.register.cases(citizen_id, MOST_SHOWN)],
            "merges": [_merge(each) for each in uow.merges.of(citizen_id)],
            "looks": [
                {"at": each.at, "actor": each.actor, "look": each.look, "why": each.why}
                for each in uow.register.looks(citizen_id, MOST_SHOWN)
            ],
        }


def set_identity(desk: Desk, citizen_id: int, number: str, *, actor: str) -> None:
    """Keep a person's identity number, sealed, in place of the one they had.

    Raises RefusedError: bad_identity, unknown, merged, erased, or identity_of where another has it: then the
    two may be one person, which an operator decides.
    """
    digits = identity_digits(number)
    if digits is None:
        raise RefusedError("bad_identity")
    with desk.uow() as uow:
        uow.merges.hold([citizen_id])
        person = known(uow, citizen_id)
        refuse_merged(person)
        refuse_erased(uow, person)
        if not give_identity(desk, uow, citizen_id, digits, actor):
            owner = uow.register.by_identity(desk.keyring.blind_indexes(digits))[0]
            raise RefusedError("identity_of", citizen=owner.id)
        uow.merges.forget_given_identity(citizen_id)
        uow.commit()


def give_identity(desk: Desk, uow: UnitOfWork, citizen_id: int, digits: str, actor: str) -> bool:
    """Keep the number for a person; False where it is another's. Two who come at once wait."""
    indexes = desk.keyring.blind_indexes(digits)
    uow.citizens.lock_keys(indexes)
    if any(owner.id != citizen_id for owner in uow.register.by_identity(indexes)):
        return False
    sealed = desk.keyring.encrypt(digits)
    uow.register.keep_identity(
        CitizenIdentity(
            citizen_id=citizen_id, sealed=sealed, blind_index=indexes[0], set_at=desk.now(), set_by=actor
        )
    )
    return True


def known(uow: UnitOfWork, citizen_id: int) -> Found:
    """The person. Raises RefusedError where there is none."""
    person = uow.register.by_id(citizen_id)
    if person is None:
        raise RefusedError("unknown", citizen=citizen_id)
    return person


def refuse_merged(person: Found | Citizen) -> None:
    """Raise RefusedError where what was a person's is another's now."""
    if person.merged_into:
        raise RefusedError("merged", citizen=person.id, into=person.merged_into)


def refuse_erased(uow: UnitOfWork, person: Found | Citizen) -> None:
    """Raise RefusedError where somebody erased a person, or began to."""
    if person.erased_at or uow.erasures.begun(person.id or 0):
        raise RefusedError("erased", citizen=person.id)


def identity_digits(text: str) -> str | None:
    """The identity number that somebody typed, or None where its check digits say that it is none."""
    digits = "".join(text.split()).replace("-", "")
    return digits if digits.isascii() and digits.isdigit() and is_identity_number(digits) else None


def masked_urn(urn: str) -> str:
    """An address with only so much of it that two can be told apart."""
    scheme, _, path = urn.partition(":")
    kind = PersonalData.EMAIL if scheme == "mailto" else PersonalData.PHONE
    return f"{scheme}:{mask(path, [PersonalSpan(kind, 0, len(path))])}"


def _found(desk: Desk, uow: UnitOfWork, query: str) -> Sequence[Found]:
    if digits := identity_digits(query):
        by_number = uow.register.by_identity(desk.keyring.blind_indexes(digits))
        return [*by_number, *uow.register.by_addresses(_addresses(query), MOST_FOUND)]
    if addresses := _addresses(query):
        return uow.register.by_addresses(addresses, MOST_FOUND)
    beginnings = [word for word in words(query) if len(word) >= _SHORTEST]
    if not beginnings or not any(map(str.isalpha, query)):
        raise RefusedError("no_query")
    return uow.register.by_name(beginnings, MOST_FOUND)


def _addresses(query: str) -> list[str]:
    """How the register may write the address that a query is; none where it is no address."""
    if mail := mail_urn(query):
        return [str(mail), str(mail).lower()]
    phone = None if any(map(str.isalpha, query)) else phone_urn(query)
    if phone:
        paths = (phone.path, phone.path.removeprefix("+"))
        return [str(Urn(scheme, path)) for scheme in _PHONE_SCHEMES for path in paths]
    return [query] if ":" in query else []


def _row(person: Found, *, full: bool) -> dict[str, Any]:
    return {
        "id": person.id,
        "name": person.name,
        "contacts": [each if full else masked_urn(each) for each in person.contacts],
        "cases": person.cases,
        "merged_into": person.merged_into,
    }


def _line(desk: Desk, case: CaseLine, actor: str) -> dict[str, Any]:
    restricted = case.confidentiality == Confidentiality.RESTRICTED
    unseen = restricted and not desk.settings.may_see_restricted(actor)
    shown = {name: value for name, value in vars(case).items() if name != "confidentiality"}
    return shown | ({"topic": None, "subject": ""} if unseen else {})


def _identity(desk: Desk, uow: UnitOfWork, citizen_id: int, *, full: bool) -> str | None:
    identity = uow.register.identity(citizen_id)
    if identity is None:
        return None
    digits = desk.keyring.decrypt(identity.sealed)
    return digits if full else mask(digits, [PersonalSpan(PersonalData.IDENTITY_NUMBER, 0, len(digits))])


def _merge(merge: CitizenMerge) -> dict[str, Any]:
    shown = ("kept_id", "other_id", "at", "actor", "why", "undone_at", "undone_by", "undone_why")
    return {
        **{name: getattr(merge, name) for name in shown},
        "cases": len(merge.cases),
        "contacts": len(merge.contacts),
    }
