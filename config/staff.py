"""Who of the staff may log in: named tokens, each with a role, until the console knows accounts.

`STAFF_TOKENS` holds `id:role:token` entries, by comma or line. A token is a password made by a machine, at
least 24 characters long, one a person, so that the history of a case names who did something.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import SecretStr

from domain.errors import NotConfiguredError
from domain.vocabulary import Role

SHORTEST = 24
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_TOKEN = re.compile(rf"[!-~]{{{SHORTEST},}}")
_WEAK = re.compile(r"(.)\1*|.*(change-?me|placeholder|example|ornek).*", re.IGNORECASE)
ROLES = frozenset({Role.AGENT, Role.OPERATOR})


@dataclass(frozen=True, kw_only=True)
class StaffToken:
    """One person's way in. `id` stands in the history of cases, so it names a desk or a person briefly."""

    id: str
    role: Role
    token: SecretStr


def read_staff_tokens(text: str) -> tuple[StaffToken, ...]:
    """The entries of STAFF_TOKENS. Raises NotConfiguredError that names an entry by its place, never by its
    token."""
    entries = [entry.strip() for entry in re.split(r"[,\n]", text) if entry.strip()]
    found = tuple(_entry(place, entry) for place, entry in enumerate(entries, 1))
    _refuse_repeated("id", [one.id for one in found])
    _refuse_repeated("token", [one.token.get_secret_value() for one in found])
    return found


def _entry(place: int, entry: str) -> StaffToken:
    staff_id, _, rest = entry.partition(":")
    role, _, token = rest.partition(":")
    if not _ID.fullmatch(staff_id):
        raise _wrong(place, "its id must be of a-z, 0-9, - and _")
    if role not in ROLES:
        raise _wrong(place, f"its role must be one of {', '.join(sorted(ROLES))}")
    if not _TOKEN.fullmatch(token) or _WEAK.fullmatch(token):
        raise _wrong(place, f"its token must be a random value of at least {SHORTEST} ASCII characters")
    return StaffToken(id=staff_id, role=Role(role), token=SecretStr(token))


def _refuse_repeated(what: str, values: Sequence[str]) -> None:
    if len(set(values)) < len(values):
        raise NotConfiguredError(f"STAFF_TOKENS gives one {what} to two entries")


def _wrong(place: int, why: str) -> NotConfiguredError:
    return NotConfiguredError(f"STAFF_TOKENS, entry {place}: {why}; entries look like id:role:token")
